/**
 * Many lines of output through a pipe: ours against Pyodide.
 *
 * @module
 */

import { type Program, run } from "./child.ts";
import { ours, PEERS, type RunFile } from "./contenders.ts";
import type { Group, Row, Size } from "./row.ts";
import { sharedRuns } from "./shared_runs.ts";

const COUNTS: Readonly<Record<Size, number>> = {
  full: 100_000,
  quick: 100_000,
  tiny: 10,
};
/** So often in one process: the first round also waits for the compiler. */
const REPEATS = 8;

/** `print()`, in a process of its own. */
export const prints: Group = {
  name: "prints",
  brief: "many lines through a pipe",
  about:
    "A program that prints its lines eight times to a pipe and measures each time in Python. The first time, V8 is still compiling.",
  rounds: { full: 5, quick: 2 },
  open: async (size) => {
    const folder = await Deno.makeTempDir();
    const file = `${folder}/prints.py`;
    await Deno.writeTextFile(file, source(COUNTS[size]));
    return {
      rows: rowsOf(file, COUNTS[size]),
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
  },
};

function rowsOf(file: string, count: number): Row[] {
  const times = (how: RunFile) => sharedRuns(() => timesOf(how(file), count));
  const mine = times(ours);
  const theirs = PEERS.map(([name, how]) => [name, times(how)] as const);
  const row = (
    at: number,
    name: string,
    choose: (times: readonly number[]) => number,
  ): Row => ({
    name,
    unit: "ms",
    goals: [{ value: 60 }],
    ours: async () => choose(await mine(at)),
    peers: theirs.map(([name, runs]) => ({
      name,
      measure: async () => choose(await runs(at)),
    })),
  });
  return [
    row(0, `${count} prints, the first time`, ([first = NaN]) => first),
    row(1, `${count} prints, again`, ([, ...more]) => Math.min(...more)),
  ];
}

/** What the program measured, once all that it printed has come. */
async function timesOf(
  program: Program,
  count: number,
): Promise<number[]> {
  const { stdout, stderr } = await run(program);
  const lines = stdout.split("\n").length - 1;
  if (lines !== count * REPEATS) {
    throw new Error(`${lines} of ${count * REPEATS} lines came`);
  }
  return JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "");
}

function source(count: number): string {
  return `
import sys, time

def lines():
    for number in range(${count}):
        print(number)

def timed():
    start = time.perf_counter()
    lines()
    sys.stdout.flush()
    return (time.perf_counter() - start) * 1000

times = [timed() for _ in range(${REPEATS})]
print(times, file=sys.stderr)
`;
}
