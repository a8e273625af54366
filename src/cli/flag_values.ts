/**
 * The values that flags have: from a word to what it stands for, or to an
 * error that names the flag.
 *
 * @module
 */

import {
  LOG_LEVELS,
  type LogLevel,
  parseDuration,
  parseSize,
} from "../../mod.ts";

/** @throws {TypeError} When the word is no duration. */
export function durationOf(flag: string, word: string): number {
  const rule = "a duration as in 200ms, 5s or 2m";
  return read(flag, word, rule, parseDuration);
}

/** @throws {TypeError} When the word is no size. */
export function sizeOf(flag: string, word: string): number {
  return read(flag, word, "a size as in 64MB, 1GiB or 256M", parseSize);
}

/** @throws {TypeError} When the word is no level of the log. */
export function logLevelOf(flag: string, word: string): LogLevel {
  return oneOf(flag, LOG_LEVELS, word);
}

/** @throws {TypeError} When the word is none of these. */
export function oneOf<Word extends string>(
  flag: string,
  words: readonly Word[],
  word: string,
): Word {
  const found = words.find((each) => each === word);
  if (found !== undefined) return found;
  throw wrongValue(flag, words.join(", "), word);
}

/** The error for a word that does not follow a flag's rule. */
export function wrongValue(
  flag: string,
  rule: string,
  word: string,
): TypeError {
  return new TypeError(`--${flag} takes ${rule}, not "${word}"`);
}

function read(
  flag: string,
  word: string,
  rule: string,
  parse: (word: string) => number,
): number {
  try {
    return parse(word);
  } catch {
    throw wrongValue(flag, rule, word);
  }
}
