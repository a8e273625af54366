/**
 * What a plugin may use up.
 *
 * @module
 */

import { DEFAULT_MAXIMUM, INITIAL_PAGES, PAGE_SIZE } from "../runtime/mod.ts";
import { parseDuration } from "./duration.ts";
import { parseSize } from "./size.ts";

/** Milliseconds, or a duration as people write it: `"5s"`, `"200ms"`. */
export type Duration = number | string;

/** Bytes, or a size as people write it: `"256MB"`, `"1GiB"`, `"256M"`. */
export type Size = number | string;

/**
 * What a plugin may use up. What is left out has no limit, unless it says
 * otherwise. Exceeding one is a {@linkcode LimitError}.
 */
export interface Limits {
  /**
   * How long a call, and loading, may take: waiting, host functions and all.
   * Then Python gets a `TimeoutError`, which it may catch, once, to clean up.
   */
  readonly time?: Duration;
  /** How long it may clean up before the instance is ended; 50 ms. */
  readonly grace?: Duration;
  /**
   * How long a call may run inside the plugin: neither waiting nor in host
   * functions. It is looked at where Python can be told of it.
   */
  readonly cpuTime?: Duration;
  /**
   * Memory of the instance; 1 GiB. Python gets a `MemoryError`, and needs
   * 24 MiB to begin with; a `.wasm` guest with a memory of its own is refused
   * when that is larger from the start.
   */
  readonly memory?: Size;
  /**
   * What a call, or loading, may write to standard output and standard error
   * together. What is beyond is cut off, and the call fails at its end.
   */
  readonly output?: Size;
  /**
   * How large the answer to a call may be, as it crosses; an error, with its
   * causes and all, may always have 1 MiB.
   */
  readonly result?: Size;
  /** How many functions of the host's a call may call. */
  readonly hostCalls?: number;
  /**
   * How many files, directories and streams may be open at a time; 512, of
   * which 256 may be files of the host. At least 5.
   */
  readonly files?: number;
  /**
   * How deep Python functions may call each other; 1000, Python's own. At
   * least 50.
   */
  readonly depth?: number;
}

/** Limits with every choice made; what has none is infinite. */
export interface ReadyLimits {
  readonly time: number;
  readonly grace: number;
  readonly cpuTime: number;
  readonly memory: number;
  readonly output: number;
  readonly result: number;
  readonly hostCalls: number;
  /** What `src/wasi/` says when absent. */
  readonly files: number | undefined;
  /** Python's own when absent. */
  readonly depth: number | undefined;
}

/** How long a plugin may clean up when the caller does not say, in ms. */
const DEFAULT_GRACE = 50;

/**
 * The least that some limits can be: with less, Python does not come to the
 * plugin's first line.
 *
 * ```ts
 * import { LEAST_LIMITS, loadPlugin } from "@x/py-plugin";
 * await using plugin = await loadPlugin(
 *   { source: "def answer(): return 42" },
 *   { limits: LEAST_LIMITS },
 * );
 * console.log(await plugin.call("answer"));
 * ```
 */
export const LEAST_LIMITS: {
  /** Bytes that Python's memory begins with; a `.wasm` guest has its own. */
  readonly memory: number;
  /** Three streams, the root directory, and the file that is being loaded. */
  readonly files: number;
  /** Python itself has so many functions running before the plugin has one. */
  readonly depth: number;
} = Object.freeze({
  memory: INITIAL_PAGES * PAGE_SIZE,
  files: 5,
  depth: 50,
});

/**
 * Parse the limits that a caller gave.
 *
 * @throws {TypeError} When one is no such number or text.
 */
export function parseLimits(limits: Limits): ReadyLimits {
  const { depth, files } = limits;
  return {
    time: duration("time", limits.time),
    grace: limits.grace === undefined
      ? DEFAULT_GRACE
      : duration("grace", limits.grace),
    cpuTime: duration("cpuTime", limits.cpuTime),
    memory: limits.memory === undefined
      ? DEFAULT_MAXIMUM
      : size("memory", limits.memory),
    output: size("output", limits.output),
    result: size("result", limits.result),
    hostCalls: count("hostCalls", limits.hostCalls),
    files: files === undefined ? undefined : filesOf(files),
    depth: depth === undefined ? undefined : depthOf(depth),
  };
}

/**
 * Milliseconds that one call may take.
 *
 * @throws {TypeError} When it is no duration.
 */
export function parseTimeout(timeout: Duration | undefined): number {
  return duration("timeout", timeout);
}

function duration(name: string, value: Duration | undefined): number {
  return amount(name, value, parseDuration);
}

function size(name: string, value: Size | undefined): number {
  return amount(name, value, parseSize);
}

function count(name: string, value: number | undefined): number {
  const parsed = amount(name, value, Number);
  if (parsed === Infinity || Number.isSafeInteger(parsed)) return parsed;
  throw wrong(name, value, "it is no whole number");
}

function filesOf(value: number): number {
  const files = count("files", value);
  if (files >= LEAST_LIMITS.files) return files;
  throw wrong("files", value, `it must be at least ${LEAST_LIMITS.files}`);
}

function depthOf(value: number): number {
  const { depth: least } = LEAST_LIMITS;
  const depth = count("depth", value);
  if (depth >= least && depth <= 0x7fffffff) return depth;
  throw wrong("depth", value, `it must be from ${least} to 2^31 - 1`);
}

function amount(
  name: string,
  value: number | string | undefined,
  parse: (text: string) => number,
): number {
  if (value === undefined) return Infinity;
  if (typeof value !== "number" && typeof value !== "string") {
    throw wrong(name, value, "it is neither a number nor text");
  }
  const parsed = typeof value === "string" ? parse(value) : value;
  if (parsed >= 0) return parsed;
  throw wrong(name, value, "it is not a number from 0 on");
}

function wrong(name: string, value: unknown, reason: string): TypeError {
  return new TypeError(
    `Cannot limit ${name} to ${Deno.inspect(value)}: ${reason}`,
  );
}
