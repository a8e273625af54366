/**
 * The flags that say what a plugin may use up.
 *
 * @module
 */

import { type Limits, parseDuration, parseSize } from "../../mod.ts";

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
type Reader = (word: string) => number;

const duration: Reader = parseDuration;
const size: Reader = parseSize;

/** Which limit each flag is, how it is read, and an example of it. */
const READERS: Readonly<
  Record<
    keyof LimitFlags,
    readonly [limit: keyof Limits, read: Reader, example: string]
  >
> = {
  "timeout": ["time", duration, "a duration as in 200ms, 5s or 2m"],
  "cpu-time": ["cpuTime", duration, "a duration as in 200ms, 5s or 2m"],
  "memory": ["memory", size, "a size as in 64MB or 1GiB"],
  "max-output": ["output", size, "a size as in 64MB or 1GiB"],
  "max-result": ["result", size, "a size as in 64MB or 1GiB"],
  "max-host-calls": ["hostCalls", count, "a number"],
  "max-files": ["files", count, "a number"],
  "max-depth": ["depth", count, "a number"],
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
      const [limit, read, example] = READERS[flag];
      return [[limit, parsed(word, read, `--${flag} takes ${example}`)]];
    }),
  );
}

function parsed(word: string, read: Reader, rule: string): number {
  try {
    return read(word);
  } catch {
    throw new TypeError(`${rule}, not "${word}"`);
  }
}

function count(word: string): number {
  if (/^\d{1,15}$/.test(word)) return Number(word);
  throw new TypeError(word);
}
