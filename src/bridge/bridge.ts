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

import { InternalError, LimitError, ProtocolError } from "../errors.ts";
import type { Instance, ModuleOffer, Period } from "../runtime/mod.ts";
import { CallTeller, type TellCall } from "./call_teller.ts";
import { Caller } from "./caller.ts";
import { MAX_DEPTH, tooDeep } from "./depth.ts";
import type { EarlyEnd } from "./early_ends.ts";
import type { Encoder } from "./encode.ts";
import { pythonErrorOf } from "./failure.ts";
import type { Guest } from "./guest.ts";
import { errorParts } from "./host_error.ts";
import { HeldExceptions } from "./held_exceptions.ts";
import { HostIterable } from "./host_iterable.ts";
import { type HostObjectParts, HostObjects } from "./host_objects.ts";
import { HostPromise, isThenable, type Outcome } from "./host_promise.ts";
import { type Live, Mailbox, type WriteMessage } from "./mailbox.ts";
import { handleOf, PyAwaitable } from "./py_awaitable.ts";
import type { ObjectLine } from "./object_line.ts";
import { numberOfHandle, PyObject } from "./py_object.ts";
import type { Call } from "./call_queue.ts";
import { Strand } from "./strand.ts";
import type { Sleep } from "./suspension.ts";
import { type Kwargs, writeArguments, writeResult } from "./write_arguments.ts";

/** The first item of a message that calls something; others are named. */
const CALL = 0;
/** How much Python lets go of in one call before it is let go of here. */
const MAX_RELEASED = 1000;
/** The longest that one timer waits; then there is another. */
const MAX_SLEEP_MS = 0x7fffffff;

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

type Callable = (...args: unknown[]) => unknown;

/** Calls across the line for one instance. */
export class Bridge implements ObjectLine {
  /** The host's objects that Python holds. */
  readonly hostObjects: HostObjects = new HostObjects();
  /** Tells of calls of the host's functions, if anybody wants to know. */
  readonly teller: CallTeller | undefined;
  /** Whose code is running. */
  readonly caller: Caller = new Caller();
  /** What Python let go of while the host may still have to read of it. */
  readonly #released = new Set<number>();
  readonly #exceptions = new HeldExceptions();
  readonly #strand: Strand;
  #guest: Guest | undefined;
  readonly #maxMessage: number;
  readonly #maxHostCalls: number;
  /** How many functions of the host's were called since no call was. */
  #hostCalls = 0;
  /** Plain calls under way, one above the other. */
  #depth = 0;
  /** Calls under way that may wait. */
  #waiting = 0;
  /** Functions of the host's whose synchronous part is running. */
  #hostDepth = 0;
  /** The Python objects of an answer that is read to let go of them. */
  #unwanted: number[] | undefined;
  /** What the innermost of them may become. */
  #made: HostPromise | undefined;

  /** @param init How it passes the time, and who is told of what. */
  constructor(init: BridgeInit = {}) {
    this.#maxMessage = init.maxMessage ?? Infinity;
    this.#maxHostCalls = init.maxHostCalls ?? Infinity;
    this.teller = init.told && new CallTeller(init.told);
    this.#strand = new Strand({
      guest: () => this.#demandGuest(),
      promise: (number) => this.#promise(number),
      cancel: (number) => void this.ask("cancel", number),
      interrupt: (number, text) => void this.ask("interrupt", number, text),
      release: (number) => this.hostObjects.release(number),
      errorParts: (error) => errorParts(error, this.#exceptions),
      discard: (size) => this.#discard(size),
      plainDepth: () => this.#depth,
      isInHost: () => this.#hostDepth > 0,
      suspended: () => this.#releaseAll(),
    }, init.sleep ?? sleep);
  }

  /** What the guest imports from `py_plugin`. */
  get imports(): ModuleOffer {
    return {
      ...this.#strand.imports,
      "host_call": (pointer: number, size: number) =>
        this.#onCall(pointer, size),
      "host_release": (number: number) => {
        if (this.hostObjects.held(number) !== undefined) {
          this.#released.add(number);
        }
      },
    };
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
    return this.#callingFunction() !== undefined;
  }

  /** What of the host's is in the guest, or of the guest's in the host. */
  get entanglements(): string[] {
    const objects = this.hostObjects.passing;
    const { handles } = this;
    return [
      ...(handles > 0
        ? [`the host holds ${count(handles, "object")} of it`]
        : []),
      ...(objects > 0
        ? [`it holds ${count(objects, "object")} of the host`]
        : []),
    ];
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
    this.#demandGuest().instance.demandAlive();
    this.#waiting += 1;
    try {
      return await this.#strand.alone(step, this.#callingFunction(), end);
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
    instance.demandAlive();
    // Before the call begins: it may be over, in part, when this goes on.
    this.#waiting += 1;
    let stop = () => {};
    try {
      const onCall = (call: Call) => void (stop = this.#stopBy(signal, call));
      const caller = this.#callingFunction();
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
    const abort = () => this.#strand.abort(call, signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    return () => signal?.removeEventListener("abort", abort);
  }

  /** The function of the host's that is calling the plugin. */
  #callingFunction(): HostPromise | undefined {
    return this.#hostDepth > 0
      ? this.#made ??= new HostPromise(this.#strand.top)
      : this.caller.current;
  }

  /** What is kept while calls are under way. */
  #tidy(): void {
    if (this.#depth > 0 || this.#waiting > 0) return;
    this.#hostCalls = 0;
    this.#exceptions.clear();
    this.#releaseAll();
  }

  /** An answer may name an object that Python has let go of meanwhile. */
  #releaseAll(): void {
    if (this.#released.size === 0) return;
    const released = [...this.#released];
    this.#released.clear();
    for (const number of released) this.hostObjects.release(number);
  }

  /** Answer a call of the guest's; `wrapper/bridge.h` says what is what. */
  #onCall(pointer: number, size: number): number {
    const { mailbox } = this.#demandGuest();
    try {
      const answer = this.#perform(mailbox, pointer, size);
      if (answer instanceof HostPromise) {
        return answer.number = this.hostObjects.keep(answer);
      }
      mailbox.send(writeResult, answer, undefined, undefined);
      return 0;
    } catch (error) {
      const parts = errorParts(error, this.#exceptions);
      mailbox.send(writeValue, parts, undefined, undefined);
      return -1;
    }
  }

  /** What the function answers, or the promise that stands for it. */
  #perform(mailbox: Mailbox, pointer: number, size: number): unknown {
    const decoder = mailbox.open(pointer, size);
    const number = decoder.value();
    const args = decoder.value();
    if (decoder.left > 0 && Array.isArray(args)) args.push(decoder.value());
    if (this.#released.size > MAX_RELEASED) this.#releaseAll();
    const held = typeof number === "number"
      ? this.hostObjects.held(number)
      : undefined;
    const target = held instanceof HostIterable ? held.pull : held;
    if (typeof target !== "function" || !Array.isArray(args)) {
      throw new ProtocolError("The plugin called what is no host function");
    }
    this.#hostCalls += 1;
    if (this.#hostCalls > this.#maxHostCalls) throw this.#tooManyCalls();
    const outer = this.#made;
    this.#made = undefined;
    this.#hostDepth += 1;
    try {
      const call = () => this.#callHost(target as Callable, args);
      const { deadlines } = this.#demandGuest().instance;
      const told = this.teller === undefined
        ? call
        : () => this.teller?.run(target as Callable, args, call);
      const result = deadlines.measuresCpu ? deadlines.outside(told) : told();
      if (!isThenable(result) || result instanceof PyObject) {
        this.caller.noteAnswer(target);
        return result;
      }
      this.caller.note(target);
      return this.#pending(result);
    } finally {
      this.#hostDepth -= 1;
      this.#made = outer;
    }
  }

  #tooManyCalls(): LimitError {
    return new LimitError({
      limit: "hostCalls",
      value: this.#maxHostCalls,
      used: this.#hostCalls,
    });
  }

  #callHost(target: Callable, args: readonly unknown[]): unknown {
    if (!this.caller.follows(target)) return target(...args);
    this.#made = new HostPromise(this.#strand.top);
    return this.caller.follow(this.#made, target, args);
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
    const ready = this.caller.isReady ? undefined : this.caller.load();
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

  /** Hold an object for Python: what the wire says of it. */
  #hold(value: object): HostObjectParts | undefined {
    if (!isThenable(value)) return this.hostObjects.hold(value);
    const promise = this.#watched(new HostPromise(this.#strand.top), value);
    promise.object = value;
    return this.hostObjects.holdPromise(promise);
  }

  #promise(number: number): HostPromise {
    const promise = this.hostObjects.held(number);
    if (promise instanceof HostPromise) return promise;
    throw new ProtocolError("The plugin waits for what is no promise");
  }

  /** Read an answer that nobody wants, to let go of what it names. */
  #discard(size: number): void {
    const unwanted: number[] = [];
    this.#unwanted = unwanted;
    try {
      this.#demandGuest().mailbox.answer(size);
    } finally {
      this.#unwanted = undefined;
      for (const number of unwanted) this.release(number);
    }
  }

  readonly #live: Live = {
    pythonNumber: (value) => numberOfHandle(value, this),
    hostParts: (value) => this.#hold(value),
    errorParts: (error) => errorParts(error, this.#exceptions),
    release: (number) => this.hostObjects.release(number),
    pythonObject: (number, kind, name) =>
      this.#unwanted === undefined
        ? handleOf(this, number, kind, name)
        : (this.#unwanted.push(number), null),
    hostObject: (number) => this.hostObjects.get(number),
    pythonError: (parts) => pythonErrorOf(parts, this.#exceptions),
  };

  #demandGuest(): Guest {
    if (this.#guest !== undefined) return this.#guest;
    throw new InternalError("The bridge has no Python to call");
  }
}

function count(number: number, noun: string): string {
  return number === 1 ? `an ${noun}` : `${number} ${noun}s`;
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

function writeValue(encoder: Encoder, value: unknown): void {
  encoder.value(value);
}

/** Real time passes. */
function sleep(milliseconds: number, wake: () => void): () => void {
  const timer = setTimeout(wake, Math.min(milliseconds, MAX_SLEEP_MS));
  return () => clearTimeout(timer);
}
