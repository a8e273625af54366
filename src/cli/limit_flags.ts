/**
 * The flags that say what a plugin may use up.
 *
 * @module
 */

import { LEAST_LIMITS, type Limits } from "../../mod.ts";
import { durationOf, sizeOf, wrongValue } from "./flag_values.ts";

/** The flags; each may be given once, with a value. */
export const LIMIT_FLAGS = [
  "timeout",
  "cpu-time",
  "memory",
  "max-output",
  "max-result",
  "max-host-calls",
  "max-files",
  "max-depth",
] as const;

/** What the command line says of them. */
export type LimitFlags = {
  readonly [Flag in typeof LIMIT_FLAGS[number]]?: string;
};

/** Reads the word behind a flag, which is for a plugin. */
type Reader = (flag: string, word: string, plugin: string) => number;

/** What Python's counter of calls can hold. */
const MOST_DEPTH = 0x7fffffff;

/** Which limit each flag is, and how it is read. */
const READERS: Readonly<
  Record<keyof LimitFlags, readonly [limit: keyof Limits, read: Reader]>
> = {
  "timeout": ["time", durationOf],
  "cpu-time": ["cpuTime", durationOf],
  "memory": ["memory", memoryOf],
  "max-output": ["output", sizeOf],
  "max-result": ["result", sizeOf],
  "max-host-calls": ["hostCalls", count],
  "max-files": ["files", atLeast(LEAST_LIMITS.files)],
  "max-depth": ["depth", atLeast(LEAST_LIMITS.depth, MOST_DEPTH)],
};

/**
 * The limits that the flags stand for.
 *
 * @param flags The flags.
 * @param plugin What they are for.
 * @throws {TypeError} When one has a value that it cannot have.
 */
export function limitsOf(flags: LimitFlags, plugin: string): Limits {
  return Object.fromEntries(
    LIMIT_FLAGS.flatMap((flag) => {
      const word = flags[flag];
      if (word === undefined) return [];
      const [limit, read] = READERS[flag];
      return [[limit, read(flag, word, plugin)]];
    }),
  );
}

/** A `.wasm` guest has needs of its own. */
function memoryOf(flag: string, word: string, plugin: string): number {
  const { memory: least } = LEAST_LIMITS;
  const memory = sizeOf(flag, word);
  if (memory >= least || isModule(plugin)) return memory;
  throw wrongValue(flag, `a size from ${least / 2 ** 20}MiB on`, word);
}

/** Whether it is a `.wasm` guest, by the name that is loaded as one. */
function isModule(plugin: string): boolean {
  return /\.wasm(?:$|[?#])/.test(plugin);
}

function atLeast(least: number, most = Infinity): Reader {
  const to = most === Infinity ? "on" : `to ${most}`;
  return (flag, word) => {
    const value = count(flag, word);
    if (value >= least && value <= most) return value;
    throw wrongValue(flag, `a number from ${least} ${to}`, word);
  };
}

function count(flag: string, word: string): number {
  if (/^\d{1,15}$/.test(word)) return Number(word);
  throw wrongValue(flag, "a number", word);
}
