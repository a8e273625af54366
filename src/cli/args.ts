/**
 * From the words of a command line to a {@linkcode Command}.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import type { GrantOptions, Limits, LogLevel } from "../../mod.ts";
import { logLevelOf, oneOf, wrongValue } from "./flag_values.ts";
import { orWrong, UnknownFlags, type Wrong, wrong } from "./flags.ts";
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
  | SubcommandWords<"types">
  | SubcommandWords<"serve">
  | SubcommandWords<"cache">
  | Wrong;

/** A command with flags of its own. */
export interface SubcommandWords<Name extends string> {
  readonly kind: Name;
  /** The words behind its name. */
  readonly words: readonly string[];
}

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
  /** Whether a warm image may be kept, and used. */
  readonly cache: boolean;
}

const SUBCOMMANDS = ["types", "serve", "cache"] as const;
const COLOR_MODES: readonly ColorMode[] = ["auto", "always", "never"];

/** Parse the words after the program's name. */
export function parseCommand(words: readonly string[]): Command {
  const kind = SUBCOMMANDS.find((each) => each === words[0]);
  if (kind !== undefined) return { kind, words: words.slice(1) };
  const unknown = new UnknownFlags();
  const flags = parseArgs(withBareValues(words), {
    boolean: [
      ...["help", "version", "allow-hrtime", "explain-permissions"] as const,
      "no-cache",
    ],
    string: [
      ...["output", "log", "color", "tmp", "seed", "now", "trace"] as const,
      ...LIST_FLAGS,
      ...LIMIT_FLAGS,
    ],
    collect: LIST_FLAGS,
    alias: { h: "help", V: "version", o: "output" },
    stopEarly: true,
    unknown: unknown.note,
  });
  if (unknown.wrong !== undefined) return unknown.wrong;
  if (flags.help) return { kind: "help" };
  if (flags.version) return { kind: "version" };
  const [plugin, ...args] = wordsOfPlugin(words, flags._.length);
  if (plugin === undefined) return wrong("no PLUGIN is named");
  return orWrong(() => ({
    kind: "run",
    plugin,
    args,
    ...settingsOf(flags, plugin),
  }));
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
  readonly "no-cache": boolean;
}

/** @throws {TypeError} When a flag has a value that it cannot have. */
function settingsOf(
  flags: Flags,
  plugin: string,
): Omit<RunCommand, "kind" | "plugin" | "args"> {
  const { output, log = "info", color = "auto", seed, now, trace } = flags;
  if (output === "") throw new TypeError("--output needs a FILE");
  if (trace === "") throw new TypeError("--trace needs a FILE, or -");
  return {
    log: logLevelOf("log", log),
    color: oneOf("color", COLOR_MODES, color),
    grants: grantsOf(flags),
    limits: limitsOf(flags, plugin),
    explain: flags["explain-permissions"],
    cache: !flags["no-cache"],
    ...(output === undefined ? {} : { output }),
    ...(seed === undefined ? {} : { seed: parseSeed(seed) }),
    ...(now === undefined ? {} : { now: parseTime(now) }),
    ...(trace === undefined ? {} : { trace }),
  };
}

function parseSeed(word: string): number {
  const seed = Number(word);
  if (/^\d+$/.test(word) && Number.isSafeInteger(seed)) return seed;
  throw wrongValue("seed", "a whole number from 0 to 2^53 - 1", word);
}

/** A time without a zone is UTC: it means the same on every machine. */
function parseTime(word: string): Date {
  const [, day, time = "T00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/
      .exec(word) ?? [];
  const date = new Date(`${day}${time}${zone}`);
  if (date.getTime() >= 0) return date;
  const rule = "a time from 1970 on, as in 2026-01-31T12:00:00Z";
  throw wrongValue("now", rule, word);
}
