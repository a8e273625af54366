/**
 * Calls and values across the line: ours against Pyodide, QuickJS and plain
 * copies, in one process.
 *
 * @module
 */

import { deno } from "./child.ts";
import { PYODIDES } from "./contenders.ts";
import { WITH_PACKAGES } from "./packages.ts";
import type { Goal, Group, Row, Size } from "./row.ts";
import { Talk } from "./talk.ts";

/** How often each is done for one measurement, for what takes a microsecond. */
const COUNTS: Readonly<Record<Size, number>> = {
  full: 100_000,
  quick: 20_000,
  tiny: 50,
};
/** What takes longer is done less often. */
const LONGER = 50;

const COPY = "plain copy";
const BYTES: readonly Goal[] = [
  { ratio: 1, against: PYODIDES },
  { ratio: 1.5, against: COPY },
];

/** A row of the group. */
interface Work {
  /** What `calls_program.ts` calls it. */
  readonly work: string;
  /** What the report calls it. */
  readonly name: string;
  /** What is promised. */
  readonly goals: readonly Goal[];
  /** Who does it besides this project. */
  readonly peers: readonly string[];
}

const WORKS: readonly Work[] = [
  {
    work: "scalars",
    name: "a call to Python with two numbers",
    goals: [{ value: 0.35 }],
    peers: [PYODIDES, "QuickJS"],
  },
  {
    work: "host",
    name: "a call to the host with one number",
    goals: [{ value: 0.5 }],
    peers: [PYODIDES, "QuickJS"],
  },
  {
    work: "later",
    name: "a call to an asynchronous host function",
    goals: [{ value: 5 }],
    peers: [PYODIDES],
  },
  {
    work: "text",
    name: "1 KB of text to Python and back",
    goals: [{ value: 2 }],
    peers: [PYODIDES, "QuickJS"],
  },
  {
    work: "itemsIn",
    name: "100 nested items to Python",
    goals: [{ value: 30 }],
    peers: [PYODIDES],
  },
  {
    work: "itemsOut",
    name: "100 nested items to the host",
    goals: [{ value: 30 }],
    peers: [PYODIDES],
  },
  {
    work: "bytesIn",
    name: "1 MiB of bytes to Python",
    goals: BYTES,
    peers: [PYODIDES, COPY],
  },
  {
    work: "bytesOut",
    name: "1 MiB of bytes to the host",
    goals: BYTES,
    peers: [PYODIDES, COPY],
  },
];
const FREQUENT = ["scalars", "host", "later", "text"];

/** Calls of functions, and what they pass. */
export const calls: Group = {
  name: "calls",
  brief: "calls both ways and what they carry",
  about:
    "Calls both ways and what they carry, in one process: `callSync()` against a function that Pyodide hands out, values against its `toPy()` and `toJs()`. A call of QuickJS is one of a JavaScript function in its interpreter. A plain copy is JavaScript's own of a `Uint8Array`: `set()` in, `slice()` out.",
  open: (size) => {
    const program = deno(...WITH_PACKAGES, "bench/calls_program.ts");
    const talk = new Talk(program);
    return Promise.resolve({
      rows: WORKS.map((work) => rowOf(work, size, talk)),
      [Symbol.asyncDispose]: () => talk.end(),
    });
  },
};

function rowOf(
  { work, name, goals, peers }: Work,
  size: Size,
  talk: Talk,
): Row {
  const count = FREQUENT.includes(work)
    ? COUNTS[size]
    : Math.ceil(COUNTS[size] / LONGER);
  const measure = (side: string) => talk.ask({ work, side, count });
  return {
    name,
    unit: "µs",
    goals,
    ours: () => measure("py-plugin"),
    peers: peers.map((peer) => ({ name: peer, measure: () => measure(peer) })),
  };
}
