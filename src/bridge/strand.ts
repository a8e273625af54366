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

import { InternalError, PluginClosed, PluginError } from "../errors.ts";
import {
  type Instance,
  suspending,
  type WrapperExports,
} from "../runtime/mod.ts";
import { HostPromise } from "./host_promise.ts";
import type { Mailbox, Message, WriteMessage } from "./mailbox.ts";

/** How deep host and plugin may call each other. */
export const MAX_DEPTH = 64;

/** What `host_take()` tells the guest; `wrapper/serve.c` has the same. */
const Taken = {
  NOTHING: 0,
  ANSWER: 1,
  EXCEPTION: 2,
  REQUEST: 3,
  ABORTED: 4,
} as const;

/** What `host_await()` gets instead of a number; `wrapper/bridge.h`. */
const CALLS_LOOP = 0;

/** How often a busy event loop lets the host's own events in. */
const TURNS = 64;

/** What a level waits for: a promise, or an event loop with nothing to do. */
type Wait = HostPromise | "calls" | "loop";

/** A request that the guest is serving. */
export interface Level {
  /** The call, while it has neither been answered nor become a task. */
  call: Call | undefined;
  /** What it waits for; while it is not the top, the top's ground. */
  waits: Wait | undefined;
  /** Why what it waits for is given up. */
  aborted: { readonly reason: unknown } | undefined;
  /** The level that waits below it. */
  readonly below: Level | undefined;
}

/** What a call was answered with. */
export interface Answer {
  /** Whether `value` describes an exception. */
  readonly failed: boolean;
  /** The value. */
  readonly value: unknown;
}

/** What waits in the queue. */
interface Waiting {
  /** The function of the host's that made it. */
  readonly caller: HostPromise | undefined;
  /** Says that there will be no answer. */
  readonly settle: { reject(reason: unknown): void };
}

/** A step that needs the stack for itself. */
interface Alone extends Waiting {
  /** Takes the step. */
  run(): Promise<void>;
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
}

/** Calls `wake` after some milliseconds, unless what it answers is called. */
export type Sleep = (milliseconds: number, wake: () => void) => () => void;

/** A guest that can be called. */
export interface Guest {
  /** The guest. */
  readonly instance: Instance;
  /** Its exports. */
  readonly wrapper: WrapperExports;
  /** Its messages. */
  readonly mailbox: Mailbox;
}

/** What a strand needs of the bridge. */
export interface StrandInit {
  /** The guest, once it is there. */
  guest(): Guest;
  /** The promise that a number stands for. */
  promise(number: number): HostPromise;
  /** Lets go of a promise. */
  release(number: number): void;
  /** Reads an answer of `size` bytes that nobody wants any more. */
  discard(size: number): void;
  /** What Python is told of an error. */
  errorParts(error: unknown): unknown;
  /** How many plain calls of the guest are under way. */
  plainDepth(): number;
  /** Called when the guest is suspended: what it let go of can be let go of. */
  suspended(): void;
}

/** The stack of one guest. */
export class Strand {
  readonly #init: StrandInit;
  readonly #sleep: Sleep;
  readonly #queue: (Call | Alone)[] = [];
  /** The calls that the guest has got and has not answered. */
  readonly #given = new Map<number, Call>();
  /** What event loops are to be told. */
  readonly #settled: HostPromise[] = [];
  #top: Level | undefined;
  #last = 0;
  #turns = 0;
  /** The guest has been suspended and has not asked why it goes on. */
  #isSuspended = false;
  /** Lets the suspended guest go on, once. */
  #wake: (() => void) | undefined;
  /** Takes the suspended stack down. */
  #kill: ((reason: unknown) => void) | undefined;

  /**
   * Make one.
   *
   * @param init What it needs of the bridge.
   * @param sleep How time passes.
   */
  constructor(init: StrandInit, sleep: Sleep) {
    this.#init = init;
    this.#sleep = sleep;
  }

  /** The level that runs, or waits, right now. */
  get top(): Level | undefined {
    return this.#top;
  }

  /** How many requests are being served, one above the other. */
  get depth(): number {
    let depth = 0;
    for (let at = this.#top; at !== undefined; at = at.below) depth += 1;
    return depth;
  }

  /** How many calls have no answer yet. */
  get pending(): number {
    return this.#queue.length + this.#given.size;
  }

  /**
   * Call the guest as soon as its stack is free for it.
   *
   * @param write Writes the request.
   * @param caller The function of the host's that calls.
   * @throws {TypeError} When the request cannot cross.
   */
  call(write: WriteMessage, caller: HostPromise | undefined): Call {
    this.#last = (this.#last % 0x7fffffff) + 1;
    const number = this.#last;
    const { promise: answer, ...settle } = Promise.withResolvers<Answer>();
    const call: Call = {
      number,
      caller,
      answer,
      settle,
      message: undefined,
      isAborted: false,
    };
    call.message = this.#init.guest().mailbox.compose((encoder) => {
      encoder.value(number);
      write(encoder);
    });
    this.#queue.push(call);
    this.#pump();
    return call;
  }

  /**
   * Take a step that calls the guest by other ways, when the stack is free.
   *
   * @param step The step.
   * @param caller The function of the host's that wants it.
   * @throws {PluginError} When it would wait for its own caller.
   */
  alone<T>(
    step: () => Promise<T>,
    caller: HostPromise | undefined,
  ): Promise<T> {
    const isInside = this.#top !== undefined && !this.#isSuspended;
    if (isInside || !this.#isStranger(caller)) throw ownCall();
    const { promise, ...settle } = Promise.withResolvers<T>();
    const run = () => step().then(settle.resolve, settle.reject);
    this.#queue.push({ caller, settle, run });
    this.#pump();
    return promise;
  }

  /** Give up a call: it is rejected now, and what it waits for is let go. */
  abort(call: Call, reason: unknown): void {
    call.isAborted = true;
    call.settle.reject(reason);
    if (this.#unqueue(call)) return;
    for (let at = this.#top; at !== undefined; at = at.below) {
      if (at.call !== call) continue;
      at.aborted = { reason };
      if (at === this.#top) this.#wake?.();
      return;
    }
  }

  /** Whether a call has become a task of the guest's event loop. */
  isTask(call: Call): boolean {
    if (!this.#given.has(call.number)) return false;
    for (let at = this.#top; at !== undefined; at = at.below) {
      if (at.call === call) return false;
    }
    return true;
  }

  /** The guest was entered beside the stack: a loop may have work now. */
  poke(): void {
    if (typeof this.#top?.waits === "string") this.#wake?.();
  }

  /** Note what became of a promise, and tell who waits for it. */
  settle(promise: HostPromise): void {
    if (promise.isWatched) this.#tell(promise);
    if (this.#top?.waits === promise) this.#wake?.();
  }

  /** The guest has ended: nothing will be answered any more. */
  end(reason: unknown): void {
    for (const call of this.#given.values()) call.settle.reject(reason);
    const queued = reason instanceof PluginClosed
      ? reason
      : new PluginClosed("Cannot call the plugin: it has crashed");
    for (const call of this.#queue) call.settle.reject(queued);
    this.#given.clear();
    this.#queue.length = this.#settled.length = 0;
    this.#top = undefined;
    this.#kill?.(reason);
  }

  /** What the guest imports for it from `py_plugin`. */
  get imports(): WebAssembly.ModuleImports {
    return {
      "host_await": suspending((number: number, timeout: number) =>
        this.#await(number, timeout)
      ),
      "host_take": (number: number) => this.#take(number),
      "host_watch": (number: number) => this.#watch(number),
      "host_answered": (number: number, size: number) =>
        this.#answered(number, size),
      "host_later": (number: number) => this.#later(number),
      "host_returned": () => this.#returned(),
    };
  }

  /** Start what can be started, and wake what can be served. */
  #pump(): void {
    const { instance } = this.#init.guest();
    const top = this.#top;
    if (top !== undefined) {
      if (this.#wake !== undefined && this.#next(top, top.waits) >= 0) {
        this.#wake();
      }
    } else if (instance.isInside) {
      // A stack on top of a plain call could not end after it.
      if (this.#queue.length > 0) queueMicrotask(() => this.#pump());
    } else {
      const next = this.#queue.shift();
      if (next === undefined) return;
      if ("run" in next) this.#startAlone(next);
      else this.#start(next);
    }
  }

  async #startAlone(next: Alone): Promise<void> {
    const level = levelOf(undefined, undefined);
    this.#top = level;
    await next.run();
    if (this.#top !== level) return;
    this.#top = undefined;
    this.#pump();
  }

  #start(call: Call): void {
    const { instance, wrapper } = this.#init.guest();
    this.#put(call, undefined);
    if (this.#top === undefined) return this.#pump();
    // What ends the guest reaches every call by end().
    instance.enterWaiting("a call", () => wrapper.serve()).catch(() => {});
  }

  /** Put a call into the inbox, as a new level; or reject it. */
  #put(call: Call, below: Level | undefined): boolean {
    const { message } = call;
    call.message = undefined;
    try {
      if (message === undefined) throw new InternalError("A call without end");
      this.#init.guest().mailbox.put(message);
    } catch (error) {
      call.settle.reject(error);
      return false;
    }
    this.#given.set(call.number, call);
    this.#top = levelOf(call, below);
    return true;
  }

  /** The index of the first call in the queue that a wait can serve. */
  #next(level: Level, waits: Wait | undefined): number {
    if (waits === undefined) return -1;
    return this.#queue.findIndex((next) =>
      !("run" in next) && this.#canServe(level, waits, next.caller)
    );
  }

  #canServe(level: Level, waits: Wait, caller: HostPromise | undefined) {
    return waits === "calls" || caller?.isOf(level) ||
      (waits instanceof HostPromise && !waits.isTraced &&
        this.#isStranger(caller));
  }

  /** Whether a caller is none of those that the stack has called. */
  #isStranger(caller: HostPromise | undefined): boolean {
    for (let at = this.#top; at !== undefined; at = at.below) {
      if (caller?.isOf(at)) return false;
    }
    return true;
  }

  #await(number: number, timeout: number): Promise<void> {
    const top = this.#demandTop();
    top.waits = this.#waitOf(number);
    this.#isSuspended = true;
    this.#init.suspended();
    return new Promise((resolve, reject) => {
      let cancel = () => {};
      this.#wake = () => {
        this.#wake = this.#kill = undefined;
        cancel();
        resolve();
      };
      this.#kill = (reason) => {
        this.#wake = this.#kill = undefined;
        cancel();
        reject(reason);
      };
      if (timeout >= 0) cancel = this.#pause(timeout, this.#wake);
    });
  }

  /** A loop with work to do waits for no timer, but lets others have a turn. */
  #pause(timeout: number, wake: () => void): () => void {
    if (timeout > 0) return this.#sleep(timeout, wake);
    this.#turns = (this.#turns + 1) % TURNS;
    if (this.#turns === 0) return this.#sleep(0, wake);
    let wanted = true;
    queueMicrotask(() => wanted && wake());
    return () => void (wanted = false);
  }

  /** What there is for who waits; it is put into the inbox. */
  #take(number: number): number {
    const top = this.#demandTop();
    const waits = this.#waitOf(number);
    this.#isSuspended = false;
    top.waits = waits;
    if (top.aborted !== undefined) return this.#giveAbort(top, number);
    if (this.#deliver(top, waits)) return Taken.REQUEST;
    if (!(waits instanceof HostPromise)) return this.#giveSettled();
    if (waits.outcome === undefined) return Taken.NOTHING;
    top.waits = undefined;
    if (waits.object === undefined) this.#init.release(number);
    return this.#give(waits);
  }

  #waitOf(number: number): Wait {
    if (number > 0) return this.#init.promise(number);
    return number === CALLS_LOOP ? "calls" : "loop";
  }

  /** Put the next call that can run on top of `level` into the inbox. */
  #deliver(level: Level, waits: Wait): boolean {
    for (;;) {
      const index = this.#next(level, waits);
      const [call] = index < 0 ? [] : this.#queue.splice(index, 1);
      if (call === undefined || "run" in call) return false;
      if (this.depth + this.#init.plainDepth() >= MAX_DEPTH) {
        this.#forget(call);
        call.settle.reject(tooDeep());
      } else if (this.#put(call, level)) return true;
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

  #send(value: unknown, number: number | undefined): void {
    const write: WriteMessage = (encoder) => {
      if (number !== undefined) encoder.value(number);
      encoder.value(value);
    };
    this.#init.guest().mailbox.send(write, undefined, undefined, undefined);
  }

  #giveAbort(level: Level, number: number): number {
    const { waits, aborted } = level;
    level.waits = level.aborted = undefined;
    if (waits instanceof HostPromise && waits.object === undefined) {
      this.#init.release(number);
    }
    this.#send(this.#init.errorParts(abortError(aborted?.reason)), undefined);
    return Taken.ABORTED;
  }

  #watch(number: number): void {
    const promise = this.#init.promise(number);
    if (promise.isWatched) return;
    promise.isWatched = true;
    if (promise.outcome !== undefined) this.#tell(promise);
  }

  #tell(promise: HostPromise): void {
    this.#settled.push(promise);
    this.poke();
  }

  #answered(number: number, size: number): void {
    const call = this.#given.get(number);
    if (call === undefined) throw new InternalError("Nobody waits for this");
    this.#given.delete(number);
    if (this.#top?.call === call) this.#top.call = undefined;
    try {
      if (call.isAborted) return this.#init.discard(Math.abs(size));
      const value = this.#init.guest().mailbox.answer(Math.abs(size));
      call.settle.resolve({ failed: size < 0, value });
    } catch (error) {
      call.settle.reject(error);
    }
  }

  #later(number: number): void {
    if (this.#top?.call?.number === number) this.#top.call = undefined;
  }

  #returned(): void {
    this.#top = this.#demandTop().below;
    // The stack is still there: it ends, or goes on, when this returns.
    if (this.#top === undefined && this.#queue.length > 0) {
      queueMicrotask(() => this.#pump());
    }
  }

  #unqueue(call: Call): boolean {
    const index = this.#queue.indexOf(call);
    if (index < 0) return false;
    this.#queue.splice(index, 1);
    this.#forget(call);
    return true;
  }

  #forget(call: Call): void {
    if (call.message !== undefined) {
      this.#init.guest().mailbox.letGo(call.message);
    }
    call.message = undefined;
  }

  #demandTop(): Level {
    if (this.#top !== undefined) return this.#top;
    throw new InternalError("The guest waits outside of any call");
  }
}

function levelOf(call: Call | undefined, below: Level | undefined): Level {
  return { call, below, waits: undefined, aborted: undefined };
}

function ownCall(): PluginError {
  return new PluginError(
    "Cannot call the plugin from inside one of its own calls",
    { fault: "caller" },
  );
}

/** Host and plugin have called each other too deep. */
export function tooDeep(): PluginError {
  return new PluginError(
    `Cannot call the plugin: host and plugin call each other more than ${MAX_DEPTH} deep`,
    { fault: "caller" },
  );
}

/** What Python is told when the host gave up its call. */
function abortError(reason: unknown): Error {
  const why = reason instanceof Error ? reason.message : String(reason);
  return new DOMException(`the host aborted the call: ${why}`, "AbortError");
}
