/**
 * What a pool may be told, and what is assumed when nothing is said.
 *
 * @module
 */

import { type Duration, parseLimits, parseTimeout } from "../limits.ts";
import type { PluginOptions } from "../options.ts";
import type { RunOptions } from "../backend.ts";
import type { Kwargs } from "../../bridge/mod.ts";

/** When an instance is replaced by a fresh one. */
export interface RecycleOptions {
  /** After so many calls; never. */
  readonly calls?: number;
  /**
   * After so many calls that broke a limit or SE2's rules; 1. An instance that
   * such a call has ended is replaced in any case.
   */
  readonly crashes?: number;
  /** When it is so old; never. */
  readonly age?: Duration;
}

/**
 * Options of {@linkcode createPool}: those of a plugin, each of whose instances
 * has a thread of its own, and those of the pool.
 */
export interface PoolOptions
  extends Omit<PluginOptions, "isolation" | "restart" | "stdin"> {
  /** How many instances; as many as this machine has processors. */
  readonly size?: number;
  /** How many calls may wait; 64 for each instance. One more is refused. */
  readonly maxQueue?: number;
  /** When an instance is replaced. */
  readonly recycle?: RecycleOptions;
}

/** How a call of a pool is made. */
export interface PoolRunOptions extends RunOptions {
  /** Whose call it is: those of several clients take turns. */
  readonly client?: string;
  /** What the call is called in the log: `LogEvent.request`. */
  readonly id?: string;
}

/** How a function is called through a pool. */
export interface PoolCallOptions extends PoolRunOptions {
  /** Its keyword arguments; none. */
  readonly kwargs?: Kwargs;
}

/** Options with every choice made. */
export interface PoolSettings {
  readonly size: number;
  readonly maxQueue: number;
  readonly calls: number;
  readonly crashes: number;
  readonly age: number;
  /** Milliseconds that a call may take, waiting and all. */
  readonly time: number;
}

/** So many calls may wait for each instance when nobody says how many. */
const QUEUE_PER_INSTANCE = 64;

/**
 * Make every choice that the caller left open.
 *
 * @throws {TypeError} When one that was made cannot be.
 */
export function poolSettings(options: PoolOptions): PoolSettings {
  const { recycle = {} } = options;
  const size = options.size ?? navigator.hardwareConcurrency;
  return {
    size: count("size", size, 1),
    maxQueue: count(
      "maxQueue",
      options.maxQueue ?? size * QUEUE_PER_INSTANCE,
      0,
    ),
    calls: count("recycle.calls", recycle.calls ?? Infinity, 1),
    crashes: count("recycle.crashes", recycle.crashes ?? 1, 1),
    age: parseTimeout(recycle.age),
    time: parseLimits(options.limits ?? {}).time,
  };
}

function count(name: string, value: number, least: number): number {
  if (value === Infinity && name !== "size") return value;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(
    `Cannot make a pool with ${name} ${
      Deno.inspect(value)
    }: it must be a whole number from ${least} on`,
  );
}
