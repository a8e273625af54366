/**
 * The flags that say what a plugin may use up.
 *
 * @module
 */

import type { Limits } from "../../mod.ts";
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

/** Reads the word behind a flag. */
type Reader = (flag: string, word: string) => number;

/** Which limit each flag is, and how it is read. */
const READERS: Readonly<
  Record<keyof LimitFlags, readonly [limit: keyof Limits, read: Reader]>
> = {
  "timeout": ["time", durationOf],
  "cpu-time": ["cpuTime", durationOf],
  "memory": ["memory", sizeOf],
  "max-output": ["output", sizeOf],
  "max-result": ["result", sizeOf],
  "max-host-calls": ["hostCalls", count],
  "max-files": ["files", count],
  "max-depth": ["depth", count],
};

/**
 * The limits that the flags stand for.
 *
 * @throws {TypeError} When one has a value that it cannot have.
 */
export function limitsOf(flags: LimitFlags): Limits {
  return Object.fromEntries(
    LIMIT_FLAGS.flatMap((flag) => {
      const word = flags[flag];
      if (word === undefined) return [];
      const [limit, read] = READERS[flag];
      return [[limit, read(flag, word)]];
    }),
  );
}

function count(flag: string, word: string): number {
  if (/^\d{1,15}$/.test(word)) return Number(word);
  throw wrongValue(flag, "a number", word);
}
