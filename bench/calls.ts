/**
 * Calls and values across the line: ours against Pyodide, in one process.
 *
 * @module
 */

import { loadPlugin, type Plugin } from "../mod.ts";
import { inThisProcess, type Peer } from "./pyodide_here.ts";
import type { Group, Row, Size } from "./row.ts";

/** How often each is done for one measurement, for what takes a microsecond. */
const COUNTS: Readonly<Record<Size, number>> = {
  full: 100_000,
  quick: 20_000,
  tiny: 10,
};
const MIB = 1024 * 1024;

const SOURCE = `
def add(a, b): return a + b
def echo(value): return value
def size(value): return len(value)
def keep(value):
    global kept
    kept = value
def kept_value(): return kept
def up(count):
    number = 0
    while number < count: number = inc(number)
    return number
`;

/** Calls of functions, and what they pass. */
export const calls: Group = {
  name: "calls",
  about:
    "Calls both ways and what they carry, in one process with Pyodide: `callSync()` against a function that Pyodide hands out, values against `toPy()` and `toJs()`. The last two rows are against JavaScript's own copy.",
  open: async (size) => {
    const plugin = await loadPlugin(
      { source: `from host import inc\n${SOURCE}` },
      { host: { inc: (number: number) => number + 1 } },
    );
    const peer = await inThisProcess(SOURCE, {
      inc: (number: number) => number + 1,
    });
    return {
      rows: rowsOf(plugin, peer, COUNTS[size]),
      [Symbol.asyncDispose]: () => plugin[Symbol.asyncDispose](),
    };
  },
};

function rowsOf(plugin: Plugin, peer: Peer, count: number): Row[] {
  const few = Math.ceil(count / 50);
  const bytes = new Uint8Array(MIB).fill(7);
  const target = new Uint8Array(MIB);
  const value = nested();
  const text = "x".repeat(1024);
  return [
    {
      ...against("host to Python, two numbers", "µs", 0.35),
      ours: () => each(count, () => plugin.callSync("add", [1, 2])),
      peer: () => each(count, () => peer.call("add", 1, 2)),
    },
    {
      ...against("Python to host, one number", "µs", 0.5),
      ours: () => each(1, () => plugin.callSync("up", [count])) / count,
      peer: () => each(1, () => peer.call("up", count)) / count,
    },
    {
      ...against("1 KB of text to Python and back", "µs", 2),
      ours: () => each(count, () => plugin.callSync("echo", [text])),
      peer: () => each(count, () => peer.call("echo", text)),
    },
    {
      ...against("100 nested items to Python", "µs", 30),
      ours: () => each(few, () => plugin.callSync("size", [value])),
      peer: () => each(few, () => peer.pass("size", value)),
    },
    {
      ...against("100 nested items to the host", "µs", 30),
      ours: () => {
        plugin.callSync("keep", [value]);
        return each(few, () => plugin.callSync("kept_value"));
      },
      peer: () => {
        peer.pass("keep", value);
        return each(few, () => peer.take("kept_value"));
      },
    },
    {
      ...against("1 MiB of bytes to Python", "µs"),
      ours: () => each(few, () => plugin.callSync("size", [bytes])),
      peer: () => each(few, () => peer.pass("size", bytes)),
    },
    {
      ...against("1 MiB of bytes to the host", "µs"),
      ours: () => {
        plugin.callSync("keep", [bytes]);
        return each(few, () => plugin.callSync("kept_value"));
      },
      peer: () => {
        peer.pass("keep", bytes);
        return each(few, () => peer.take("kept_value"));
      },
    },
    {
      name: "1 MiB of bytes to Python",
      unit: "µs",
      against: "set() of a Uint8Array",
      goal: { ratio: 1.5 },
      ours: () => each(few, () => plugin.callSync("size", [bytes])),
      peer: () => each(few, () => target.set(bytes)),
    },
    {
      name: "1 MiB of bytes to the host",
      unit: "µs",
      against: "slice() of a Uint8Array",
      goal: { ratio: 1.5 },
      ours: () => {
        plugin.callSync("keep", [bytes]);
        return each(few, () => plugin.callSync("kept_value"));
      },
      peer: () => each(few, () => bytes.slice()),
    },
  ];
}

function against(name: string, unit: Row["unit"], most?: number) {
  return {
    name,
    unit,
    against: "Pyodide",
    goal: most === undefined ? { ratio: 1 } : { value: most },
  };
}

/** Microseconds that one of `count` takes. */
function each(count: number, work: () => unknown): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) work();
  return (performance.now() - start) * 1000 / count;
}

/** An object with about a hundred items in it. */
function nested(): Record<string, unknown> {
  const groups = Array.from({ length: 10 }, (_, id) => ({
    id,
    name: `name ${id}`,
    tags: ["a", "b"],
    price: id * 1.5,
    at: { x: 1, y: 2, label: null },
  }));
  return Object.fromEntries(groups.map((group) => [`group${group.id}`, group]));
}
