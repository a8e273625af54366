/**
 * What a guest that waits is given: the next call, or what became of what it
 * waits for.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import type { Call, CallQueue } from "./call_queue.ts";
import { MAX_DEPTH, tooDeep } from "./depth.ts";
import type { Guest } from "./guest.ts";
import { HostPromise } from "./host_promise.ts";
import { depthOf, type Level, levelOf, type Wait } from "./level.ts";
import type { WriteMessage } from "./mailbox.ts";
import type { Suspension } from "./suspension.ts";
import type { UnderWay } from "./under_way.ts";

/** What `host_take()` tells the guest; `wrapper/serve.c` has the same. */
const Taken = {
  NOTHING: 0,
  ANSWER: 1,
  EXCEPTION: 2,
  REQUEST: 3,
  ABORTED: 4,
} as const;

/** What a {@linkcode Delivery} needs of the bridge. */
export interface DeliveryInit {
  /** The guest, once it is there. */
  guest(): Guest;
  /** Lets go of a promise. */
  release(number: number): void;
  /** What Python is told of an error. */
  errorParts(error: unknown): unknown;
  /** How many plain calls of the guest are under way. */
  plainDepth(): number;
}

/** Puts into one guest's inbox what there is for it. */
export class Delivery {
  readonly #init: DeliveryInit;
  readonly #underWay: UnderWay;
  readonly #suspension: Suspension;
  readonly #queue: CallQueue;
  /** What event loops are to be told. */
  readonly #settled: HostPromise[] = [];

  /**
   * Make one.
   *
   * @param init What it needs of the bridge.
   * @param underWay What the guest has got; what it is given is added.
   * @param suspension Wakes it when there is something for it.
   * @param queue The calls that may be given to it.
   */
  constructor(
    init: DeliveryInit,
    underWay: UnderWay,
    suspension: Suspension,
    queue: CallQueue,
  ) {
    this.#init = init;
    this.#underWay = underWay;
    this.#suspension = suspension;
    this.#queue = queue;
  }

  /** Tell an event loop what became of a promise. */
  tell(promise: HostPromise): void {
    this.#settled.push(promise);
    if (this.#underWay.isLoopWaiting) this.#suspension.wake();
  }

  /** Nothing will be told any more. */
  clear(): void {
    this.#settled.length = 0;
  }

  /**
   * Put what there is for who waits into the inbox.
   *
   * @param top The level that waits.
   * @param waits What it waits for.
   * @param number What the guest calls that.
   * @returns What it is.
   */
  next(top: Level, waits: Wait, number: number): number {
    if (top.aborted !== undefined) return this.#giveAbort(top, number);
    if (this.#deliver(top)) return Taken.REQUEST;
    if (!(waits instanceof HostPromise)) return this.#giveSettled();
    if (waits.outcome === undefined) return Taken.NOTHING;
    top.waits = undefined;
    if (waits.object === undefined) this.#init.release(number);
    return this.#give(waits);
  }

  /** Put a call that was queued into the inbox. */
  put(call: Call): void {
    const { message } = call;
    call.message = undefined;
    if (message === undefined) throw new InternalError("A call without words");
    this.#init.guest().mailbox.put(message);
  }

  /** Let go of a call that is not given to the guest. */
  forget(call: Call): void {
    if (call.message !== undefined) {
      this.#init.guest().mailbox.letGo(call.message);
    }
    call.message = undefined;
  }

  /** Put the next call that can run on top of `level` into the inbox. */
  #deliver(level: Level): boolean {
    if (this.#queue.size === 0) return false;
    const underWay = this.#underWay;
    for (;;) {
      const call = this.#queue.take(underWay.fitFor(level));
      if (call === undefined) return false;
      try {
        const depth = depthOf(underWay.top) + this.#init.plainDepth();
        if (depth >= MAX_DEPTH) throw tooDeep();
        this.put(call);
        const { deadlines } = this.#init.guest().instance;
        call.period = deadlines.begin(call.time);
        underWay.given.set(call.number, call);
        underWay.top = levelOf(call, level);
        return true;
      } catch (error) {
        this.forget(call);
        call.settle.reject(error);
      }
    }
  }

  #giveSettled(): number {
    const promise = this.#settled.shift();
    if (promise === undefined) return Taken.NOTHING;
    promise.isWatched = false;
    return this.#give(promise, promise.number);
  }

  /** Put what became of a promise into the inbox. */
  #give({ outcome }: HostPromise, number?: number): number {
    if (outcome?.ok) {
      try {
        this.#send(outcome.value, number);
        return Taken.ANSWER;
      } catch (error) {
        this.#send(this.#init.errorParts(error), number);
        return Taken.EXCEPTION;
      }
    }
    this.#send(this.#init.errorParts(outcome?.error), number);
    return Taken.EXCEPTION;
  }

  #giveAbort(level: Level, number: number): number {
    const { waits, aborted } = level;
    level.waits = level.aborted = undefined;
    const { period } = level;
    if (period !== undefined) {
      period.told ??= "time";
      if (period.isAborted) this.#init.guest().instance.deadlines.abort(period);
    }
    if (waits instanceof HostPromise && waits.object === undefined) {
      this.#init.release(number);
    }
    this.#send(aborted, undefined);
    return Taken.ABORTED;
  }

  #send(value: unknown, number: number | undefined): void {
    const write: WriteMessage = (encoder) => {
      if (number !== undefined) encoder.value(number);
      encoder.value(value);
    };
    this.#init.guest().mailbox.send(write, undefined, undefined, undefined);
  }
}
