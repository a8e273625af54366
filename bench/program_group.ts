/**
 * Python programs that run the same everywhere: ours, Pyodide, native CPython,
 * each in a process of its own.
 *
 * @module
 */

import { run } from "./child.ts";
import { NATIVES, ours, PEERS, PYODIDES, type RunFile } from "./contenders.ts";
import { geomeanOf, type Result } from "./result.ts";
import type { Goal, Group, Row, Size } from "./row.ts";
import { sharedRuns } from "./shared_runs.ts";

const HERE = new URL("./", import.meta.url);
const FIRST = "first second";
const STEADY = "steady";
const AHEAD: Goal = { ratio: 1, against: PYODIDES };

/** How long a process repeats its program. */
interface Windows {
  /** What the report calls the first of them. */
  readonly title: string;
  /** Seconds from the start, warm-up included. */
  readonly first: number;
  /** Seconds after that. */
  readonly steady: number;
}

const WINDOWS: Readonly<Record<Size, Windows>> = {
  full: { title: FIRST, first: 1, steady: 1 },
  quick: { title: "first half second", first: 0.5, steady: 0.5 },
  tiny: { title: "first time", first: 0, steady: 0 },
};

/** What makes a group of programs. */
export interface ProgramGroup {
  /** The group's name, and its folder's under `python/`. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly brief: string;
  /** What the report says above its rows. */
  readonly about: string;
  /** What is promised of the geometric means, as times native. */
  readonly goals:
    | { readonly first: number; readonly steady: number }
    | undefined;
  /** Of so many programs one is measured in a quick run. */
  readonly quickly: number;
}

/**
 * A group of all programs in a folder.
 *
 * @param options What makes it.
 */
export function programGroup(options: ProgramGroup): Group {
  const { name, brief, about, goals, quickly } = options;
  return {
    name,
    brief,
    about,
    rounds: { full: 2, quick: 1 },
    open: async (size) => {
      const folder = await Deno.makeTempDir();
      const titles = programsIn(name)
        .filter((_, at) => size !== "quick" || at % quickly === 0);
      return {
        rows: titles.flatMap((title) => rowsOf(name, title, folder, size)),
        [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
      };
    },
    sum: (results) => {
      const promised: Record<string, number | undefined> = {
        [FIRST]: goals?.first,
        [STEADY]: goals?.steady,
      };
      const figures = Map.groupBy(results, figureOf);
      return [...figures].map(([figure, rows]) =>
        mean(rows, figure, promised[figure])
      );
    },
  };
}

/** The names of the programs in a folder. */
export function programsIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(`python/${folder}`, HERE))]
    .map(({ name }) => name).filter((name) => name.endsWith(".py"))
    .map((name) => name.slice(0, -".py".length)).sort();
}

/** The text of a program. */
export function programText(folder: string, title: string): string {
  return Deno.readTextFileSync(new URL(`python/${folder}/${title}.py`, HERE));
}

function rowsOf(
  group: string,
  title: string,
  folder: string,
  size: Size,
): Row[] {
  const { title: firstTitle, first, steady } = WINDOWS[size];
  const file = `${folder}/${title}.py`;
  const measure = Deno.readTextFileSync(new URL("python/measure.py", HERE));
  const text = programText(group, title);
  Deno.writeTextFileSync(
    file,
    `${text}\n\n${measure}_measure(${first}, ${steady})\n`,
  );
  const figures = (how: RunFile) =>
    sharedRuns(async () => JSON.parse((await run(how(file))).stdout));
  const mine = figures(ours);
  const theirs = PEERS.map(([name, how]) => [name, figures(how)] as const);
  // In the order that the program prints them.
  return [firstTitle, STEADY].map((figure, at): Row => ({
    name: `${title}, ${figure}`,
    unit: "ms",
    goals: [AHEAD],
    ours: async () => (await mine(at))[at] ?? NaN,
    peers: theirs.map(([name, runs]) => ({
      name,
      measure: async () => (await runs(at))[at] ?? NaN,
    })),
  }));
}

function mean(
  rows: readonly Result[],
  figure: string,
  ratio: number | undefined,
): Result {
  const goals = ratio === undefined ? [] : [{ ratio, against: NATIVES }];
  const name = `geometric mean of ${rows.length}, ${figure}`;
  return geomeanOf(rows, name, [AHEAD, ...goals]);
}

/** What stands behind the program in a row's name. */
function figureOf({ name }: Result): string {
  return name.slice(name.indexOf(", ") + 2);
}
