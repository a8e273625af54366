/**
 * Calls across the line, both ways, with values on the wire.
 *
 * ```text
 *   host                              guest
 *   message into plug_inbox(size)
 *   plug_request()              -->   reads it, runs Python
 *                               <--   host_call(pointer, size)
 *   answer into plug_inbox(size)
 *                               -->   reads it, goes on
 *   reads plug_outbox()         <--   the answer's size; negative: exception
 * ```
 *
 * In such a plain call Python cannot wait for a promise. Where it may, the
 * call goes through `strand.ts`.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import {
  type Instance,
  type ModuleOffer,
  NotBegun,
  type Period,
} from "../runtime/mod.ts";
import { CallTeller, type TellCall } from "./call_teller.ts";
import { Caller } from "./caller.ts";
import { MAX_DEPTH, tooDeep } from "./depth.ts";
import type { EarlyEnd } from "./early_ends.ts";
import type { Encoder } from "./encode.ts";
import { pythonErrorOf } from "./failure.ts";
import type { Guest } from "./guest.ts";
import { HeldExceptions } from "./held_exceptions.ts";
import { HostCalls } from "./host_calls.ts";
import { HostObjects } from "./host_objects.ts";
import { LiveValues } from "./live_values.ts";
import { Mailbox, type WriteMessage } from "./mailbox.ts";
import { PyAwaitable } from "./py_awaitable.ts";
import type { ObjectLine } from "./object_line.ts";
import type { Call } from "./call_queue.ts";
import { Strand } from "./strand.ts";
import { type Sleep, sleep } from "./suspension.ts";
import { type Kwargs, writeArguments } from "./write_arguments.ts";

/** The first item of a message that calls something; others are named. */
const CALL = 0;

/** How a call that may wait is made. */
export interface WaitingCallOptions extends EarlyEnd {
  /** Its keyword arguments. */
  readonly kwargs?: Kwargs | undefined;
}

/** What a bridge is made from. */
export interface BridgeInit {
  /** How time passes while the plugin waits; real timers by default. */
  readonly sleep?: Sleep | undefined;
  /** Is told of each call of a host function. */
  readonly told?: TellCall | undefined;
  /** How large what the guest sends may be, each answer and host call. */
  readonly maxMessage?: number;
  /** How many functions of the host's one call may call. */
  readonly maxHostCalls?: number;
}

/** Calls across the line for one instance. */
export class Bridge implements ObjectLine {
  /** The host's objects that Python holds. */
  readonly hostObjects: HostObjects = new HostObjects();
  /** Tells of calls of the host's functions, if anybody wants to know. */
  readonly teller: CallTeller | undefined;
  /** Whose code is running. */
  readonly caller: Caller = new Caller();
  readonly #exceptions = new HeldExceptions();
  readonly #strand: Strand;
  readonly #hostCalls: HostCalls;
  readonly #live: LiveValues;
  #guest: Guest | undefined;
  readonly #maxMessage: number;
  /** Plain calls under way, one above the other. */
  #depth = 0;
  /** Calls under way that may wait. */
  #waiting = 0;

  /** @param init How it passes the time, and who is told of what. */
  constructor(init: BridgeInit = {}) {
    this.#maxMessage = init.maxMessage ?? Infinity;
    this.teller = init.told && new CallTeller(init.told);
    this.#live = new LiveValues({
      line: this,
      objects: this.hostObjects,
      exceptions: this.#exceptions,
      hold: (value) => this.#hostCalls.hold(value),
    });
    this.#strand = new Strand({
      guest: () => this.#demandGuest(),
      promise: (number) => this.hostObjects.promise(number),
      cancel: (number) => void this.ask("cancel", number),
      interrupt: (number, text) => void this.ask("interrupt", number, text),
      release: (number) => this.hostObjects.release(number),
      errorParts: (error) => this.#live.errorParts(error),
      discard: (size) =>
        this.#live.discard(() => this.#demandGuest().mailbox.answer(size)),
      plainDepth: () => this.#depth,
      isInHost: () => this.#hostCalls.isRunning,
      suspended: () => this.hostObjects.releaseDropped(),
    }, init.sleep ?? sleep);
    this.#hostCalls = new HostCalls({
      guest: () => this.#demandGuest(),
      strand: this.#strand,
      objects: this.hostObjects,
      caller: this.caller,
      teller: this.teller,
      errorParts: (error) => this.#live.errorParts(error),
      maximum: init.maxHostCalls ?? Infinity,
    });
  }

  /** What the guest imports from `py_plugin`. */
  get imports(): ModuleOffer {
    return { ...this.#strand.imports, ...this.#hostCalls.imports };
  }

  /** The instance that requests go to, once it is there. */
  attach(instance: Instance): void {
    const { wrapper } = instance;
    if (wrapper === undefined) return;
    const mailbox = new Mailbox(
      instance,
      wrapper,
      this.#live,
      this.#maxMessage,
    );
    this.#guest = { instance, wrapper, mailbox };
    instance.deadlines.attachStack(() => this.#strand.period);
    instance.onEnd((reason) => {
      this.#strand.end(reason);
      this.hostObjects.releaseAll();
    });
  }

  /** Whether the guest can be called. */
  get isAlive(): boolean {
    return this.#guest?.instance.alive ?? false;
  }

  /** Whether no call is under way that does not wait. */
  get isIdle(): boolean {
    return this.#depth === 0 && this.#strand.isIdle;
  }

  /** Whether no call is under way at all, not even one that waits. */
  get isAtRest(): boolean {
    return this.#depth === 0 && this.#waiting === 0 && this.pending === 0 &&
      this.#strand.top === undefined;
  }

  /** How many Python objects the host holds. */
  get handles(): number {
    const { instance, wrapper } = this.#demandGuest();
    return instance.enter("counting", () => wrapper.handles());
  }

  /** How many calls that may wait have no answer yet. */
  get pending(): number {
    return this.#strand.pending;
  }

  /** Whether it is a function of the host's, called by the plugin, that asks. */
  get isCalledBack(): boolean {
    return this.#hostCalls.calling() !== undefined;
  }

  /**
   * Call a function of the plugin, which cannot wait for the host. Of an
   * `async def` the answer is a promise.
   *
   * @param target Its name, perhaps with dots, or the number of a handle.
   * @param time Milliseconds that it may take, instead of the limit.
   * @throws {PythonError} When it raises an exception.
   * @throws {TypeError} When an argument cannot cross.
   */
  call(
    target: string | number,
    args: readonly unknown[],
    kwargs?: Kwargs,
    time?: number,
  ): unknown {
    const result = this.#timedRequest(writeCall, target, args, kwargs, time);
    return result instanceof PyAwaitable ? this.#awaited(result, time) : result;
  }

  /** What a coroutine comes to: the call's time holds for that as well. */
  async #awaited(object: PyAwaitable, time: number | undefined) {
    using _held = object;
    return await this.#serve(
      (encoder) => writeQuestion(encoder, "awaited", [object]),
      { time },
    );
  }

  /** Ask for one of the operations of `_py_plugin_bridge.py`. */
  ask(operation: string, ...operands: readonly unknown[]): unknown {
    return this.#timedRequest(writeQuestion, operation, operands, undefined);
  }

  /**
   * Call a function of the plugin, which may wait for the host. What is
   * awaitable is awaited.
   *
   * @param target Its name, perhaps with dots, or the number of a handle.
   * @throws {PythonError} When it raises an exception.
   * @throws {TypeError} When an argument cannot cross.
   */
  callWaiting(
    target: string | number,
    args: readonly unknown[],
    { kwargs, ...end }: WaitingCallOptions = {},
  ): Promise<unknown> {
    return this.#serve(
      (encoder) => writeCall(encoder, target, args, kwargs),
      end,
    );
  }

  /** {@linkcode ask} for an operation that may wait for the host. */
  askWaiting(
    operation: string,
    operands: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<unknown> {
    return this.#serve(
      (encoder) => writeQuestion(encoder, operation, operands),
      { signal },
    );
  }

  /**
   * Run a step that calls the guest by other ways, when no call is under way.
   *
   * @param step The step; it is given its time.
   * @param end What ends it early.
   * @throws {PluginError} When it is asked for from inside a call: then it
   * would wait for itself.
   */
  async alone<T>(
    step: (period: Period | undefined) => Promise<T>,
    end: EarlyEnd = {},
  ): Promise<T> {
    end.signal?.throwIfAborted();
    this.#demandGuest().instance.demandAlive(NotBegun);
    this.#waiting += 1;
    try {
      return await this.#strand.alone(step, this.#hostCalls.calling(), end);
    } finally {
      this.#waiting -= 1;
      this.#tidy();
    }
  }

  /** Let go of the guest: what waits for an answer gets none. */
  close(): void {
    this.#demandGuest().instance[Symbol.dispose]();
  }

  /** Let go of a Python object. */
  release(number: number): void {
    const { instance, wrapper } = this.#demandGuest();
    if (!instance.alive) return;
    if (instance.isStill) return void setTimeout(() => this.release(number));
    instance.enter("releasing", () => wrapper.release(number));
    this.#strand.poke();
  }

  /** A request, in the time that it may take. */
  #timedRequest<A, B, C>(
    write: (encoder: Encoder, a: A, b: B, c: C) => void,
    a: A,
    b: B,
    c: C,
    time?: number,
  ): unknown {
    const { instance } = this.#demandGuest();
    if (time === undefined && !instance.deadlines.isLimited) {
      return this.#request(write, a, b, c);
    }
    return instance.within(() => this.#request(write, a, b, c), time);
  }

  #request<A, B, C>(
    write: (encoder: Encoder, a: A, b: B, c: C) => void,
    a: A,
    b: B,
    c: C,
  ): unknown {
    if (this.#depth + this.#strand.depth >= MAX_DEPTH) throw tooDeep();
    const { instance, wrapper, mailbox } = this.#demandGuest();
    instance.demandAlive(); // its memory may be another guest's by now
    instance.demandMoving();
    this.#depth += 1;
    try {
      mailbox.send(write, a, b, c);
      const size = instance.request(wrapper);
      instance.demandNotEnded();
      const answer = mailbox.answer(size);
      if (size >= 0) return answer;
      throw pythonErrorOf(answer, this.#exceptions);
    } finally {
      this.#depth -= 1;
      this.#strand.poke();
      this.#tidy();
    }
  }

  async #serve(
    write: WriteMessage,
    { signal, time }: EarlyEnd,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    const { instance } = this.#demandGuest();
    instance.demandAlive(NotBegun);
    // Before the call begins: it may be over, in part, when this goes on.
    this.#waiting += 1;
    let stop = () => {};
    try {
      const onCall = (call: Call) => void (stop = this.#stopBy(signal, call));
      const caller = this.#hostCalls.calling();
      const call = this.#strand.call(write, caller, time, onCall);
      const { failed, value } = await call.answer;
      if (!failed) return value;
      const error = pythonErrorOf(value, this.#exceptions);
      throw instance.deadlines.explained(call.period, error);
    } finally {
      this.#waiting -= 1;
      stop();
      this.#tidy();
    }
  }

  /** Give up the call when the signal says so; answers how to forget that. */
  #stopBy(signal: AbortSignal | undefined, call: Call): () => void {
    if (signal === undefined) return () => {};
    this.#demandGuest().instance.deadlines.prepare();
    const abort = () => this.#strand.abort(call, signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    return () => signal.removeEventListener("abort", abort);
  }

  /** What is kept while calls are under way. */
  #tidy(): void {
    if (this.#depth > 0 || this.#waiting > 0) return;
    this.#hostCalls.reset();
    this.#exceptions.clear();
    this.hostObjects.releaseDropped();
  }

  #demandGuest(): Guest {
    if (this.#guest !== undefined) return this.#guest;
    throw new InternalError("The bridge has no Python to call");
  }
}

function writeCall(
  encoder: Encoder,
  target: string | number,
  args: readonly unknown[],
  kwargs: Kwargs | undefined,
): void {
  encoder.value(CALL);
  encoder.value(target);
  writeArguments(encoder, args, kwargs);
}

function writeQuestion(
  encoder: Encoder,
  operation: string,
  operands: readonly unknown[],
): void {
  encoder.value(operation);
  for (const operand of operands) encoder.value(operand);
}
