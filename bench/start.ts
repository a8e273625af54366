/**
 * Whole processes: how long one takes, and how much memory.
 *
 * @module
 */

import { deno, memoryOf, type Program, wallOf } from "./child.ts";
import { PEERS, PYODIDE_ROUNDS, PYODIDES } from "./contenders.ts";
import { stage } from "../package.ts";
import type { Goal, Group, Peer, Row, Size } from "./row.ts";
import { makeTable } from "./sample_table.ts";

/** The name of the floor's column: a Deno program with nothing in it. */
const EMPTY = "empty Deno";
/** The second run of a file keeps its image. */
const RUNS_UNTIL_WARM = 2;
const MODULES = "json, re, dataclasses, typing, asyncio";
/** Bytes of the table that the job reads. */
const TABLE: Readonly<Record<Size, number>> = {
  full: 10e6,
  quick: 10e6,
  tiny: 1e4,
};

const JOB = `
import csv, sys

sums = {}
with open(sys.argv[1], newline="") as file:
    for row in csv.DictReader(file):
        count, total = sums.get(row["city"], (0, 0))
        sums[row["city"]] = count + 1, total + int(row["amount"])
print(*map(sum, zip(*sums.values())))
`;

/** Measures a process, which must write what is expected. */
type Measure = (program: Program, expected: string) => Promise<number>;

/** A program that is run as a process. */
interface Job {
  /** What the report calls it. */
  readonly name: string;
  /** What it writes. */
  readonly output: string;
  /** This project's process, which keeps nothing. */
  readonly ours: Program;
  /** The same, which goes on from the image that earlier runs have kept. */
  readonly warm: Program;
  /** The peers' processes; one that cannot be had throws. */
  readonly peers: readonly Starter[];
  /** What is promised of its time. */
  readonly wall: readonly Goal[];
  /** What is promised of its memory. */
  readonly memory: readonly Goal[];
}

/** The name of a peer, and what makes its process. */
type Starter = readonly [name: string, program: () => Program];

/** Processes from their start to their end. */
export const start: Group = {
  name: "start",
  brief: "whole processes, first run and warm: wall time and memory",
  about:
    "Processes from their start to their end, everything included, and the most memory that each had resident: `print()` by itself, the example plugin `reverse` with one call, `print()` after five imports, and sums over a CSV file of 10 MB (Pyodide gets a copy in its own file system). Ours is the program as it is published, its code bundled (`package.ts`): as in the first run of a file, and warm, as from its third run on, when it goes on from the image that the second has kept (`docs/snapshots.md`). The floor is a Deno program with nothing in it.",
  rounds: { full: 7, quick: 2 },
  open: async (size) => {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    await stage(new URL("../", import.meta.url), new URL(`file://${folder}/`));
    const jobs = jobsIn(folder, TABLE[size]);
    for (const { warm, output } of jobs) {
      for (let count = 0; count < RUNS_UNTIL_WARM; count++) {
        await wallOf(warm, output);
      }
    }
    return {
      rows: jobs.flatMap((job) => rowsOf(job, PYODIDE_ROUNDS[size])),
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
  },
};

function jobsIn(folder: string, bytes: number): Job[] {
  const place = (name: string, text: string): string => {
    Deno.writeTextFileSync(`${folder}/${name}`, text);
    return `${folder}/${name}`;
  };
  const { text, rows, total } = makeTable(bytes);
  const table = place("table.csv", text);
  const empty = place("empty.ts", "");
  const floor: Starter = [EMPTY, () => deno("run", "-A", empty)];
  const cache = { XDG_CACHE_HOME: `${folder}/cache`, DENO_DIR: denoDir() };
  const program = (...args: readonly string[]) => {
    const start = ["run", "-A", `${folder}/package/src/js/mod.js`];
    return {
      ours: deno(...start, "--no-cache", ...args),
      warm: { ...deno(...start, ...args), env: cache },
    };
  };
  const everybody = (file: string, ...reads: string[]) => ({
    ...program(
      ...reads.map((path) => `--allow-read=${path}`),
      file,
      ...reads,
    ),
    peers: PEERS.map(([name, how]): Starter => [
      name,
      () => how(file, ...reads),
    ]),
  });
  const hello = everybody(place("hello.py", 'print("hello")'));
  const imports = everybody(
    place("imports.py", `import ${MODULES}\nprint("hello")`),
  );
  const plugin = ["plugins/reverse/plugin.py", "Hello there"];
  return [
    {
      name: "hello",
      output: "hello",
      ...hello,
      peers: [floor, ...hello.peers],
      wall: [{ ratio: 3, against: EMPTY }],
      memory: [{ value: 90 }],
    },
    {
      name: "a plugin, called once",
      output: "olleH ereht",
      ...program(...plugin),
      peers: [floor],
      wall: [{ ratio: 3, against: EMPTY }],
      memory: [{ value: 90 }],
    },
    {
      name: "hello after 5 imports",
      output: "hello",
      ...imports,
      peers: [floor, ...imports.peers],
      wall: [{ ratio: 5, against: EMPTY }],
      memory: [],
    },
    {
      name: `CSV of ${bytes / 1e6} MB`,
      output: `${rows} ${total}`,
      ...everybody(place("job.py", JOB), table),
      wall: [],
      memory: [],
    },
  ];
}

/** Where Deno has what it keeps, when the program is told of another place. */
function denoDir(): string {
  const { DENO_DIR, XDG_CACHE_HOME, HOME } = Deno.env.toObject();
  return DENO_DIR ?? `${XDG_CACHE_HOME ?? `${HOME}/.cache`}/deno`;
}

function rowsOf(
  { name, output, ours, warm, peers, wall, memory }: Job,
  rounds: number,
): Row[] {
  const row = (
    us: Program,
    them: readonly Starter[],
    measure: Measure,
  ): Pick<Row, "ours" | "peers"> => ({
    ours: () => measure(us, output),
    peers: them.map(([name, program]): Peer => ({
      name,
      ...(name === PYODIDES ? { rounds } : {}),
      measure: () => measure(program(), name === EMPTY ? "" : output),
    })),
  });
  // They are what they are without an image, which has them measured.
  const known = peers.filter(([name]) => name !== PYODIDES);
  const time = { unit: "ms", goals: wall } as const;
  const room = { unit: "MB", goals: memory } as const;
  return [
    { name, ...time, ...row(ours, peers, wallOf) },
    { name: `${name}, warm`, ...time, ...row(warm, known, wallOf) },
    { name: `${name}, memory`, ...room, ...row(ours, peers, memoryOf) },
    { name: `${name}, warm, memory`, ...room, ...row(warm, known, memoryOf) },
  ];
}
