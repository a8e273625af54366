/**
 * Promises of the host's that Python may wait for.
 *
 * @module
 */

import type { Level } from "./level.ts";

/** What became of a promise. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };

/** A promise of the host's, and what Python does about it. */
export class HostPromise {
  /** What of the plugin was running when it was made. */
  readonly home: Level | undefined;
  /** What the guest calls it; 0 while it does not know of it. */
  number = 0;
  /** The function behind it is known, wherever it goes on. */
  isTraced = false;
  /** An event loop is to be told when it is settled. */
  isWatched = false;
  /**
   * The host's own promise, when it is a value: an object in Python stands for
   * it, and may ask more than once what became of it.
   */
  object: object | undefined;
  /** What became of it; nothing while it is pending. */
  outcome: Outcome | undefined;

  /**
   * Make one.
   *
   * @param home What of the plugin is running.
   */
  constructor(home: Level | undefined) {
    this.home = home;
  }

  /** Whether it was made by a level of the stack, or by what it called. */
  isOf(level: Level): boolean {
    for (let at = this.home; at !== undefined; at = at.below) {
      if (at === level) return true;
    }
    return false;
  }
}

/** Whether a host function's result is to be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value instanceof Promise ||
    (typeof value === "object" && value !== null && "then" in value &&
      typeof value.then === "function");
}
