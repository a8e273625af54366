/**
 * Several instances of one plugin, each in a thread of its own, that share the
 * calls.
 *
 * @module
 */

import { LimitError, PluginClosed, PoolFull } from "../../errors.ts";
import type { PluginResult } from "../../bridge/mod.ts";
import { type PluginApi, typedView, type UntypedApi } from "../api.ts";
import { type Duration, parseTimeout } from "../limits.ts";
import { FairQueue } from "./fair_queue.ts";
import { Member, type PoolBackend } from "./member.ts";
import { Counters, outcomeOf, type PoolMetrics } from "./metrics.ts";
import type {
  PoolCallOptions,
  PoolRunOptions,
  PoolSettings,
} from "./pool_options.ts";
import { prometheusText } from "./prometheus.ts";
import type { InSpan } from "./spans.ts";

/** What the module says itself, or else what was defined in it. */
const FUNCTIONS = `[n for n, f in list(globals().items())
if callable(f) and n != "run_e" and (n in __all__ if "__all__" in globals()
else n[0] != "_" and getattr(f, "__module__", None) == __name__)]`;

/** What a pool is made of. */
export interface PoolInit {
  /**
   * Starts an instance.
   *
   * @param id Tells what the call that it answers is called.
   */
  open(id: () => string | undefined): Promise<PoolBackend>;
  /** Is told when all have ended. */
  ended(): void;
  readonly settings: PoolSettings;
  /** Milliseconds since some moment. */
  now(): number;
  /** Calls `step` after a time, unless what it answers is called. */
  timer(milliseconds: number, step: () => void): () => void;
  readonly inSpan: InSpan;
}

/** How a pool is closed. */
export interface PoolCloseOptions {
  /** How long calls that were accepted may take until then; no limit. */
  readonly timeout?: Duration;
}

/** A call that waits for an instance. */
type Waiting = PromiseWithResolvers<Member>;

/** Does a call with an instance, in the time that is left. */
type Step<T> = (
  backend: PoolBackend,
  end: { readonly signal?: AbortSignal; readonly timeout?: number },
) => Promise<T>;

/**
 * Several instances of one plugin that share its calls. They share nothing
 * else: a call does not know which instance answers it, nor what that one
 * remembers.
 *
 * Made by {@linkcode createPool}. What a call returns should be data: a
 * {@linkcode PyObject} lives in the one instance that made it, and goes with
 * it.
 */
export class Pool implements AsyncDisposable {
  readonly #init: PoolInit;
  readonly #members: readonly Member[];
  readonly #queue: FairQueue<Waiting>;
  readonly #counters = new Counters();
  /** Calls that were accepted and have no answer yet. */
  #open = 0;
  /** Instances on their way out. */
  readonly #leaving = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;
  #drained: (() => void) | undefined;

  /**
   * Made by {@linkcode createPool}, not by callers.
   *
   * @param init How instances are started, and how many.
   */
  constructor(init: PoolInit) {
    this.#init = init;
    const { size, maxQueue } = init.settings;
    this.#members = Array.from({ length: size }, () => new Member());
    this.#queue = new FairQueue(maxQueue);
  }

  /** Whether it takes calls, and has an instance for them. */
  get alive(): boolean {
    return this.#closing === undefined &&
      this.#members.some((member) => member.backend?.alive);
  }

  /** Start all instances. */
  async start(): Promise<void> {
    const started = await Promise.allSettled(
      this.#members.map((member) => this.#fill(member)),
    );
    const failed = started.find(({ status }) => status === "rejected");
    if (failed === undefined) return;
    await this.close();
    throw (failed as PromiseRejectedResult).reason;
  }

  /**
   * Call the plugin's `run_e(payload, ident)` in one of the instances.
   *
   * @param payload What it is given: text, or bytes.
   * @param options How long it may take, waiting and all, and whose call it is.
   * @returns What it gave to `sdk.return_result`.
   * @throws {PoolFull} When as many calls wait as may wait.
   * @throws {LimitError} When it took longer, or used more, than it may.
   * @throws {PluginError} As {@linkcode Plugin.run} does.
   */
  async run(
    payload: string | Uint8Array = "",
    options: PoolRunOptions = {},
  ): Promise<PluginResult> {
    return await this.#call(
      "run",
      options,
      (backend, end) => backend.run(payload, end),
    );
  }

  /**
   * Call one of the plugin's functions in one of the instances.
   *
   * @param name Its name in the plugin's module, perhaps with dots.
   * @param args Its arguments.
   * @param options Its keyword arguments, how long it may take, whose it is.
   * @returns Its result.
   * @throws {PoolFull} When as many calls wait as may wait.
   * @throws {LimitError} When it took longer, or used more, than it may.
   * @throws {PluginError} As {@linkcode Plugin.call} does.
   */
  async call<T = unknown>(
    name: string,
    args: readonly unknown[] = [],
    options: PoolCallOptions = {},
  ): Promise<T> {
    const { kwargs } = options;
    return await this.#call(
      name,
      options,
      (backend, end) =>
        backend.call(
          name,
          args,
          kwargs === undefined ? end : { ...end, kwargs },
        ),
    ) as T;
  }

  /**
   * The functions that the plugin means for others: those of `__all__`, or
   * else all that its own module defines without a leading `_`; `run_e` is
   * another matter.
   *
   * @returns Their names.
   */
  async functions(): Promise<readonly string[]> {
    const names = await this.#call(
      "functions",
      {},
      (backend) => backend.ask("evaluate", [FUNCTIONS]),
    );
    return Array.isArray(names) ? names.map(String) : [];
  }

  /**
   * The plugin as an object whose methods are its functions.
   *
   * @returns A view as {@linkcode Plugin.as} gives it.
   */
  as<Api extends object = UntypedApi>(): PluginApi<Api> {
    return typedView<Api>((name, args, kwargs) =>
      this.call(name, args, kwargs === undefined ? {} : { kwargs })
    );
  }

  /** What it has done so far, as numbers. */
  metrics(): PoolMetrics {
    const { calls, refused, crashes, restarts, duration, wait } =
      this.#counters;
    const alive = this.#members.filter(({ backend }) => backend?.alive);
    return {
      size: this.#members.length,
      alive: alive.length,
      busy: alive.filter(({ isBusy }) => isBusy).length,
      queued: this.#queue.size,
      calls: { ...calls },
      ...{ refused, crashes, restarts },
      duration: duration.summary(),
      wait: wait.summary(),
      memory: alive.reduce(
        (sum, { backend }) => sum + (backend?.memory ?? 0),
        0,
      ),
      rss: Deno.memoryUsage().rss,
    };
  }

  /** The same as text for Prometheus. */
  metricsText(): string {
    return prometheusText(this.metrics());
  }

  /**
   * Take no more calls, answer those that were accepted, and end all
   * instances. Twice is fine.
   *
   * @param options How long that may take; what has no answer then rejects
   * with {@linkcode PluginClosed}.
   */
  close(options: PoolCloseOptions = {}): Promise<void> {
    return this.#closing ??= this.#close(parseTimeout(options.timeout));
  }

  /** The same as {@linkcode close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(timeout: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained = resolve;
    const stop = this.#timer(timeout, resolve);
    if (this.#open === 0) resolve();
    await promise;
    stop();
    this.#rejectWaiting(closed());
    for (const member of this.#members) this.#empty(member);
    await Promise.all(this.#leaving);
    this.#init.ended();
  }

  async #call<T>(
    name: string,
    options: PoolRunOptions,
    step: Step<T>,
  ): Promise<T> {
    options.signal?.throwIfAborted();
    if (this.#closing !== undefined) throw closed();
    const { timeout } = options;
    const time = timeout === undefined
      ? this.#init.settings.time
      : parseTimeout(timeout);
    const turn = this.#turn(options, time);
    this.#open += 1;
    const attributes = { "py_plugin.function": name };
    try {
      return await this.#init.inSpan(
        `py_plugin ${name}`,
        attributes,
        () => this.#take(turn, options, time, step),
      );
    } finally {
      this.#open -= 1;
      if (this.#open === 0) this.#drained?.();
    }
  }

  /** Wait for an instance, and let it do the step. */
  async #take<T>(
    turn: Promise<Member>,
    options: PoolRunOptions,
    time: number,
    step: Step<T>,
  ): Promise<T> {
    const { signal } = options;
    const begin = this.#init.now();
    try {
      const member = await turn;
      const waited = this.#init.now() - begin;
      this.#counters.wait.add(waited);
      const end = {
        ...(signal && { signal }),
        ...(time === Infinity ? {} : { timeout: Math.max(time - waited, 1) }),
      };
      member.id = options.id;
      const result = await this.#use(member, (backend) => step(backend, end));
      this.#counters.calls.ok += 1;
      return result;
    } catch (error) {
      this.#counters.calls[outcomeOf(error, signal)] += 1;
      throw this.#inAll(error, time, begin);
    } finally {
      this.#counters.duration.add(this.#init.now() - begin);
    }
  }

  /** A limit of time is told as it was given: of waiting and all. */
  #inAll(error: unknown, time: number, begin: number): unknown {
    if (!(error instanceof LimitError) || error.limit !== "time") return error;
    return new LimitError({
      limit: "time",
      value: time,
      used: this.#init.now() - begin,
      cause: error.cause,
    });
  }

  async #use<T>(
    member: Member,
    step: (backend: PoolBackend) => Promise<T>,
  ): Promise<T> {
    let failure: unknown;
    try {
      if (member.backend === undefined) throw closed();
      return await step(member.backend);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      this.#giveBack(member, failure);
    }
  }

  /**
   * An instance for a call, now or later.
   *
   * @throws {PoolFull} When no more calls may wait.
   */
  #turn(
    { client = "", signal }: PoolRunOptions,
    time: number,
  ): Promise<Member> {
    const free = this.#members.find(({ isFree }) => isFree);
    if (free !== undefined && this.#queue.size === 0) {
      free.isBusy = true;
      return Promise.resolve(free);
    }
    if (this.#queue.isFull) {
      this.#counters.refused += 1;
      throw new PoolFull(this.#queue.size);
    }
    const waiting = Promise.withResolvers<Member>();
    this.#queue.push(client, waiting);
    this.#fillAll();
    return this.#waited(waiting, client, signal, time);
  }

  async #waited(
    waiting: Waiting,
    client: string,
    signal: AbortSignal | undefined,
    time: number,
  ): Promise<Member> {
    const leave = (error: unknown) => {
      if (this.#queue.remove(client, waiting)) waiting.reject(error);
    };
    const abort = () => leave(signal?.reason);
    const stop = this.#timer(
      time,
      () => leave(new LimitError({ limit: "time", value: time, used: time })),
    );
    signal?.addEventListener("abort", abort);
    try {
      return await waiting.promise;
    } finally {
      stop();
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Who waits longest has the next free instance. */
  #next(): void {
    for (const member of this.#members) {
      if (!member.isFree) continue;
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      member.isBusy = true;
      waiting.resolve(member);
    }
  }

  #giveBack(member: Member, failure: unknown): void {
    member.isBusy = false;
    member.id = undefined;
    member.note(failure);
    if (member.isSpent(this.#init.settings, this.#init.now())) {
      if (member.backend?.alive === false) this.#counters.crashes += 1;
      this.#empty(member);
      this.#refill(member);
    }
    this.#next();
  }

  /** Start an instance in another's place, while there is anything to do. */
  #refill(member: Member): void {
    if (this.#closing !== undefined && this.#queue.size === 0) return;
    this.#fill(member).then(
      () => this.#counters.restarts += 1,
      (error) => this.#failedToStart(error),
    );
  }

  #fillAll(): void {
    for (const member of this.#members) {
      if (member.isEmpty) this.#refill(member);
    }
  }

  async #fill(member: Member): Promise<void> {
    member.isStarting = true;
    try {
      member.fill(await this.#init.open(() => member.id), this.#init.now());
    } finally {
      member.isStarting = false;
    }
    this.#next();
  }

  /** When there is nobody else, who waits learns why. */
  #failedToStart(error: unknown): void {
    const isHope = ({ backend, isStarting }: Member) =>
      backend !== undefined || isStarting;
    if (!this.#members.some(isHope)) this.#rejectWaiting(error);
  }

  #rejectWaiting(error: unknown): void {
    for (
      let waiting = this.#queue.shift();
      waiting !== undefined;
      waiting = this.#queue.shift()
    ) waiting.reject(error);
  }

  #empty(member: Member): void {
    const closing = member.empty()?.close().catch(() => {});
    if (closing === undefined) return;
    this.#leaving.add(closing);
    closing.then(() => this.#leaving.delete(closing));
  }

  /** A timer for a time that may have no end. */
  #timer(milliseconds: number, step: () => void): () => void {
    return milliseconds === Infinity
      ? () => {}
      : this.#init.timer(milliseconds, step);
  }
}

function closed(): PluginClosed {
  return new PluginClosed("Cannot call the pool: it is closed");
}
