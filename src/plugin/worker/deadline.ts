/**
 * When a call has taken so long that its thread is ended.
 *
 * The guest itself is told before: what is left then is code that does not
 * listen.
 *
 * @module
 */

import { LimitError } from "../../errors.ts";
import { LEISURE } from "../../runtime/mod.ts";

/** How much later than the guest the host looks at the clock. */
const SLACK_MS = 40;
/** The longest that one timer waits. */
const MAX_TIMER_MS = 0x7fffffff;

/**
 * Be told when a thread has had the time to hear of something.
 *
 * @param grace Milliseconds for cleaning up.
 * @param near Is told when it may not have heard.
 * @param passed Is told when there is no time left.
 * @returns Stops it.
 */
export function watchGrace(
  grace: number,
  near: () => void,
  passed: () => void,
): () => void {
  // One after the other: this thread may have been busy itself.
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (milliseconds: number, step: () => void) => {
    if (milliseconds <= MAX_TIMER_MS) timer = setTimeout(step, milliseconds);
  };
  wait(SLACK_MS, () => {
    near();
    wait(grace, passed);
  });
  return () => clearTimeout(timer);
}

/** The last moment of one call. */
export class Deadline {
  readonly #time: number;
  readonly #grace: number;
  readonly #begin = performance.now();

  /**
   * Make one that begins now.
   *
   * @param time Milliseconds that the call may take; perhaps infinite.
   * @param grace Milliseconds for cleaning up.
   */
  constructor(time: number, grace: number) {
    this.#time = time;
    this.#grace = grace + SLACK_MS;
  }

  /** Whether it has passed. */
  get isOver(): boolean {
    return this.#used >= this.#time + this.#grace;
  }

  /**
   * The error for a call that took longer.
   *
   * @param cause What went wrong besides.
   */
  error(cause?: unknown): LimitError {
    return new LimitError({
      limit: "time",
      value: this.#time,
      used: this.#used,
      ...(cause === undefined ? {} : { cause }),
    });
  }

  /**
   * Be told when it passes, or when a call that was aborted does not end.
   *
   * @param signal What aborts the call.
   * @param near Is told when there is only the time for cleaning up left.
   * @param passed Is told when there is none.
   * @returns Stops it.
   */
  watch(
    signal: AbortSignal | undefined,
    near: () => void,
    passed: () => void,
  ): () => void {
    const timers: ReturnType<typeof setTimeout>[] = [];
    const wait = (milliseconds: number, step: () => void) => {
      if (milliseconds <= MAX_TIMER_MS) {
        timers.push(setTimeout(step, milliseconds));
      }
    };
    wait(this.#time, near);
    wait(this.#time + this.#grace, passed);
    const abort = () => {
      wait(SLACK_MS, near); // most of them hear of it at once
      const leisure = this.#time === Infinity ? LEISURE : 0;
      wait(this.#grace + leisure, passed);
    };
    signal?.addEventListener("abort", abort);
    return () => {
      signal?.removeEventListener("abort", abort);
      for (const timer of timers) clearTimeout(timer);
    };
  }

  get #used(): number {
    return performance.now() - this.#begin;
  }
}
