/**
 * Calls of the host's functions by the guest.
 *
 * @module
 */

import { LimitError, ProtocolError } from "../errors.ts";
import type { ModuleOffer } from "../runtime/mod.ts";
import type { CallTeller } from "./call_teller.ts";
import type { Caller } from "./caller.ts";
import type { Encoder } from "./encode.ts";
import type { Guest } from "./guest.ts";
import { HostIterable } from "./host_iterable.ts";
import type { HostObjectParts, HostObjects } from "./host_objects.ts";
import { HostPromise, isThenable, type Outcome } from "./host_promise.ts";
import { PyObject } from "./py_object.ts";
import type { Strand } from "./strand.ts";
import { writeResult } from "./write_arguments.ts";

/** How much Python lets go of in one call before it is let go of here. */
const MAX_DROPPED = 1000;

type Callable = (...args: unknown[]) => unknown;

/** What {@linkcode HostCalls} are made from. */
export interface HostCallsInit {
  /** The guest, once it is there. */
  guest(): Guest;
  /** The stack that waits for promises. */
  readonly strand: Strand;
  /** The host's objects that Python holds. */
  readonly objects: HostObjects;
  /** Knows whose code is running. */
  readonly caller: Caller;
  /** Tells of the calls, if anybody wants to know. */
  readonly teller: CallTeller | undefined;
  /** What Python is told of an error. */
  errorParts(error: unknown): unknown;
  /** How many there may be in one call of the plugin. */
  readonly maximum: number;
}

/** Answers one guest's calls of the host's functions. */
export class HostCalls {
  readonly #init: HostCallsInit;
  readonly #strand: Strand;
  readonly #objects: HostObjects;
  readonly #caller: Caller;
  readonly #teller: CallTeller | undefined;
  /** How many there were since no call of the plugin was under way. */
  #count = 0;
  /** Functions whose synchronous part is running. */
  #depth = 0;
  /** What the innermost of them may become. */
  #made: HostPromise | undefined;

  /** @param init What they need of the bridge. */
  constructor(init: HostCallsInit) {
    this.#init = init;
    this.#strand = init.strand;
    this.#objects = init.objects;
    this.#caller = init.caller;
    this.#teller = init.teller;
  }

  /** What the guest imports from `py_plugin`. */
  get imports(): ModuleOffer {
    return {
      "host_call": (pointer: number, size: number) =>
        this.#onCall(pointer, size),
      "host_release": (number: number) => this.#objects.drop(number),
    };
  }

  /** Whether the synchronous part of a function is running. */
  get isRunning(): boolean {
    return this.#depth > 0;
  }

  /** The function that is calling the plugin, if one is. */
  calling(): HostPromise | undefined {
    return this.#depth > 0
      ? this.#made ??= new HostPromise(this.#strand.top)
      : this.#caller.current;
  }

  /** No call of the plugin is under way: their number begins anew. */
  reset(): void {
    this.#count = 0;
  }

  /** Hold an object for Python: what the wire says of it. */
  hold(value: object): HostObjectParts | undefined {
    if (!isThenable(value)) return this.#objects.hold(value);
    const promise = this.#watched(new HostPromise(this.#strand.top), value);
    promise.object = value;
    return this.#objects.holdPromise(promise);
  }

  /** Answer a call of the guest's; `wrapper/bridge.h` says what is what. */
  #onCall(pointer: number, size: number): number {
    const guest = this.#init.guest();
    guest.instance.deadlines.demandTime();
    try {
      const answer = this.#perform(guest, pointer, size);
      if (answer instanceof HostPromise) {
        return answer.number = this.#objects.keep(answer);
      }
      guest.mailbox.send(writeResult, answer, undefined, undefined);
      return 0;
    } catch (error) {
      const parts = this.#init.errorParts(error);
      guest.mailbox.send(writeValue, parts, undefined, undefined);
      return -1;
    }
  }

  /** What the function answers, or the promise that stands for it. */
  #perform(guest: Guest, pointer: number, size: number): unknown {
    const decoder = guest.mailbox.open(pointer, size);
    const number = decoder.value();
    const args = decoder.value();
    if (decoder.left > 0 && Array.isArray(args)) args.push(decoder.value());
    if (this.#objects.dropped > MAX_DROPPED) this.#objects.releaseDropped();
    const held = typeof number === "number"
      ? this.#objects.held(number)
      : undefined;
    const target = held instanceof HostIterable ? held.pull : held;
    if (typeof target !== "function" || !Array.isArray(args)) {
      throw new ProtocolError("The plugin called what is no host function");
    }
    this.#count += 1;
    if (this.#count > this.#init.maximum) throw this.#tooManyCalls();
    const outer = this.#made;
    this.#made = undefined;
    this.#depth += 1;
    try {
      const call = () => this.#callHost(target as Callable, args);
      const { deadlines } = guest.instance;
      const told = this.#teller === undefined
        ? call
        : () => this.#teller?.run(target as Callable, args, call);
      const result = deadlines.measuresCpu ? deadlines.outside(told) : told();
      if (!isThenable(result) || result instanceof PyObject) {
        this.#caller.noteAnswer(target);
        return result;
      }
      this.#caller.note(target);
      return this.#pending(result);
    } finally {
      this.#depth -= 1;
      this.#made = outer;
    }
  }

  #tooManyCalls(): LimitError {
    return new LimitError({
      limit: "hostCalls",
      value: this.#init.maximum,
      used: this.#count,
    });
  }

  #callHost(target: Callable, args: readonly unknown[]): unknown {
    if (!this.#caller.follows(target)) return target(...args);
    this.#made = new HostPromise(this.#strand.top);
    return this.#caller.follow(this.#made, target, args);
  }

  /** The promise that Python waits for, with what becomes of it. */
  #pending(result: PromiseLike<unknown>): HostPromise {
    return this.#watched(
      this.#made ?? new HostPromise(this.#strand.top),
      result,
    );
  }

  /** The promise, which learns what becomes of `result`. */
  #watched(promise: HostPromise, result: PromiseLike<unknown>): HostPromise {
    // From now on its function is followed, when that is ready.
    const ready = this.#caller.isReady ? undefined : this.#caller.load();
    const settle = async (outcome: Outcome) => {
      if (ready !== undefined) await ready;
      promise.outcome = outcome;
      this.#strand.settle(promise);
    };
    result.then(
      (value) => settle({ ok: true, value }),
      (error) => settle({ ok: false, error }),
    );
    return promise;
  }
}

function writeValue(encoder: Encoder, value: unknown): void {
  encoder.value(value);
}
