/**
 * Measures calls and values across the line, ours and Pyodide's in one process:
 * a line `work side count` on standard input, microseconds on standard output.
 * `calls.ts` runs it, without the configuration: Pyodide is no dependency.
 *
 * @module
 */

import { loadPlugin } from "../mod.ts";

/** The peer's version; the name is computed, so that no check fetches it. */
const PACKAGE = ["npm:pyodide", "314.0.7"].join("@");
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
def up_later(count):
    number = 0
    while number < count: number = wait(inc_later(number))
    return number
`;

/** Prepares a piece of work, and answers what does it once. */
type Prepare = () => (count: number) => unknown;
type Works = Readonly<Record<string, Prepare>>;

/** Work that one call does as often as it is told. */
const COUNTS_ITSELF = ["host", "later"];

const bytes = new Uint8Array(MIB).fill(7);
const target = new Uint8Array(MIB);
const value = nested();
const text = "x".repeat(1024);
const inc = (number: number) => number + 1;
const incLater = (number: number) => Promise.resolve(number + 1);

/** This project's side. */
async function ours(): Promise<Works> {
  const plugin = await loadPlugin(
    {
      source:
        `from host import inc, inc_later\nwait = lambda it: it\n${SOURCE}`,
    },
    { host: { inc, "inc_later": incLater } },
  );
  const pass = (value: unknown) => () => plugin.callSync("size", [value]);
  const take = (value: unknown) => {
    plugin.callSync("keep", [value]);
    return () => plugin.callSync("kept_value");
  };
  return {
    scalars: () => () => plugin.callSync("add", [1, 2]),
    host: () => (count) => plugin.callSync("up", [count]),
    later: () => (count) => plugin.call("up_later", [count]),
    text: () => () => plugin.callSync("echo", [text]),
    itemsIn: () => pass(value),
    itemsOut: () => take(value),
    bytesIn: () => pass(bytes),
    bytesOut: () => take(bytes),
    bytesInCopy: () => pass(bytes),
    bytesOutCopy: () => take(bytes),
  };
}

/** The peers' side. */
async function peers(): Promise<Works> {
  const { loadPyodide } = await import(PACKAGE);
  const pyodide = await loadPyodide();
  pyodide.registerJsModule("peer_host", { inc, "inc_later": incLater });
  pyodide.runPython(
    "from peer_host import inc, inc_later\n" +
      `from pyodide.ffi import run_sync as wait\n${SOURCE}`,
  );
  const [add, up, upLater, echo, size, keep, keptValue] = [
    ...["add", "up", "up_later", "echo", "size", "keep", "kept_value"],
  ].map((name) => pyodide.globals.get(name));
  const pass = (value: unknown) => () => {
    const passed = pyodide.toPy(value);
    size(passed);
    passed.destroy();
  };
  const take = (value: unknown) => {
    keep(pyodide.toPy(value));
    return () => {
      const kept = keptValue();
      kept.toJs({ dict_converter: Object.fromEntries });
      kept.destroy();
    };
  };
  return {
    scalars: () => () => add(1, 2),
    host: () => (count) => up(count),
    later: () => (count) => upLater.callPromising(count),
    text: () => () => echo(text),
    itemsIn: () => pass(value),
    itemsOut: () => take(value),
    bytesIn: () => pass(bytes),
    bytesOut: () => take(bytes),
    bytesInCopy: () => () => target.set(bytes),
    bytesOutCopy: () => () => bytes.slice(),
  };
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

/** Microseconds that one takes. */
async function measure(
  prepare: Prepare,
  name: string,
  count: number,
): Promise<number> {
  const work = prepare();
  const start = performance.now();
  if (COUNTS_ITSELF.includes(name)) await work(count);
  else for (let i = 0; i < count; i++) work(count);
  return (performance.now() - start) * 1000 / count;
}

if (import.meta.main) {
  const sides: Record<string, Works | undefined> = { ours: await ours() };
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const line of lines) {
    const [name = "", side = "", count = ""] = line.trim().split(" ");
    const works = sides[side] ??= await peers();
    const prepare = works[name];
    const took = prepare && await measure(prepare, name, Number(count));
    await Deno.stdout.write(new TextEncoder().encode(`${took}\n`));
  }
  Deno.exit(); // Pyodide would keep the process
}
