/**
 * The one stack of the guest that can be suspended, and the calls that wait
 * for it.
 *
 * ```text
 *   level 1   call 7: waits for promise 12 of the host's
 *   level 0   call 3: its event loop waits for timers and promises
 * ```
 *
 * While the top level waits, the host goes on. A call that may run on top of
 * it is delivered to it: any call, when it is the event loop of the host's
 * calls that waits; otherwise a call from the very function that is waited
 * for. All others queue. So the levels end in the order that a stack needs.
 *
 * @module
 */

import { LimitError, PluginClosed, PluginError } from "../errors.ts";
import {
  endedText,
  type ModuleOffer,
  NotBegun,
  type Period,
} from "../runtime/mod.ts";
import { type Alone, type Answer, type Call, CallQueue } from "./call_queue.ts";
import { Delivery, type DeliveryInit } from "./delivery.ts";
import { type EarlyEnd, EarlyEnds, type EarlyEndsInit } from "./early_ends.ts";
import type { HostPromise } from "./host_promise.ts";
import { depthOf, type Level, levelOf } from "./level.ts";
import type { WriteMessage } from "./mailbox.ts";
import { StrandImports, type StrandImportsInit } from "./strand_imports.ts";
import { type Sleep, Suspension } from "./suspension.ts";
import { UnderWay } from "./under_way.ts";

/** The numbers of calls begin anew after this one. */
const MAX_NUMBER = 0x7fffffff;

/** What a strand needs of the bridge. */
export interface StrandInit
  extends DeliveryInit, EarlyEndsInit, StrandImportsInit {
  /** Whether a function of the host's is being called. */
  isInHost(): boolean;
}

/** The stack of one guest. */
export class Strand {
  readonly #init: StrandInit;
  readonly #queue = new CallQueue();
  readonly #underWay = new UnderWay();
  readonly #suspension: Suspension;
  readonly #earlyEnds: EarlyEnds;
  readonly #delivery: Delivery;
  readonly #imports: StrandImports;
  #last = 0;

  /**
   * Make one.
   *
   * @param init What it needs of the bridge.
   * @param sleep How time passes.
   */
  constructor(init: StrandInit, sleep: Sleep) {
    this.#init = init;
    this.#suspension = new Suspension(
      sleep,
      (settle) =>
        init.guest().instance.goOn(this.#underWay.periodOfStack, settle),
    );
    this.#earlyEnds = new EarlyEnds(init, this.#underWay, this.#suspension);
    this.#delivery = new Delivery(
      init,
      this.#underWay,
      this.#suspension,
      this.#queue,
    );
    this.#imports = new StrandImports(init, {
      underWay: this.#underWay,
      suspension: this.#suspension,
      earlyEnds: this.#earlyEnds,
      delivery: this.#delivery,
      ended: () => this.#pumpLater(),
    });
  }

  /** The level that runs, or waits, right now. */
  get top(): Level | undefined {
    return this.#underWay.top;
  }

  /** How many requests are being served, one above the other. */
  get depth(): number {
    return depthOf(this.#underWay.top);
  }

  /** Whether the guest waits, or has nothing to do. */
  get isIdle(): boolean {
    return this.#underWay.top === undefined || this.#underWay.isSuspended;
  }

  /** How many calls have no answer yet. */
  get pending(): number {
    return this.#queue.size + this.#underWay.given.size;
  }

  /** The time of what runs on the stack, unless that is suspended. */
  get period(): Period | undefined {
    return this.#underWay.period;
  }

  /**
   * Call the guest as soon as its stack is free for it.
   *
   * @param write Writes the request.
   * @param caller The function of the host's that calls.
   * @param time Milliseconds that it may take, instead of the limit.
   * @param onCall Is given the call before it begins.
   * @throws {TypeError} When the request cannot cross.
   */
  call(
    write: WriteMessage,
    caller: HostPromise | undefined,
    time: number | undefined,
    onCall: (call: Call) => void,
  ): Call {
    const call = this.#newCall(caller, time);
    onCall(call);
    const writeAll: WriteMessage = (encoder) => {
      encoder.value(call.number);
      write(encoder);
    };
    const { instance, mailbox } = this.#init.guest();
    if (
      this.#underWay.top === undefined && !instance.isInside &&
      this.#queue.size === 0
    ) {
      this.#start(call, () => mailbox.send(writeAll, 0, 0, 0));
    } else {
      call.message = mailbox.compose(writeAll);
      this.#queue.push(call);
      this.#pump();
    }
    return call;
  }

  #newCall(
    caller: HostPromise | undefined,
    time: number | undefined,
  ): Call {
    this.#last = (this.#last % MAX_NUMBER) + 1;
    const { promise: answer, ...settle } = Promise.withResolvers<Answer>();
    return {
      number: this.#last,
      caller,
      answer,
      settle: this.#afterwards(settle),
      message: undefined,
      isAborted: false,
      time,
      period: undefined,
    };
  }

  /**
   * Take a step that calls the guest by other ways, when the stack is free.
   *
   * @param step The step.
   * @param caller The function of the host's that wants it.
   * @param end What ends it early.
   * @throws {PluginError} When it would wait for its own caller.
   */
  alone<T>(
    step: (period: Period | undefined) => Promise<T>,
    caller: HostPromise | undefined,
    { signal, time }: EarlyEnd,
  ): Promise<T> {
    const isInside = this.#init.isInHost() ||
      this.#init.guest().instance.isRunning;
    if (isInside || !this.#underWay.isStranger(caller)) throw ownCall();
    const { promise, ...plain } = Promise.withResolvers<T>();
    const settle = this.#afterwards(plain);
    const next: Alone = {
      caller,
      settle,
      time,
      period: undefined,
      run: () =>
        step(next.period).then(
          settle.resolve,
          (error) =>
            settle.reject(
              this.#earlyEnds.deadlines.explained(next.period, error),
            ),
        ),
    };
    const abort = () => this.#abortAlone(next, signal?.reason);
    if (signal !== undefined) this.#earlyEnds.deadlines.prepare();
    signal?.addEventListener("abort", abort);
    this.#queue.push(next);
    this.#pump();
    return promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  /** Give up a call: it is rejected now, and what it waits for is let go. */
  abort(call: Call, reason: unknown): void {
    call.isAborted = true;
    call.settle.reject(reason);
    if (this.#queue.remove(call)) return this.#delivery.forget(call);
    this.#earlyEnds.abort(call, reason);
  }

  /** The same for a step that has the stack for itself. */
  #abortAlone(next: Alone, reason: unknown): void {
    next.settle.reject(reason);
    if (!this.#queue.remove(next)) this.#earlyEnds.abortAlone(next, reason);
  }

  /** The guest was entered beside the stack: a loop may have work now. */
  poke(): void {
    if (this.#underWay.isLoopWaiting) this.#suspension.wake();
  }

  /** Note what became of a promise, and tell who waits for it. */
  settle(promise: HostPromise): void {
    if (promise.isWatched) this.#delivery.tell(promise);
    if (this.#underWay.top?.waits === promise) this.#suspension.wake();
  }

  /** The guest has ended: nothing will be answered any more. */
  end(reason: unknown): void {
    this.#earlyEnds.forgetAlarm();
    // A stack that was cut off says nothing any more.
    if (reason instanceof LimitError) {
      this.#underWay.alone?.settle.reject(reason);
    }
    for (const call of this.#underWay.given.values()) {
      call.settle.reject(reason);
    }
    this.#queue.reject(
      reason instanceof PluginClosed ? reason : notBegun(reason),
    );
    this.#underWay.given.clear();
    this.#delivery.clear();
    this.#underWay.top = undefined;
    this.#suspension.kill(reason);
  }

  /** What the guest imports for it from `py_plugin`. */
  get imports(): ModuleOffer {
    return this.#imports.offer;
  }

  /** Start what can be started, and wake what can be served. */
  #pump(): void {
    const { instance } = this.#init.guest();
    const { top } = this.#underWay;
    if (top !== undefined) {
      if (
        this.#suspension.isOn && this.#queue.has(this.#underWay.fitFor(top))
      ) {
        this.#suspension.wake();
      }
    } else if (instance.isInside) {
      // A stack on top of a plain call could not end after it.
      this.#pumpLater();
    } else {
      const next = this.#queue.shift();
      if (next === undefined) return;
      if ("run" in next) this.#startAlone(next);
      else this.#startQueued(next);
    }
  }

  #pumpLater(): void {
    if (this.#queue.size > 0) queueMicrotask(() => this.#pump());
  }

  async #startAlone(next: Alone): Promise<void> {
    next.period = this.#earlyEnds.deadlines.begin(next.time);
    const level = levelOf(undefined, undefined, next.period);
    this.#underWay.top = level;
    this.#underWay.alone = next;
    await next.run();
    if (this.#underWay.top !== level) return;
    this.#underWay.alone = undefined;
    this.#underWay.top = undefined;
    this.#pump();
  }

  #startQueued(call: Call): void {
    try {
      this.#start(call, () => this.#delivery.put(call));
    } catch (error) {
      call.settle.reject(error);
      this.#pump();
    }
  }

  /** Enter the guest with a call, which `put` puts into the inbox. */
  #start(call: Call, put: () => void): void {
    const { instance, wrapper } = this.#init.guest();
    call.period = this.#earlyEnds.deadlines.begin(call.time);
    this.#underWay.top = levelOf(call, undefined); // what `put` calls has to queue
    try {
      put();
      instance.demandAlive(); // what `put` reads may have closed the plugin
    } catch (error) {
      this.#underWay.top = undefined;
      throw error;
    }
    this.#underWay.given.set(call.number, call);
    instance.enterWaiting("a call", () => wrapper.serve())
      .catch(call.settle.reject);
  }

  /** What settles a promise of the host's, so that its code is not timed. */
  #afterwards<T>(
    { resolve, reject }: Omit<PromiseWithResolvers<T>, "promise">,
  ): Omit<PromiseWithResolvers<T>, "promise"> {
    return {
      resolve: (value) =>
        this.#earlyEnds.deadlines.afterwards(() => resolve(value)),
      reject: (reason) =>
        this.#earlyEnds.deadlines.afterwards(() => reject(reason)),
    };
  }
}

function notBegun(reason: unknown): NotBegun {
  const how = reason instanceof LimitError ? "ran too long" : "has crashed";
  return new NotBegun(endedText(how));
}

function ownCall(): PluginError {
  return new PluginError(
    "Cannot call the plugin from inside one of its own calls",
    { fault: "caller" },
  );
}
