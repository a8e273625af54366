/**
 * What a pool has done, as numbers.
 *
 * @module
 */

import {
  LimitError,
  PluginCrashed,
  PythonError,
  ReturnedError,
} from "../../errors.ts";
import { Durations, type DurationsSummary } from "./durations.ts";

/**
 * How a call that was accepted ended: with a result; with a Python exception;
 * with `sdk.return_error`; at a limit; with the end of its instance; aborted;
 * or otherwise.
 */
export type Outcome =
  | "ok"
  | "raised"
  | "returned"
  | "limit"
  | "crashed"
  | "aborted"
  | "failed";

/** What {@linkcode Pool.metrics} tells. */
export interface PoolMetrics {
  /** How many instances there may be. */
  readonly size: number;
  /** How many there are. */
  readonly alive: number;
  /** How many answer a call. */
  readonly busy: number;
  /** How many calls wait. */
  readonly queued: number;
  /** Calls that were accepted, by how they ended. */
  readonly calls: Readonly<Record<Outcome, number>>;
  /** Calls that were refused because the queue was full. */
  readonly refused: number;
  /** Instances that ended in a call. */
  readonly crashes: number;
  /** Instances that were started in another's place. */
  readonly restarts: number;
  /** How long calls took, waiting and all, in milliseconds. */
  readonly duration: DurationsSummary;
  /** How long they waited for an instance. */
  readonly wait: DurationsSummary;
  /** Bytes of memory of the instances. */
  readonly memory: number;
  /** Bytes of memory of this process, other things' included. */
  readonly rss: number;
}

/** Counts what a pool does. */
export class Counters {
  readonly calls: Record<Outcome, number> = {
    ok: 0,
    raised: 0,
    returned: 0,
    limit: 0,
    crashed: 0,
    aborted: 0,
    failed: 0,
  };
  refused = 0;
  crashes = 0;
  restarts = 0;
  readonly duration: Durations = new Durations();
  readonly wait: Durations = new Durations();
}

/** What a call that failed counts as. */
export function outcomeOf(
  error: unknown,
  signal: AbortSignal | undefined,
): Outcome {
  if (signal?.aborted && error === signal.reason) return "aborted";
  if (error instanceof LimitError) return "limit";
  if (error instanceof PluginCrashed) return "crashed";
  if (error instanceof ReturnedError) return "returned";
  return error instanceof PythonError ? "raised" : "failed";
}
