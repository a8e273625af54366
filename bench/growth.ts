/**
 * What things cost as there is more of them: payloads, modules, instances,
 * recursion.
 *
 * @module
 */

import { deno, run } from "./child.ts";
import { ours, PEERS, PYODIDES, type RunFile } from "./contenders.ts";
import { once } from "./instances.ts";
import { WITH_PACKAGES } from "./packages.ts";
import type { Group, Peer, Row, Size, Unit } from "./row.ts";
import { sharedRuns } from "./shared_runs.ts";
import { Talk } from "./talk.ts";

const MIB = 1024 * 1024;
const HERE = new URL("./python/", import.meta.url);

/** How much of each. */
interface Amounts {
  readonly payloads: readonly number[];
  readonly modules: readonly number[];
  readonly instances: readonly number[];
  readonly depths: readonly number[];
}

const AMOUNTS: Readonly<Record<Size, Amounts>> = {
  full: {
    payloads: [1, 16, 256, 4096, 65_536, MIB, 16 * MIB, 64 * MIB],
    modules: [1, 5, 20, 100, 500],
    instances: [1, 2, 5, 20, 50, 100, 200],
    depths: [10, 100, 1000, 10_000, 100_000],
  },
  quick: {
    payloads: [1, 4096, MIB, 64 * MIB],
    modules: [1, 20, 500],
    instances: [1, 20, 50],
    depths: [10, 1000, 100_000],
  },
  tiny: { payloads: [1], modules: [1, 2], instances: [1], depths: [1, 10] },
};
/** Bytes that are moved for one measurement, and the most calls for it. */
const MOVED = 64 * MIB;
const CALLS = 20_000;
/** More of Pyodide's would take minutes, and the machine's memory. */
const PYODIDE_INSTANCES = 2;

/** What grows, and the process that shows it. */
type Measured = (who: RunFile) => Promise<readonly number[]>;

/** Curves: the same with more and more of something. */
export const growth: Group = {
  name: "growth",
  brief: "curves: payloads, modules, instances, depth",
  about:
    "What things cost as there is more of them. A payload is bytes to Python and back, in one call; plain copies are JavaScript's own, twice. The modules are small ones in a directory of the host, compiled at their import. Instances are opened one after the other and live all together. Recursion is a Python function that calls itself.",
  rounds: { full: 2, quick: 1 },
  open: async (size) => {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    const amounts = AMOUNTS[size];
    const talk = new Talk(deno(...WITH_PACKAGES, "bench/calls_program.ts"));
    const rows = [
      ...amounts.payloads.map((bytes) => payloadRow(bytes, talk)),
      ...moduleRows(folder, amounts.modules),
      ...amounts.instances.flatMap(instanceRows),
      ...recursionRows(folder, amounts.depths),
    ];
    return {
      rows,
      [Symbol.asyncDispose]: async () => {
        await talk.end();
        await Deno.remove(folder, { recursive: true });
      },
    };
  },
};

function payloadRow(bytes: number, talk: Talk): Row {
  const count = Math.min(CALLS, Math.ceil(MOVED / bytes));
  const measure = (side: string) =>
    talk.ask({ work: "payload", side, count, bytes });
  return {
    name: `payload of ${sizeText(bytes)}`,
    unit: "µs",
    point: { curve: "a payload and back", along: "bytes", x: bytes },
    ours: () => measure("py-plugin"),
    peers: [PYODIDES, "plain copy"].map((name) => ({
      name,
      measure: () => measure(name),
    })),
  };
}

function moduleRows(folder: string, counts: readonly number[]): Row[] {
  const modules = `${folder}/modules`;
  Deno.mkdirSync(modules);
  for (let number = 0; number < Math.max(...counts); number++) {
    Deno.writeTextFileSync(
      `${modules}/module_${number}.py`,
      `VALUE = ${number}\n\n\nclass Thing:\n    def __init__(self, value):\n` +
        `        self.value = value\n\n    def twice(self):\n        return self.value * 2\n\n\n` +
        `def make(value=VALUE):\n    return Thing(value)\n`,
    );
  }
  const file = placed(folder, "modules.py", "COUNTS", counts);
  return rowsAlong(counts, (who) => timesOf(who(file, modules)), (count) => ({
    name: `import of ${count} modules`,
    unit: "ms",
    point: { curve: "modules imported", along: "modules", x: count },
  }));
}

function recursionRows(folder: string, depths: readonly number[]): Row[] {
  const file = placed(folder, "recursion.py", "DEPTHS", depths);
  return rowsAlong(depths, (who) => timesOf(who(file)), (depth) => ({
    name: `recursion, ${depth} deep`,
    unit: "µs",
    point: { curve: "a recursive call", along: "depth", x: depth },
  }));
}

/** A row for each amount; one process measures all of them. */
function rowsAlong(
  amounts: readonly number[],
  measure: Measured,
  describe: (amount: number) => Pick<Row, "name" | "unit" | "point">,
): Row[] {
  const mine = sharedRuns(() => measure(ours));
  const theirs = PEERS.map(([name, how]) =>
    [name, sharedRuns(() => measure(how))] as const
  );
  return amounts.map((amount, at): Row => ({
    ...describe(amount),
    ours: async () => (await mine(at))[at] ?? NaN,
    peers: theirs.map(([name, runs]): Peer => ({
      name,
      measure: async () => (await runs(at))[at] ?? NaN,
    })),
  }));
}

function instanceRows(count: number): Row[] {
  const row = (work: string, curve: string, unit: Unit): Row => ({
    name: `${count} instances: ${curve}`,
    unit,
    point: { curve: `instances: ${curve}`, along: "instances", x: count },
    ours: () => once(work, "py-plugin", count),
    peers: (count <= PYODIDE_INSTANCES ? [PYODIDES, "QuickJS"] : ["QuickJS"])
      .map((name) => ({ name, measure: () => once(work, name, count) })),
  });
  return [
    row("openMany", "time to open", "ms"),
    row("alive", "memory of the process", "MB"),
  ];
}

/** A program of `python/`, with the amounts in place of its own. */
function placed(
  folder: string,
  name: string,
  list: string,
  amounts: readonly number[],
): string {
  const text = Deno.readTextFileSync(new URL(name, HERE));
  const line = new RegExp(`^${list} = .*$`, "m");
  const changed = text.replace(line, `${list} = ${JSON.stringify(amounts)}`);
  Deno.writeTextFileSync(`${folder}/${name}`, changed);
  return `${folder}/${name}`;
}

async function timesOf(
  program: Parameters<typeof run>[0],
): Promise<readonly number[]> {
  return JSON.parse((await run(program)).stdout);
}

function sizeText(bytes: number): string {
  if (bytes >= MIB) return `${bytes / MIB} MiB`;
  return bytes >= 1024 ? `${bytes / 1024} KiB` : `${bytes} B`;
}
