/**
 * What a guest imports for its stack: it says when it waits, asks why it goes
 * on, and answers calls.
 *
 * @module
 */

import { ProtocolError } from "../errors.ts";
import { type ModuleOffer, Suspending } from "../runtime/mod.ts";
import type { Delivery } from "./delivery.ts";
import type { EarlyEnds } from "./early_ends.ts";
import type { Guest } from "./guest.ts";
import type { HostPromise } from "./host_promise.ts";
import type { Wait } from "./level.ts";
import type { Suspension } from "./suspension.ts";
import type { UnderWay } from "./under_way.ts";

/** What `host_await()` gets instead of a number; `wrapper/bridge.h`. */
const CALLS_LOOP = 0;

/** What {@linkcode StrandImports} need of the bridge. */
export interface StrandImportsInit {
  /** The guest, once it is there. */
  guest(): Guest;
  /** The promise that a number stands for. */
  promise(number: number): HostPromise;
  /** Reads an answer of `size` bytes that nobody wants any more. */
  discard(size: number): void;
  /** Called when the guest is suspended: what it let go of can be let go of. */
  suspended(): void;
}

/** What a strand consists of. */
export interface StrandParts {
  /** What the guest has begun. */
  readonly underWay: UnderWay;
  /** Suspends it. */
  readonly suspension: Suspension;
  /** Ends its calls early. */
  readonly earlyEnds: EarlyEnds;
  /** Tells it why it goes on. */
  readonly delivery: Delivery;
  /** Called when its last level ends. */
  ended(): void;
}

/** What the guest of one strand imports. */
export class StrandImports {
  readonly #init: StrandImportsInit;
  readonly #parts: StrandParts;

  /**
   * Make them.
   *
   * @param init What they need of the bridge.
   * @param parts What they do their work with.
   */
  constructor(init: StrandImportsInit, parts: StrandParts) {
    this.#init = init;
    this.#parts = parts;
  }

  /** What the guest imports from `py_plugin`. */
  get offer(): ModuleOffer {
    return {
      "host_await": new Suspending((number: number, timeout: number) =>
        this.#await(number, timeout)
      ),
      "host_take": (number: number) => this.#take(number),
      "host_watch": (number: number) => this.#watch(number),
      "host_answered": (number: number, size: number) =>
        this.#answered(number, size),
      "host_later": (number: number) => this.#later(number),
      "host_returned": () => this.#returned(),
      "host_tick": () => this.#parts.earlyEnds.tick(),
    };
  }

  #await(number: number, timeout: number): Promise<void> {
    const { underWay, earlyEnds, suspension } = this.#parts;
    underWay.demandTop().waits = this.#waitOf(number);
    underWay.isSuspended = true;
    this.#init.suspended();
    earlyEnds.setAlarm();
    return suspension.begin(timeout);
  }

  #take(number: number): number {
    const { underWay, earlyEnds, delivery } = this.#parts;
    const top = underWay.demandTop();
    const waits = this.#waitOf(number);
    underWay.isSuspended = false;
    earlyEnds.forgetAlarm();
    top.waits = waits;
    return delivery.next(top, waits, number);
  }

  #waitOf(number: number): Wait {
    if (number > 0) return this.#init.promise(number);
    return number === CALLS_LOOP ? "calls" : "loop";
  }

  #watch(number: number): void {
    const promise = this.#init.promise(number);
    if (promise.isWatched) return;
    promise.isWatched = true;
    if (promise.outcome !== undefined) this.#parts.delivery.tell(promise);
  }

  #answered(number: number, size: number): void {
    const { top, given } = this.#parts.underWay;
    const call = given.get(number);
    if (call === undefined) {
      throw new ProtocolError(
        "The plugin answered a call that nobody waits for",
      );
    }
    given.delete(number);
    if (top?.call === call) top.call = undefined;
    try {
      if (call.isAborted) return this.#init.discard(Math.abs(size));
      const value = this.#init.guest().mailbox.answer(size);
      call.settle.resolve({ failed: size < 0, value });
    } catch (error) {
      call.settle.reject(error);
    }
  }

  #later(number: number): void {
    const { underWay, earlyEnds } = this.#parts;
    const top = underWay.demandTop();
    const { call } = top;
    if (call?.number !== number) return;
    top.call = top.aborted = top.period = undefined;
    earlyEnds.onTask(call);
  }

  #returned(): void {
    const { underWay } = this.#parts;
    underWay.top = underWay.demandTop().below;
    // The stack is still there: it ends, or goes on, when this returns.
    if (underWay.top === undefined) this.#parts.ended();
  }
}
