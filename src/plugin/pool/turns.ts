/**
 * Calls that wait for an instance, and for how long.
 *
 * @module
 */

import { LimitError } from "../../errors.ts";
import { FairQueue } from "./fair_queue.ts";
import type { Member } from "./member.ts";
import type { PoolRunOptions } from "./pool_options.ts";

/** Calls `step` after a time, unless what it answers is called. */
export type Timer = (milliseconds: number, step: () => void) => () => void;

type Waiting = PromiseWithResolvers<Member>;

/** Lets each call wait until it is its turn, or too late. */
export class Turns {
  readonly #queue: FairQueue<Waiting>;
  readonly #timer: Timer;

  /**
   * Make them.
   *
   * @param room How many calls may wait.
   * @param timer Tells when it is too late.
   */
  constructor(room: number, timer: Timer) {
    this.#queue = new FairQueue(room);
    this.#timer = timer;
  }

  /** How many calls wait. */
  get size(): number {
    return this.#queue.size;
  }

  /** Whether no more may wait. */
  get isFull(): boolean {
    return this.#queue.isFull;
  }

  /**
   * Wait.
   *
   * @param options Whose call it is, and what ends it early.
   * @param time Milliseconds that it may wait; perhaps infinite.
   * @returns The instance that is to answer.
   * @throws {LimitError} When the time is over.
   */
  async wait(
    { client = "", signal }: PoolRunOptions,
    time: number,
  ): Promise<Member> {
    const waiting = Promise.withResolvers<Member>();
    this.#queue.push(client, waiting);
    const leave = (error: unknown) => {
      if (this.#queue.remove(client, waiting)) waiting.reject(error);
    };
    const abort = () => leave(signal?.reason);
    const late = () =>
      leave(
        new LimitError({
          limit: "time",
          value: time,
          used: time,
          waited: time,
        }),
      );
    const stop = time === Infinity ? () => {} : this.#timer(time, late);
    signal?.addEventListener("abort", abort);
    try {
      return await waiting.promise;
    } finally {
      stop();
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Who waits longest has the next free instance. */
  serve(members: readonly Member[]): void {
    for (const member of members) {
      if (!member.isFree) continue;
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      member.isBusy = true;
      waiting.resolve(member);
    }
  }

  /** Let nobody wait any more. */
  refuse(error: unknown): void {
    for (
      let waiting = this.#queue.shift();
      waiting !== undefined;
      waiting = this.#queue.shift()
    ) waiting.reject(error);
  }
}
