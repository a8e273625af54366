/**
 * Several instances of one plugin, each in a thread of its own, that share the
 * calls.
 *
 * @module
 */

import type { PluginResult } from "../../bridge/mod.ts";
import { type PluginApi, typedView, type UntypedApi } from "../api.ts";
import { type Duration, parseTimeout } from "../limits.ts";
import { Calls, closed, type Step } from "./calls.ts";
import type { PoolBackend } from "./member.ts";
import { Counters, type PoolMetrics } from "./metrics.ts";
import type {
  PoolCallOptions,
  PoolRunOptions,
  PoolSettings,
} from "./pool_options.ts";
import { Places } from "./places.ts";
import { prometheusText } from "./prometheus.ts";
import type { InSpan } from "./spans.ts";
import { type Timer, Turns } from "./turns.ts";

/** What the module says itself, or else what was defined in it. */
const FUNCTIONS = `[n for n, f in list(globals().items())
if callable(f) and n != "run_e" and (n in __all__ if "__all__" in globals()
else n[0] != "_" and getattr(f, "__module__", None) == __name__)]`;

/** What a pool is made of. */
export interface PoolInit {
  readonly settings: PoolSettings;
  /**
   * Starts an instance.
   *
   * @param id Tells what the call that it answers is called.
   */
  open(id: () => string | undefined): Promise<PoolBackend>;
  /** Is told when all have ended. */
  ended(): Promise<void>;
  /** Milliseconds since some moment. */
  now(): number;
  readonly timer: Timer;
  readonly inSpan: InSpan;
}

/** How a pool is closed. */
export interface PoolCloseOptions {
  /** How long calls that were accepted may take until then; no limit. */
  readonly timeout?: Duration;
}

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
  readonly #counters = new Counters();
  readonly #places: Places;
  readonly #turns: Turns;
  readonly #calls: Calls;
  #closing: Promise<void> | undefined;

  /**
   * Made by {@linkcode createPool}, not by callers.
   *
   * @param init How instances are started, and how many.
   */
  constructor(init: PoolInit) {
    this.#init = init;
    const { settings, timer } = init;
    const turns = this.#turns = new Turns(settings.maxQueue, timer);
    const places: Places = this.#places = new Places({
      settings,
      counters: this.#counters,
      now: () => init.now(),
      open: (id) => init.open(id),
      isWanted: () => this.#closing === undefined || turns.size > 0,
      freed: () => turns.serve(places.members),
      failed: (error) => turns.refuse(error),
    });
    this.#calls = new Calls({
      ...{ settings, places, turns },
      counters: this.#counters,
      now: () => init.now(),
      inSpan: init.inSpan,
    });
  }

  /** Whether it takes calls, and has an instance for them. */
  get alive(): boolean {
    return this.#closing === undefined &&
      this.#places.members.some(({ backend }) => backend?.alive);
  }

  /** Start all instances. */
  async start(): Promise<void> {
    try {
      await this.#places.start();
    } catch (error) {
      await this.close();
      throw error;
    }
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
    const { members } = this.#places;
    const alive = members.filter(({ backend }) => backend?.alive);
    return {
      size: members.length,
      alive: alive.length,
      busy: alive.filter(({ isBusy }) => isBusy).length,
      queued: this.#turns.size,
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
    const late = Promise.withResolvers<void>();
    const stop = timeout === Infinity
      ? () => {}
      : this.#init.timer(timeout, late.resolve);
    await Promise.race([this.#calls.drained(), late.promise]);
    stop();
    this.#turns.refuse(closed());
    await this.#places.close();
    await this.#init.ended();
  }

  async #call<T>(
    name: string,
    options: PoolRunOptions,
    step: Step<T>,
  ): Promise<T> {
    options.signal?.throwIfAborted();
    if (this.#closing !== undefined) throw closed();
    return await this.#calls.make(name, options, step);
  }
}
