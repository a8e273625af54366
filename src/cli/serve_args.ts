/**
 * From the words behind `serve` to a {@linkcode ServeCommand}.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import type {
  GrantOptions,
  Limits,
  LogLevel,
  RecycleOptions,
} from "../../mod.ts";
import { durationOf, logLevelOf, sizeOf, wrongValue } from "./flag_values.ts";
import { orWrong, UnknownFlags, type Wrong, wrong } from "./flags.ts";
import {
  type GrantFlags,
  grantsOf,
  LIST_FLAGS,
  withBareValues,
} from "./grant_flags.ts";
import { LIMIT_FLAGS, type LimitFlags, limitsOf } from "./limit_flags.ts";

/** What `serve` was asked to do. */
export type ServeCommand =
  | { readonly kind: "help" }
  | Wrong
  | RunServeCommand;

/** Serve a plugin. */
export interface RunServeCommand {
  readonly kind: "serve";
  /** Where it is: a path or a URL. */
  readonly plugin: string;
  /** What is in its `sys.argv`. */
  readonly args: readonly string[];
  readonly host: string;
  readonly port: number;
  /** How many instances; as many as there are processors. */
  readonly size?: number;
  readonly maxQueue?: number;
  /** Bytes of a request's body. */
  readonly maxBody?: number;
  readonly recycle: RecycleOptions;
  /** How long accepted requests may take at the end, in milliseconds. */
  readonly drain: number;
  readonly log: LogLevel;
  readonly grants: GrantOptions;
  readonly limits: Limits;
}

const DEFAULT_PORT = 8080;
const DEFAULT_DRAIN_MS = 30_000;
/** A server's call ends, whatever nobody said about it. */
const DEFAULT_TIME_MS = 30_000;

const OWN_FLAGS = [
  "host",
  "port",
  "pool",
  "max-queue",
  "max-body",
  "recycle-calls",
  "recycle-age",
  "drain",
  "log",
] as const;

type Flags =
  & GrantFlags
  & LimitFlags
  & { readonly [Flag in typeof OWN_FLAGS[number]]?: string };

/** Parse the words behind `serve`. */
export function parseServe(words: readonly string[]): ServeCommand {
  const unknown = new UnknownFlags();
  const flags = parseArgs(withBareValues(words), {
    boolean: ["help", "allow-hrtime"],
    string: ["tmp", ...OWN_FLAGS, ...LIST_FLAGS, ...LIMIT_FLAGS],
    collect: LIST_FLAGS,
    alias: { h: "help" },
    unknown: unknown.note,
  });
  if (unknown.wrong !== undefined) return unknown.wrong;
  if (flags.help) return { kind: "help" };
  const [plugin, ...args] = flags._.map(String);
  if (plugin === undefined) return wrong("serve needs a PLUGIN");
  return orWrong(() => ({
    kind: "serve",
    plugin,
    args,
    ...settingsOf(flags, plugin),
  }));
}

/** @throws {TypeError} When a flag has a value that it cannot have. */
function settingsOf(
  flags: Flags,
  plugin: string,
): Omit<RunServeCommand, "kind" | "plugin" | "args"> {
  const { host = "127.0.0.1", port, log = "info", drain } = flags;
  if (host === "") throw new TypeError("--host needs an address");
  const size = count("pool", flags.pool, 1);
  const maxQueue = count("max-queue", flags["max-queue"], 0);
  const maxBody = flags["max-body"];
  return {
    host,
    port: portOf(port),
    log: logLevelOf("log", log),
    drain: drain === undefined ? DEFAULT_DRAIN_MS : durationOf("drain", drain),
    recycle: recycleOf(flags),
    grants: grantsOf(flags),
    limits: { time: DEFAULT_TIME_MS, ...limitsOf(flags, plugin) },
    ...(size === undefined ? {} : { size }),
    ...(maxQueue === undefined ? {} : { maxQueue }),
    ...(maxBody === undefined ? {} : { maxBody: sizeOf("max-body", maxBody) }),
  };
}

function recycleOf(flags: Flags): RecycleOptions {
  const calls = count("recycle-calls", flags["recycle-calls"], 1);
  const age = flags["recycle-age"];
  return {
    ...(calls === undefined ? {} : { calls }),
    ...(age === undefined ? {} : { age: durationOf("recycle-age", age) }),
  };
}

function portOf(word: string | undefined): number {
  const port = count("port", word, 0) ?? DEFAULT_PORT;
  if (port <= 65_535) return port;
  throw wrongValue("port", "a number from 0 to 65535", `${word}`);
}

function count(
  flag: string,
  word: string | undefined,
  least: number,
): number | undefined {
  if (word === undefined) return undefined;
  if (/^\d{1,9}$/.test(word) && Number(word) >= least) return Number(word);
  throw wrongValue(flag, `a whole number from ${least} on`, word);
}
