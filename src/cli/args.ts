/**
 * From the words of a command line to a {@linkcode Command}.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import {
  type GrantOptions,
  type Limits,
  LOG_LEVELS,
  type LogLevel,
} from "../../mod.ts";
import {
  type GrantFlags,
  grantsOf,
  LIST_FLAGS,
  withBareValues,
} from "./grant_flags.ts";
import { LIMIT_FLAGS, type LimitFlags, limitsOf } from "./limit_flags.ts";

/** When the program uses colours. */
export type ColorMode = "auto" | "always" | "never";

/** What the program was asked to do. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | RunCommand
  | {
    readonly kind: "types";
    /** The words behind `types`. */
    readonly words: readonly string[];
  }
  | {
    readonly kind: "serve";
    /** The words behind `serve`. */
    readonly words: readonly string[];
  }
  | {
    readonly kind: "wrong";
    /** What is wrong with the words. */
    readonly reason: string;
  };

/** Run a plugin or a script. */
export interface RunCommand {
  readonly kind: "run";
  /** Where it is: a path or a URL. */
  readonly plugin: string;
  /** Everything after its name. */
  readonly args: readonly string[];
  /** The file for the exact bytes of the result. */
  readonly output?: string;
  /** The least urgent level of the log that is shown. */
  readonly log: LogLevel;
  readonly color: ColorMode;
  /** What the plugin may reach. */
  readonly grants: GrantOptions;
  /** What it may use up. */
  readonly limits: Limits;
  /** What all that is random follows from. */
  readonly seed?: number;
  /** When the plugin's time starts. */
  readonly now?: Date;
  /** The file for the trace; `-` is standard error. */
  readonly trace?: string;
  /** Whether to tell what was granted and refused. */
  readonly explain: boolean;
}

const COLOR_MODES: readonly string[] = ["auto", "always", "never"];

/** Parse the words after the program's name. */
export function parseCommand(words: readonly string[]): Command {
  if (words[0] === "types" || words[0] === "serve") {
    return { kind: words[0], words: words.slice(1) };
  }
  const unknown: string[] = [];
  const flags = parseArgs(withBareValues(words), {
    boolean: ["help", "version", "allow-hrtime", "explain-permissions"],
    string: [
      ...["output", "log", "color", "tmp", "seed", "now", "trace"] as const,
      ...LIST_FLAGS,
      ...LIMIT_FLAGS,
    ],
    collect: LIST_FLAGS,
    alias: { h: "help", V: "version", o: "output" },
    stopEarly: true,
    unknown: (word, key) => {
      if (key === undefined) return true;
      unknown.push(word);
      return false;
    },
  });
  if (unknown[0] !== undefined) return wrong(`unknown flag ${unknown[0]}`);
  if (flags.help) return { kind: "help" };
  if (flags.version) return { kind: "version" };
  const [plugin, ...args] = wordsOfPlugin(words, flags._.length);
  if (plugin === undefined) return wrong("no PLUGIN is named");
  try {
    return { kind: "run", plugin, args, ...settingsOf(flags) };
  } catch (error) {
    if (error instanceof TypeError) return wrong(error.message);
    throw error;
  }
}

/**
 * The last words, from the plugin's name on, exactly as they were given:
 * `parseArgs` counts them but makes numbers of some and drops the first `--`.
 */
function wordsOfPlugin(words: readonly string[], count: number) {
  const marker = words.indexOf("--");
  const inside = marker >= 0 && words.length - marker - 1 < count;
  return words.slice(words.length - count - (inside ? 1 : 0));
}

interface Flags extends GrantFlags, LimitFlags {
  readonly output?: string;
  readonly log?: string;
  readonly color?: string;
  readonly seed?: string;
  readonly now?: string;
  readonly trace?: string;
  readonly "explain-permissions": boolean;
}

/** @throws {TypeError} When a flag has a value that it cannot have. */
function settingsOf(
  flags: Flags,
): Omit<RunCommand, "kind" | "plugin" | "args"> {
  const { output, log = "info", color = "auto", seed, now, trace } = flags;
  if (output === "") throw new TypeError("--output needs a FILE");
  if (trace === "") throw new TypeError("--trace needs a FILE, or -");
  if (!isLogLevel(log)) throw notOneOf("--log", LOG_LEVELS, log);
  if (!isColorMode(color)) throw notOneOf("--color", COLOR_MODES, color);
  return {
    log,
    color,
    grants: grantsOf(flags),
    limits: limitsOf(flags),
    explain: flags["explain-permissions"],
    ...(output === undefined ? {} : { output }),
    ...(seed === undefined ? {} : { seed: parseSeed(seed) }),
    ...(now === undefined ? {} : { now: parseTime(now) }),
    ...(trace === undefined ? {} : { trace }),
  };
}

function notOneOf(flag: string, words: readonly string[], word: string) {
  return new TypeError(`${flag} takes ${words.join(", ")}, not "${word}"`);
}

function parseSeed(word: string): number {
  const seed = Number(word);
  if (/^\d+$/.test(word) && Number.isSafeInteger(seed)) return seed;
  throw new TypeError(
    `--seed takes a whole number from 0 to 2^53 - 1, not "${word}"`,
  );
}

/** A time without a zone is UTC: it means the same on every machine. */
function parseTime(word: string): Date {
  const [, day, time = "T00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/
      .exec(word) ?? [];
  const date = new Date(`${day}${time}${zone}`);
  if (date.getTime() >= 0) return date;
  throw new TypeError(
    `--now takes a time from 1970 on, as in 2026-01-31T12:00:00Z, not "${word}"`,
  );
}

function wrong(reason: string): Command {
  return { kind: "wrong", reason };
}

function isLogLevel(word: string): word is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(word);
}

function isColorMode(word: string): word is ColorMode {
  return COLOR_MODES.includes(word);
}
