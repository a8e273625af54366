/**
 * What a plugin that has ended costs: the time to the next good call. And what
 * several instances of one are good for.
 *
 * @module
 */

import { deno, type Program } from "./child.ts";
import { MODES, type Request } from "./recovery_program.ts";
import type { Group, Row, Size } from "./row.ts";
import { Talk } from "./talk.ts";

const LOADING = "loading";
const ONE = "a pool of 1";
/** Milliseconds until the next good call. */
const GOAL = 50;
/** How much more two threads on two processors do. */
const GROWTH = 1.6;

/** How much is calculated in one measurement of throughput. */
const WORK: Readonly<Record<Size, Pick<Request, "calls" | "size">>> = {
  full: { calls: 40, size: 20 },
  quick: { calls: 20, size: 20 },
  tiny: { calls: 2, size: 1 },
};

/** Each way to run a plugin, after each way to end it. */
export const recovery: Group = {
  name: "recovery",
  brief: "the next good call after a crash; calls on two processors",
  about:
    "From the end of a call that has ended its instance to the answer of the next one, of a plugin that imports `asyncio`, `decimal`, `sqlite3` and `json`; beside it, what loading that plugin takes in the same way. A crash is `os.abort()`; a thread is ended when a loop in C does not come back in its time. The last row is how long two instances take for calls that only calculate, next to one: at most 1/1.6 of it on two processors.",
  open: (size) => {
    const talk = new Talk(program());
    const ask = (work: string, mode: string) =>
      talk.ask({ work, mode, ...WORK[size] } satisfies Request);
    return Promise.resolve({
      rows: [
        ...Object.keys(MODES).map((mode) => nextRow("crash", mode, ask)),
        nextRow("killed thread", "worker", ask),
        nextRow("killed thread", "pool", ask),
        throughputRow(ask),
      ],
      [Symbol.asyncDispose]: () => talk.end(),
    });
  },
};

type Ask = (work: string, mode: string) => Promise<number>;

function nextRow(end: string, mode: string, ask: Ask): Row {
  return {
    name: `next call after a ${end}, ${mode}`,
    unit: "ms",
    goals: [{ value: GOAL }],
    ours: () => ask(end, mode),
    peers: [{ name: LOADING, rounds: 3, measure: () => ask(LOADING, mode) }],
  };
}

function throughputRow(ask: Ask): Row {
  return {
    name: "calls that calculate, a pool of 2",
    unit: "ms",
    goals: [{ ratio: 1 / GROWTH, against: ONE }],
    ours: () => ask("calls", "2"),
    peers: [{ name: ONE, measure: () => ask("calls", "1") }],
  };
}

function program(): Program {
  return deno("run", "-A", "bench/recovery_program.ts");
}
