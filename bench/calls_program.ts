/**
 * Measures calls and values across the line, ours and the peers' in one
 * process; `calls.ts` asks it how many microseconds one takes.
 *
 * @module
 */

import { loadPlugin } from "../mod.ts";
import { PYODIDE, QUICKJS } from "./packages.ts";
import { answerTalk } from "./talk.ts";

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
type Prepare = (payload: Uint8Array) => (count: number) => unknown;
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
    payload: (payload) => () => plugin.callSync("echo", [payload]),
    itemsIn: () => pass(value),
    itemsOut: () => take(value),
    bytesIn: () => pass(bytes),
    bytesOut: () => take(bytes),
  };
}

/** Pyodide's side. */
async function pyodides(): Promise<Works> {
  const { loadPyodide } = await import(PYODIDE);
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
    payload: (payload) => () => {
      const passed = pyodide.toPy(payload);
      const back = echo(passed); // what it handed in itself, it knows again
      back.toJs();
      back.destroy();
      if (back !== passed) passed.destroy();
    },
    itemsIn: () => pass(value),
    itemsOut: () => take(value),
    bytesIn: () => pass(bytes),
    bytesOut: () => take(bytes),
  };
}

/** QuickJS' side: the same functions, in JavaScript. */
async function quickJs(): Promise<Works> {
  const { getQuickJS } = await import(QUICKJS);
  const context = (await getQuickJS()).newContext();
  const made = (source: string) =>
    context.unwrapResult(context.evalCode(source));
  const host = context.newFunction(
    "inc",
    (number: never) => context.newNumber(inc(context.getNumber(number))),
  );
  context.setProp(context.global, "inc", host);
  const add = made("(a, b) => a + b");
  const echo = made("(value) => value");
  const up = made("(n) => { let i = 0; while (i < n) i = inc(i); return i; }");
  /** A call whose arguments and result are given back at once. */
  const call = (it: unknown, args: readonly { dispose(): void }[]) => {
    const called = context.callFunction(it, context.undefined, ...args);
    const result = context.unwrapResult(called);
    const value = context.dump(result);
    for (const each of [result, ...args]) each.dispose();
    return value;
  };
  const number = (value: number) => context.newNumber(value);
  return {
    scalars: () => () => call(add, [number(1), number(2)]),
    host: () => (count) => call(up, [number(count)]),
    text: () => () => call(echo, [context.newString(text)]),
  };
}

/** What JavaScript itself takes to copy bytes. */
function copies(): Promise<Works> {
  return Promise.resolve({
    payload: (payload) => () => payload.slice().slice(),
    bytesIn: () => () => target.set(bytes),
    bytesOut: () => () => bytes.slice(),
  });
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
  { work: name, count, bytes = 0 }: Request,
): Promise<number> {
  const work = prepare(new Uint8Array(bytes).fill(7));
  const start = performance.now();
  if (COUNTS_ITSELF.includes(name)) await work(count);
  else for (let i = 0; i < count; i++) work(count);
  return (performance.now() - start) * 1000 / count;
}

/** What is measured: what work, whose, how often. */
interface Request {
  readonly work: string;
  readonly side: string;
  readonly count: number;
  /** How large the payload is, where it is not always the same. */
  readonly bytes?: number;
}

/** Everybody, by the names that the report has for them. */
const SIDES: Readonly<Record<string, () => Promise<Works>>> = {
  "py-plugin": ours,
  "Pyodide": pyodides,
  "QuickJS": quickJs,
  "plain copy": copies,
};

if (import.meta.main) {
  const open: Record<string, Promise<Works> | undefined> = {};
  await answerTalk(async (request: Request) => {
    const { work, side } = request;
    const works = await (open[side] ??= SIDES[side]?.());
    const prepare = works?.[work];
    if (prepare === undefined) throw new Error(`it knows no "${work}"`);
    return await measure(prepare, request);
  });
}
