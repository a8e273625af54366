/**
 * What one guest has begun and has not ended: the levels of its stack, and the
 * calls that have become tasks.
 *
 * @module
 */

import { ProtocolError } from "../errors.ts";
import type { Period } from "../runtime/mod.ts";
import type { Alone, Call } from "./call_queue.ts";
import { HostPromise } from "./host_promise.ts";
import { type Level, levelsFrom } from "./level.ts";

/** What one guest has under way. */
export class UnderWay {
  /** The level that runs, or waits, right now. */
  top: Level | undefined;
  /** The guest has been suspended and has not asked why it goes on. */
  isSuspended = false;
  /** The step that has the stack for itself. */
  alone: Alone | undefined;
  /** The calls that the guest has got and has not answered. */
  readonly given: Map<number, Call> = new Map();

  /** The level that runs, as the guest says that one does. */
  demandTop(): Level {
    if (this.top !== undefined) return this.top;
    throw new ProtocolError("The plugin waits outside of any call");
  }

  /** Whether what runs is an event loop, with nothing but tasks to do. */
  get isLoopRunning(): boolean {
    return this.top !== undefined && !this.isSuspended &&
      this.top.call === undefined && this.top.period === undefined;
  }

  /** Whether what waits is an event loop. */
  get isLoopWaiting(): boolean {
    return typeof this.top?.waits === "string";
  }

  /** The time of what runs on the stack, unless that is suspended. */
  get period(): Period | undefined {
    return this.isSuspended ? undefined : this.periodOfStack;
  }

  /**
   * The shortest time that any level has left. Tasks have one loop, so what
   * runs there is not known: it has the longest of theirs.
   */
  get periodOfStack(): Period | undefined {
    let least: Period | undefined;
    for (const level of levelsFrom(this.top)) {
      const period = level.period ?? this.#longestGiven();
      if (least === undefined || (period?.hard ?? Infinity) < least.hard) {
        least = period;
      }
    }
    return least;
  }

  #longestGiven(): Period | undefined {
    let longest: Period | undefined;
    for (const { period } of this.given.values()) {
      if ((period?.hard ?? 0) > (longest?.hard ?? 0)) longest = period;
    }
    return longest;
  }

  /** The times of all of it, with the calls that they belong to. */
  periods(): Map<Period, Call | undefined> {
    const periods = new Map<Period, Call | undefined>();
    const alone = this.alone?.period;
    if (alone !== undefined) periods.set(alone, undefined);
    for (const call of this.given.values()) {
      if (call.period !== undefined) periods.set(call.period, call);
    }
    return periods;
  }

  /** Whose calls can be served on top of a level that waits. */
  fitFor(level: Level): (caller: HostPromise | undefined) => boolean {
    const { waits } = level;
    return (caller) =>
      waits === "calls" || (caller?.isOf(level) ?? false) ||
      (waits instanceof HostPromise && !waits.isTraced &&
        this.isStranger(caller));
  }

  /** Whether a caller is none of those that the stack has called. */
  isStranger(caller: HostPromise | undefined): boolean {
    if (caller === undefined) return true;
    return levelsFrom(this.top).every((level) => !caller.isOf(level));
  }
}
