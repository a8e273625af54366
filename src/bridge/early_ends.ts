/**
 * What ends calls before they are done: their time, and who aborts them.
 *
 * ```text
 *   runs     host_tick: TimeoutError is raised where Python is
 *   waits    an alarm rings: what it waits for is given up, TimeoutError
 *   is a task, or may be one    the loop is asked to interrupt, or cancel, it
 * ```
 *
 * @module
 */

import { type Deadlines, Due, type Period } from "../runtime/mod.ts";
import type { Alone, Call } from "./call_queue.ts";
import type { Guest } from "./guest.ts";
import { type ErrorParts, levelsFrom } from "./level.ts";
import type { Suspension } from "./suspension.ts";
import type { UnderWay } from "./under_way.ts";

/** What Python is told; `wrapper/limits.c` says the same. */
const TIME_IS_UP = "the call has used up its time";
const ABORTED = "the host aborted the call";

/** What ends a call before it is done. */
export interface EarlyEnd {
  /** Ends it: what it is aborted with is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that it may take, instead of the limit. */
  readonly time?: number | undefined;
}

/** What {@linkcode EarlyEnds} need of the bridge. */
export interface EarlyEndsInit {
  /** The guest, once it is there. */
  guest(): Guest;
  /** Cancels the task that a call has become. */
  cancel(number: number): void;
  /** Raises TimeoutError in the task that a call has become. */
  interrupt(number: number, text: string): void;
}

/** Ends the calls of one guest early. */
export class EarlyEnds {
  readonly #init: EarlyEndsInit;
  readonly #underWay: UnderWay;
  readonly #suspension: Suspension;
  /** Forgets when the suspended guest has to be told of its time. */
  #forgetAlarm: (() => void) | undefined;

  /**
   * Make one.
   *
   * @param init What it needs of the bridge.
   * @param underWay What may end early.
   * @param suspension Wakes a guest whose wait is given up.
   */
  constructor(
    init: EarlyEndsInit,
    underWay: UnderWay,
    suspension: Suspension,
  ) {
    this.#init = init;
    this.#underWay = underWay;
    this.#suspension = suspension;
  }

  /** The deadlines of the guest. */
  get deadlines(): Deadlines {
    return this.#init.guest().instance.deadlines;
  }

  /** The host has given up a call which waits in no queue any more. */
  abort(call: Call, reason: unknown): void {
    if (call.period !== undefined) this.#giveUpTime(call, call.period);
    if (!this.#underWay.given.has(call.number)) return;
    if (this.#giveUp(call, abortParts(reason))) return;
    this.#init.cancel(call.number);
    // One that is running may have to be told where it is.
    if (this.#underWay.isSuspended && call.period) {
      call.period.told ??= "time";
    }
  }

  /** Below another call Python cannot be told, so its grace begins later. */
  #giveUpTime(call: Call, period: Period): void {
    const { top } = this.#underWay;
    const isBelow = [...levelsFrom(top?.below)].some((each) =>
      each.call === call
    );
    if (isBelow) period.isAborted = true;
    else this.deadlines.abort(period);
  }

  /** The same for a step that has the stack for itself. */
  abortAlone(step: Alone, reason: unknown): void {
    const { period } = step;
    if (period === undefined || this.#underWay.alone !== step) return;
    this.deadlines.abort(period);
    this.#giveUpAlone(abortParts(reason));
  }

  /** A call has become a task: it hears what it could not be told before. */
  onTask({ number, isAborted, period }: Call): void {
    if (isAborted) this.#init.cancel(number);
    // It was due when there was no task yet that could be told.
    else if (period?.told) this.#init.interrupt(number, TIME_IS_UP);
  }

  /**
   * What the guest asks all the time. What is raised where Python runs is not
   * raised where it waits, too.
   *
   * @returns What Python is to be told.
   */
  tick(): number {
    // One look at the clock each: two might see the end between them.
    if (this.#runsTasks) return this.#tickTasks();
    const due = this.deadlines.tick();
    if (due !== Due.ABORTED) return due;
    for (const level of levelsFrom(this.#underWay.top)) {
      if (level.period?.told !== undefined) level.aborted = undefined;
    }
    return due;
  }

  /** Whether what runs are tasks of an event loop: which one is not known. */
  get #runsTasks(): boolean {
    return this.#underWay.isLoopRunning &&
      this.deadlines.current === this.#underWay.period;
  }

  /** Tell each of the tasks that is due; nothing is for the code that runs. */
  #tickTasks(): number {
    for (const { number, period } of [...this.#underWay.given.values()]) {
      const due = period === undefined ? 0 : this.deadlines.dueOf(period);
      if (due === Due.NOTHING) continue;
      this.#init.interrupt(number, due === Due.TIME ? TIME_IS_UP : ABORTED);
    }
    return Due.NOTHING;
  }

  /** The guest waits: now nobody asks {@linkcode tick}. */
  setAlarm(): void {
    const ms = this.deadlines.untilNext(this.#underWay.periods().keys());
    if (ms === Infinity) return;
    // A loop that is never idle goes on before any timer.
    if (ms === 0) {
      return queueMicrotask(() => this.#underWay.isSuspended && this.#ring());
    }
    const timer = setTimeout(() => this.#ring(), ms);
    const forget = () => clearTimeout(timer);
    this.#forgetAlarm = forget;
  }

  /** The guest goes on, or has ended. */
  forgetAlarm(): void {
    this.#forgetAlarm?.();
  }

  /** A time is over while the guest waits. */
  #ring(): void {
    try {
      for (const [period, call] of this.#underWay.periods()) {
        if (this.deadlines.dueOf(period) !== Due.TIME) continue;
        if (call === undefined) this.#giveUpAlone(timeParts());
        else if (!this.#giveUp(call, timeParts())) {
          this.#init.interrupt(call.number, TIME_IS_UP);
        }
      }
    } catch {
      return; // the guest has ended with it
    }
    if (this.#suspension.isOn) this.setAlarm();
  }

  /**
   * What the call waits for is given up, and Python is told why.
   *
   * @returns Whether it is no task: to a task it has to be said.
   */
  #giveUp(call: Call, error: ErrorParts): boolean {
    const { top } = this.#underWay;
    for (const level of levelsFrom(top)) {
      if (level.call !== call) continue;
      level.aborted = error;
      if (level === top) this.#suspension.wake();
      return true;
    }
    return false;
  }

  #giveUpAlone(error: ErrorParts): void {
    const { top } = this.#underWay;
    if (top === undefined) return;
    top.aborted = error;
    this.#suspension.wake();
  }
}

/** What Python is told when a call has used up its time: no error of ours. */
function timeParts(): ErrorParts {
  return { name: "TimeoutError", message: TIME_IS_UP };
}

/** What Python is told when the host gave up its call. */
function abortParts(reason: unknown): ErrorParts {
  const message = `${ABORTED}: ${reasonText(reason)}`.toWellFormed();
  return { name: "TimeoutError", message };
}

function reasonText(reason: unknown): string {
  try {
    return reason instanceof Error ? reason.message : String(reason);
  } catch {
    return "with a reason that cannot be shown";
  }
}
