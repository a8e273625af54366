/**
 * A limit as an error, which says how to raise it.
 *
 * @module
 */

import { comparedText } from "../size_text.ts";
import type { CrashFrame } from "./plugin_crashed.ts";
import { PluginError } from "./plugin_error.ts";

/**
 * What a plugin can use up, as `limits` of its options names it; `tmp` is the
 * size of its files in memory, which is one of its `grants`.
 */
export type LimitName =
  | "time"
  | "cpuTime"
  | "memory"
  | "output"
  | "result"
  | "hostCalls"
  | "files"
  | "tmp"
  | "depth";

/** What each limit says, and the option and the flag that raise it. */
const LIMITS: Readonly<
  Record<
    LimitName,
    {
      readonly said: (used: number | string) => string;
      /** Whether it is counted in bytes. */
      readonly isSize?: true;
      readonly option?: string;
      readonly flag: string;
    }
  >
> = {
  time: { said: (ms) => `ran for ${ms} ms`, flag: "--timeout" },
  cpuTime: {
    said: (ms) => `ran for ${ms} ms, without waiting`,
    flag: "--cpu-time",
  },
  memory: {
    said: (size) => `has ${size} of memory and needs more`,
    isSize: true,
    flag: "--memory",
  },
  output: {
    said: (size) => `wrote ${size} of output`,
    isSize: true,
    flag: "--max-output",
  },
  result: {
    said: (size) => `passed ${size} at once`,
    isSize: true,
    flag: "--max-result",
  },
  hostCalls: {
    said: (calls) => `called the host's functions ${calls} times`,
    flag: "--max-host-calls",
  },
  files: { said: (files) => `has ${files} files open`, flag: "--max-files" },
  tmp: {
    said: (size) => `needs ${size} for its files in memory`,
    isSize: true,
    option: "grants.tmp",
    flag: "--tmp",
  },
  depth: {
    said: (calls) => `called functions ${calls} deep`,
    flag: "--max-depth",
  },
};

/** What a {@linkcode LimitError} is made of. */
export interface LimitErrorInit extends ErrorOptions {
  /** Which limit. */
  readonly limit: LimitName;
  /** What it is: milliseconds, bytes, or a count. */
  readonly value: number;
  /** What was used when it was noticed, in the same unit. */
  readonly used: number;
  /** How much of the time that was used was waiting for its turn; none. */
  readonly waited?: number;
  /** The Python functions that were running, when Python did not say so. */
  readonly frames?: readonly CrashFrame[];
}

/**
 * The plugin used up what it was allowed.
 *
 * After a limit of time that Python could not be told of, the instance is
 * gone; after all others it can be called again.
 *
 * ```ts
 * import { LimitError } from "@x/py-plugin";
 * const error = new LimitError({ limit: "time", value: 5000, used: 5003 });
 * console.log(error.fault, error.message);
 * ```
 */
export class LimitError extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "LimitError";
  /** Which limit. */
  readonly limit: LimitName;
  /** What it is: milliseconds, bytes, or a count. */
  readonly value: number;
  /** What was used when it was noticed, in the same unit. */
  readonly used: number;
  /**
   * Milliseconds of `used` in which a call of a pool waited for an instance:
   * all of them when it did not run.
   */
  readonly waited: number;
  /**
   * The Python functions that were running when the instance was ended, the
   * outermost first; empty when there is a `cause`, which has them.
   */
  readonly frames: readonly CrashFrame[];

  /**
   * Make one.
   *
   * @param init The limit, its value, what was used, and the `cause`: Python's
   * exception, with the traceback, when there was one.
   */
  constructor(init: LimitErrorInit) {
    const { limit, value, used, waited = 0, frames = [], ...options } = init;
    super(limitMessage({ limit, value, used, waited }), {
      ...options,
      fault: "limits",
    });
    this.limit = limit;
    this.value = value;
    this.used = used;
    this.waited = waited;
    this.frames = frames;
  }
}

function limitMessage(
  { limit, value, used, waited = 0 }: LimitErrorInit,
): string {
  const { said, isSize, option = `limits.${limit}`, flag } = LIMITS[limit];
  const numbers = [Math.round(used - waited), Math.round(value)] as const;
  const [own, allowed] = isSize ? comparedText(...numbers) : numbers;
  const queue = `waited ${Math.round(waited)} ms for an instance`;
  const what = Math.round(waited) === 0
    ? `The plugin ${said(own)}`
    : waited < used
    ? `The call ${queue} and ${said(own)}`
    : `The call ${queue} and did not run`;
  return `${what}: ${allowed} are allowed; raise ${option} (${flag})`;
}
