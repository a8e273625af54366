/**
 * How late programs without an end are ended, in each isolation, and what it
 * takes to go on after a crash.
 *
 * @module
 */

import { deno, run } from "./child.ts";
import type { Group, Row, Size } from "./row.ts";
import { sharedRuns } from "./shared_runs.ts";

/** How many of the programs: all of them, or some. */
const PROGRAMS: Readonly<Record<Size, number>> = {
  full: 1000,
  quick: 1000,
  tiny: 1,
};
const ISOLATIONS = ["thread", "call", "worker"];

/** What one process measures, in this order, and how much it may be. */
const FIGURES: readonly (readonly [name: string, goal: number])[] = [
  ["the worst after its deadline", 100],
  ["the median after its deadline", 100],
  ["the next call after a crash", 50],
];

/** Each isolation in a process of its own, measured by several rows. */
export const deadlines: Group = {
  name: "deadlines",
  brief: "how late programs without an end are ended",
  about:
    "The programs without an end of `tests/hostile/loops.py`, each called with a time-out of 150 ms and a grace period of 50: from that time-out to the error that the caller gets. What hears of its time ends within it, or else the instance is ended after the grace period. The last rows are a call to a plugin whose instance has just crashed, to the answer of the new one.",
  rounds: { full: 3, quick: 1 },
  open: (size) =>
    Promise.resolve({
      rows: ISOLATIONS.flatMap((isolation) => rowsOf(isolation, size)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
};

function rowsOf(isolation: string, size: Size): Row[] {
  const figures = sharedRuns(async () => {
    const count = String(PROGRAMS[size]);
    const program = deno("run", "-A", "bench/deadlines_program.ts");
    const args = [...program.args, isolation, count];
    return JSON.parse((await run({ ...program, args })).stdout);
  });
  return FIGURES.map(([name, value], at): Row => ({
    name: `${isolation}: ${name}`,
    unit: "ms",
    goals: [{ value }],
    ours: async () => (await figures(at))[at] ?? NaN,
    peers: [],
  }));
}
