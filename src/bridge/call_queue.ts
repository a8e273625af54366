/**
 * Calls of the guest that wait for their turn, first come, first served.
 *
 * @module
 */

import type { Period } from "../runtime/mod.ts";
import type { HostPromise } from "./host_promise.ts";
import type { Message } from "./mailbox.ts";

/** What a call was answered with. */
export interface Answer {
  /** Whether `value` describes an exception. */
  readonly failed: boolean;
  /** The value. */
  readonly value: unknown;
}

/** What waits in the queue. */
export interface Waiting {
  /** The function of the host's that made it. */
  readonly caller: HostPromise | undefined;
  /** Says that there will be no answer. */
  readonly settle: { reject(reason: unknown): void };
}

/** A step that needs the stack for itself. */
export interface Alone extends Waiting {
  /** Takes the step. */
  run(): Promise<void>;
  /** Milliseconds that it may take, instead of the limit. */
  readonly time: number | undefined;
  /** Its time, from when it begins. */
  period: Period | undefined;
}

/** One call, from the queue to its answer. */
export interface Call extends Waiting {
  /** What the guest calls it. */
  readonly number: number;
  /** Settled with the answer, or with why there is none. */
  readonly answer: Promise<Answer>;
  /** Settles {@linkcode answer}. */
  readonly settle: Pick<PromiseWithResolvers<Answer>, "resolve" | "reject">;
  /** While it is queued. */
  message: Message | undefined;
  /** Nobody waits for its answer any more. */
  isAborted: boolean;
  /** Milliseconds that it may take, instead of the limit. */
  readonly time: number | undefined;
  /** Its time, from when it is given to the guest. */
  period: Period | undefined;
}

/** The queue of one guest. */
export class CallQueue {
  readonly #waiting: (Call | Alone)[] = [];

  /** How many wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Let a call, or a step, wait. */
  push(next: Call | Alone): void {
    this.#waiting.push(next);
  }

  /** Whose turn it is. */
  shift(): Call | Alone | undefined {
    return this.#waiting.shift();
  }

  /** The first call whose caller is fit for something; it waits no more. */
  take(isFit: (caller: HostPromise | undefined) => boolean): Call | undefined {
    const index = this.#find(isFit);
    const [call] = index < 0 ? [] : this.#waiting.splice(index, 1);
    return call === undefined || "run" in call ? undefined : call;
  }

  /** Whether there is such a call. */
  has(isFit: (caller: HostPromise | undefined) => boolean): boolean {
    return this.#find(isFit) >= 0;
  }

  /** Let a call wait no more; answers whether it did. */
  remove(call: Call | Alone): boolean {
    const index = this.#waiting.indexOf(call);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  /** Reject all that wait. */
  reject(reason: unknown): void {
    for (const { settle } of this.#waiting.splice(0)) settle.reject(reason);
  }

  #find(isFit: (caller: HostPromise | undefined) => boolean): number {
    return this.#waiting.findIndex((next) =>
      !("run" in next) && isFit(next.caller)
    );
  }
}
