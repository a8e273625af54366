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

import {
  InternalError,
  LimitError,
  PluginClosed,
  PluginError,
  ProtocolError,
} from "../errors.ts";
import {
  type Deadlines,
  Due,
  type Instance,
  type ModuleOffer,
  type Period,
  Suspending,
  type WrapperExports,
} from "../runtime/mod.ts";
import { type Alone, type Answer, type Call, CallQueue } from "./call_queue.ts";
import { HostPromise } from "./host_promise.ts";
import {
  depthOf,
  type ErrorParts,
  type Level,
  levelOf,
  levelsFrom,
  type Wait,
} from "./level.ts";
import type { Mailbox, WriteMessage } from "./mailbox.ts";
import { type Sleep, Suspension } from "./suspension.ts";

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

/** What Python is told; `wrapper/limits.c` says the same. */
const TIME_IS_UP = "the call has used up its time";
const ABORTED = "the host aborted the call";

/** The numbers of calls begin anew after this one. */
const MAX_NUMBER = 0x7fffffff;

/** What ends a call before it is done. */
export interface EarlyEnd {
  /** Ends it: what it is aborted with is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that it may take, instead of the limit. */
  readonly time?: number | undefined;
}

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
  /** Cancels the task that a call has become. */
  cancel(number: number): void;
  /** Raises TimeoutError in the task that a call has become. */
  interrupt(number: number, text: string): void;
  /** Lets go of a promise. */
  release(number: number): void;
  /** Reads an answer of `size` bytes that nobody wants any more. */
  discard(size: number): void;
  /** What Python is told of an error. */
  errorParts(error: unknown): unknown;
  /** How many plain calls of the guest are under way. */
  plainDepth(): number;
  /** Whether a function of the host's is being called. */
  isInHost(): boolean;
  /** Called when the guest is suspended: what it let go of can be let go of. */
  suspended(): void;
}

/** The stack of one guest. */
export class Strand {
  readonly #init: StrandInit;
  readonly #suspension: Suspension;
  readonly #queue = new CallQueue();
  /** The calls that the guest has got and has not answered. */
  readonly #given = new Map<number, Call>();
  /** What event loops are to be told. */
  readonly #settled: HostPromise[] = [];
  #top: Level | undefined;
  #last = 0;
  /** The guest has been suspended and has not asked why it goes on. */
  #isSuspended = false;
  /** The step that has the stack for itself. */
  #alone: Alone | undefined;
  /** Forgets when the suspended guest has to be told of its time. */
  #forgetAlarm: (() => void) | undefined;

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
        this.#init.guest().instance.goOn(this.#periodOfStack(), settle),
    );
  }

  /** The level that runs, or waits, right now. */
  get top(): Level | undefined {
    return this.#top;
  }

  /** How many requests are being served, one above the other. */
  get depth(): number {
    return depthOf(this.#top);
  }

  /** Whether the guest waits, or has nothing to do. */
  get isIdle(): boolean {
    return this.#top === undefined || this.#isSuspended;
  }

  /** How many calls have no answer yet. */
  get pending(): number {
    return this.#queue.size + this.#given.size;
  }

  /** The time of what runs on the stack, unless that is suspended. */
  get period(): Period | undefined {
    return this.#isSuspended ? undefined : this.#periodOfStack();
  }

  /**
   * The shortest time that any level has left. Tasks have one loop, so what
   * runs there is not known: it has the longest of theirs.
   */
  #periodOfStack(): Period | undefined {
    let least: Period | undefined;
    for (const level of levelsFrom(this.#top)) {
      const period = level.period ?? this.#longestGiven();
      if (least === undefined || (period?.hard ?? Infinity) < least.hard) {
        least = period;
      }
    }
    return least;
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
      this.#top === undefined && !instance.isInside && this.#queue.size === 0
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
    if (isInside || !this.#isStranger(caller)) throw ownCall();
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
            settle.reject(this.#deadlines.explained(next.period, error)),
        ),
    };
    const abort = () => this.#abortAlone(next, signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#queue.push(next);
    this.#pump();
    return promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  /** Give up a call: it is rejected now, and what it waits for is let go. */
  abort(call: Call, reason: unknown): void {
    call.isAborted = true;
    call.settle.reject(reason);
    if (this.#queue.remove(call)) return this.#forget(call);
    if (call.period !== undefined) this.#deadlines.abort(call.period);
    if (!this.#given.has(call.number)) return;
    if (this.#giveUp(call, abortParts(reason))) return;
    this.#init.cancel(call.number);
    // One that is running may have to be told where it is.
    if (this.#isSuspended && call.period) call.period.told ??= "time";
  }

  /** The same for a step that has the stack for itself. */
  #abortAlone(next: Alone, reason: unknown): void {
    next.settle.reject(reason);
    if (this.#queue.remove(next) || next.period === undefined) return;
    this.#deadlines.abort(next.period);
    this.#giveUpAlone(abortParts(reason));
  }

  /**
   * What the call waits for is given up, and Python is told why.
   *
   * @returns Whether it is no task: to a task it has to be said.
   */
  #giveUp(call: Call, error: ErrorParts): boolean {
    for (const level of levelsFrom(this.#top)) {
      if (level.call !== call) continue;
      level.aborted = error;
      if (level === this.#top) this.#suspension.wake();
      return true;
    }
    return false;
  }

  /** The guest was entered beside the stack: a loop may have work now. */
  poke(): void {
    if (typeof this.#top?.waits === "string") this.#suspension.wake();
  }

  /** Note what became of a promise, and tell who waits for it. */
  settle(promise: HostPromise): void {
    if (promise.isWatched) this.#tell(promise);
    if (this.#top?.waits === promise) this.#suspension.wake();
  }

  /** The guest has ended: nothing will be answered any more. */
  end(reason: unknown): void {
    this.#forgetAlarm?.();
    // A stack that was cut off says nothing any more.
    if (reason instanceof LimitError) this.#alone?.settle.reject(reason);
    for (const call of this.#given.values()) call.settle.reject(reason);
    const queued = reason instanceof PluginClosed
      ? reason
      : new PluginClosed("Cannot call the plugin: it has crashed");
    this.#queue.reject(queued);
    this.#given.clear();
    this.#settled.length = 0;
    this.#top = undefined;
    this.#suspension.kill(reason);
  }

  /** What the guest imports for it from `py_plugin`. */
  get imports(): ModuleOffer {
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
      "host_tick": () => this.#tick(),
    };
  }

  /** Start what can be started, and wake what can be served. */
  #pump(): void {
    const { instance } = this.#init.guest();
    const top = this.#top;
    if (top !== undefined) {
      if (this.#suspension.isOn && this.#queue.has(this.#fitFor(top))) {
        this.#suspension.wake();
      }
    } else if (instance.isInside) {
      // A stack on top of a plain call could not end after it.
      if (this.#queue.size > 0) queueMicrotask(() => this.#pump());
    } else {
      const next = this.#queue.shift();
      if (next === undefined) return;
      if ("run" in next) this.#startAlone(next);
      else this.#startQueued(next);
    }
  }

  async #startAlone(next: Alone): Promise<void> {
    next.period = this.#deadlines.begin(next.time);
    const level = levelOf(undefined, undefined, next.period);
    this.#top = level;
    this.#alone = next;
    await next.run();
    if (this.#top !== level) return;
    this.#alone = undefined;
    this.#top = undefined;
    this.#pump();
  }

  #startQueued(call: Call): void {
    try {
      this.#start(call, () => this.#put(call));
    } catch (error) {
      call.settle.reject(error);
      this.#pump();
    }
  }

  /** Enter the guest with a call, which `put` puts into the inbox. */
  #start(call: Call, put: () => void): void {
    const { instance, wrapper } = this.#init.guest();
    call.period = this.#deadlines.begin(call.time);
    this.#top = levelOf(call, undefined); // what `put` calls has to queue
    try {
      put();
      instance.demandAlive(); // what `put` reads may have closed the plugin
    } catch (error) {
      this.#top = undefined;
      throw error;
    }
    this.#given.set(call.number, call);
    instance.enterWaiting("a call", () => wrapper.serve())
      .catch(call.settle.reject);
  }

  /** Put a call that was queued into the inbox. */
  #put(call: Call): void {
    const { message } = call;
    call.message = undefined;
    if (message === undefined) throw new InternalError("A call without words");
    this.#init.guest().mailbox.put(message);
  }

  /** Whose calls can be served on top of a level that waits. */
  #fitFor(level: Level): (caller: HostPromise | undefined) => boolean {
    const { waits } = level;
    return (caller) =>
      waits === "calls" || (caller?.isOf(level) ?? false) ||
      (waits instanceof HostPromise && !waits.isTraced &&
        this.#isStranger(caller));
  }

  /** Whether a caller is none of those that the stack has called. */
  #isStranger(caller: HostPromise | undefined): boolean {
    if (caller === undefined) return true;
    return levelsFrom(this.#top).every((level) => !caller.isOf(level));
  }

  #await(number: number, timeout: number): Promise<void> {
    const top = this.#demandTop();
    top.waits = this.#waitOf(number);
    this.#isSuspended = true;
    this.#init.suspended();
    this.#setAlarm();
    return this.#suspension.begin(timeout);
  }

  /** What there is for who waits; it is put into the inbox. */
  #take(number: number): number {
    const top = this.#demandTop();
    const waits = this.#waitOf(number);
    this.#isSuspended = false;
    this.#forgetAlarm?.();
    top.waits = waits;
    if (top.aborted !== undefined) return this.#giveAbort(top, number);
    if (this.#deliver(top)) return Taken.REQUEST;
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
  #deliver(level: Level): boolean {
    if (this.#queue.size === 0) return false;
    for (;;) {
      const call = this.#queue.take(this.#fitFor(level));
      if (call === undefined) return false;
      try {
        if (this.depth + this.#init.plainDepth() >= MAX_DEPTH) throw tooDeep();
        this.#put(call);
        call.period = this.#deadlines.begin(call.time);
        this.#given.set(call.number, call);
        this.#top = levelOf(call, level);
        return true;
      } catch (error) {
        this.#forget(call);
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
    if (level.period !== undefined) level.period.told ??= "time";
    if (waits instanceof HostPromise && waits.object === undefined) {
      this.#init.release(number);
    }
    this.#send(aborted, undefined);
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
    if (call === undefined) {
      throw new ProtocolError(
        "The plugin answered a call that nobody waits for",
      );
    }
    this.#given.delete(number);
    if (this.#top?.call === call) this.#top.call = undefined;
    try {
      if (call.isAborted) return this.#init.discard(Math.abs(size));
      const value = this.#init.guest().mailbox.answer(size);
      call.settle.resolve({ failed: size < 0, value });
    } catch (error) {
      call.settle.reject(error);
    }
  }

  #later(number: number): void {
    const top = this.#demandTop();
    if (top.call?.number !== number) return;
    const { isAborted, period } = top.call;
    top.call = top.aborted = top.period = undefined;
    if (isAborted) this.#init.cancel(number);
    // It was due when there was no task yet that could be told.
    else if (period?.told) this.#init.interrupt(number, TIME_IS_UP);
  }

  #returned(): void {
    this.#top = this.#demandTop().below;
    // The stack is still there: it ends, or goes on, when this returns.
    if (this.#top === undefined && this.#queue.size > 0) {
      queueMicrotask(() => this.#pump());
    }
  }

  /** What settles a promise of the host's, so that its code is not timed. */
  #afterwards<T>(
    { resolve, reject }: Omit<PromiseWithResolvers<T>, "promise">,
  ): Omit<PromiseWithResolvers<T>, "promise"> {
    return {
      resolve: (value) => this.#deadlines.afterwards(() => resolve(value)),
      reject: (reason) => this.#deadlines.afterwards(() => reject(reason)),
    };
  }

  #longestGiven(): Period | undefined {
    let longest: Period | undefined;
    for (const { period } of this.#given.values()) {
      if ((period?.hard ?? 0) > (longest?.hard ?? 0)) longest = period;
    }
    return longest;
  }

  /** What is raised where Python runs is not raised where it waits, too. */
  #tick(): number {
    // One look at the clock each: two might see the end between them.
    if (this.#runsTasks) return this.#tickTasks();
    const due = this.#deadlines.tick();
    if (due !== Due.ABORTED) return due;
    for (const level of levelsFrom(this.#top)) {
      if (level.period?.told !== undefined) level.aborted = undefined;
    }
    return due;
  }

  /** Whether what runs are tasks of an event loop: which one is not known. */
  get #runsTasks(): boolean {
    const top = this.#top;
    return top !== undefined && !this.#isSuspended && top.call === undefined &&
      top.period === undefined && this.#deadlines.current === this.period;
  }

  /** Tell each of the tasks that is due; nothing is for the code that runs. */
  #tickTasks(): number {
    for (const { number, period } of [...this.#given.values()]) {
      const due = period === undefined ? 0 : this.#deadlines.dueOf(period);
      if (due === Due.NOTHING) continue;
      this.#init.interrupt(number, due === Due.TIME ? TIME_IS_UP : ABORTED);
    }
    return Due.NOTHING;
  }

  /** While the guest waits, nobody asks `host_tick`. */
  #setAlarm(): void {
    const ms = this.#deadlines.untilNext(this.#periods().keys());
    if (ms === Infinity) return;
    // A loop that is never idle goes on before any timer.
    if (ms === 0) {
      return queueMicrotask(() => this.#isSuspended && this.#ring());
    }
    const timer = setTimeout(() => this.#ring(), ms);
    const forget = () => clearTimeout(timer);
    this.#forgetAlarm = forget;
  }

  /** The times of all that is under way, with the calls they belong to. */
  #periods(): Map<Period, Call | undefined> {
    const periods = new Map<Period, Call | undefined>();
    const alone = this.#alone?.period;
    if (alone !== undefined) periods.set(alone, undefined);
    for (const call of this.#given.values()) {
      if (call.period !== undefined) periods.set(call.period, call);
    }
    return periods;
  }

  /** A time is over while the guest waits. */
  #ring(): void {
    try {
      for (const [period, call] of this.#periods()) {
        if (this.#deadlines.dueOf(period) !== Due.TIME) continue;
        if (call === undefined) this.#giveUpAlone(timeParts());
        else if (!this.#giveUp(call, timeParts())) {
          this.#init.interrupt(call.number, TIME_IS_UP);
        }
      }
    } catch {
      return; // the guest has ended with it
    }
    if (this.#suspension.isOn) this.#setAlarm();
  }

  #giveUpAlone(error: ErrorParts): void {
    if (this.#top === undefined) return;
    this.#top.aborted = error;
    this.#suspension.wake();
  }

  get #deadlines(): Deadlines {
    return this.#init.guest().instance.deadlines;
  }

  #forget(call: Call): void {
    if (call.message !== undefined) {
      this.#init.guest().mailbox.letGo(call.message);
    }
    call.message = undefined;
  }

  #demandTop(): Level {
    if (this.#top !== undefined) return this.#top;
    throw new ProtocolError("The plugin waits outside of any call");
  }
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

/** What Python is told when a call has used up its time: no error of ours. */
function timeParts(): ErrorParts {
  return { name: "TimeoutError", message: TIME_IS_UP };
}

/** What Python is told when the host gave up its call. */
function abortParts(reason: unknown): ErrorParts {
  const message = `${ABORTED}: ${reasonText(reason)}`.toWellFormed();
  return { name: "TimeoutError", message };
}

function reasonText(reason: unknown): string {
  try {
    return reason instanceof Error ? reason.message : String(reason);
  } catch {
    return "with a reason that cannot be shown";
  }
}
