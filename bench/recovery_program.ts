/**
 * Lets plugins end, and measures how long the next call takes: `recovery.ts`
 * asks it.
 *
 * @module
 */

import {
  createPool,
  loadPlugin,
  type PluginOptions,
  type Pool,
} from "../mod.ts";
import { answerTalk } from "./talk.ts";

/** What is measured, and where. */
export interface Request {
  /** A way to end, or `loading`, or `calls`. */
  readonly work: string;
  /** A name of {@linkcode MODES}, or how large the pool is. */
  readonly mode: string;
  /** How many calls calculate. */
  readonly calls: number;
  /** How much each of them does. */
  readonly size: number;
}

const SOURCE = `
import asyncio, decimal, json, os, sqlite3
def answer(): return 42
def abort(): os.abort()
def in_c(): return sum(range(10**15))
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
`;

/** What can be called, and ends. */
type Called = Pick<Pool, "call"> & AsyncDisposable;

/** Each way to run a plugin. */
export const MODES: Readonly<Record<string, () => Promise<Called>>> = {
  thread: () => load({ restart: "auto" }),
  call: () => load({ isolation: "call" }),
  worker: () => load({ isolation: "worker", restart: "auto" }),
  pool: () => createPool({ source: SOURCE }, { size: 1 }),
};

/** Each way to end it. */
const ENDS: Readonly<Record<string, (called: Called) => Promise<unknown>>> = {
  "crash": (called) => called.call("abort"),
  "killed thread": (called) => called.call("in_c", [], { timeout: 20 }),
};

/** What was started, and goes on from one measurement to the next. */
const open = new Map<string, Called>();

/** Milliseconds until a call is answered again. */
async function next(mode: string, end: string): Promise<number> {
  const called = await openOnce(`${mode} ${end}`, modeOf(mode));
  const failure = await ENDS[end]?.(called).catch((error) => error);
  if (!(failure instanceof Error)) throw new Error(`it did not end: ${end}`);
  return await timed(() => checked(called));
}

/** Milliseconds to load it, and call it for the first time. */
async function loading(mode: string): Promise<number> {
  let called: Called | undefined;
  const took = await timed(async () => {
    called = await modeOf(mode)();
    await checked(called);
  });
  await called?.[Symbol.asyncDispose]();
  return took;
}

/** Milliseconds for calls that only calculate. */
async function calls(size: string, { calls, size: n }: Request) {
  const pool = await openOnce(
    `pool of ${size}`,
    () => createPool({ source: SOURCE }, { size: Number(size) }),
  );
  return await timed(async () => {
    const all = Array.from({ length: calls }, () => pool.call("fib", [n]));
    await Promise.all(all);
  });
}

async function openOnce(
  name: string,
  make: () => Promise<Called>,
): Promise<Called> {
  const called = open.get(name) ?? await make();
  open.set(name, called);
  await checked(called);
  return called;
}

function modeOf(mode: string): () => Promise<Called> {
  const make = MODES[mode];
  if (make !== undefined) return make;
  throw new Error(`it knows no "${mode}"`);
}

function load(options: PluginOptions): Promise<Called> {
  return loadPlugin({ source: SOURCE }, options);
}

async function checked(called: Called): Promise<void> {
  const answer = await called.call("answer");
  if (answer !== 42) throw new Error(`it answered ${answer}, not 42`);
}

async function timed(step: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await step();
  return performance.now() - start;
}

if (import.meta.main) {
  await answerTalk(async (request: Request) => {
    const { work, mode } = request;
    if (work === "calls") return await calls(mode, request);
    return work === "loading" ? await loading(mode) : await next(mode, work);
  });
}
