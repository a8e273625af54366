/**
 * The levels of the guest's stack: requests that are served, one above the
 * other.
 *
 * @module
 */

import type { Period } from "../runtime/mod.ts";
import type { Call } from "./call_queue.ts";
import type { HostPromise } from "./host_promise.ts";

/** What a level waits for: a promise, or an event loop with nothing to do. */
export type Wait = HostPromise | "calls" | "loop";

/** An exception, as Python is told of it. */
export interface ErrorParts {
  readonly name: string;
  readonly message: string;
}

/** A request that the guest is serving. */
export interface Level {
  /** The call, while it has neither been answered nor become a task. */
  call: Call | undefined;
  /** Its time; none when tasks are all that it has to do. */
  period: Period | undefined;
  /** What it waits for; while it is not the top, the top's ground. */
  waits: Wait | undefined;
  /** Why what it waits for is given up. */
  aborted: ErrorParts | undefined;
  /** The level that waits below it. */
  readonly below: Level | undefined;
}

/** A new level on top of another. */
export function levelOf(
  call: Call | undefined,
  below: Level | undefined,
  period: Period | undefined = call?.period,
): Level {
  return { call, below, period, waits: undefined, aborted: undefined };
}

/** The levels of a stack, from its top. */
export function* levelsFrom(top: Level | undefined): Generator<Level> {
  for (let at = top; at !== undefined; at = at.below) yield at;
}

/** How many levels a stack has. */
export function depthOf(top: Level | undefined): number {
  let depth = 0;
  for (let at = top; at !== undefined; at = at.below) depth += 1;
  return depth;
}
