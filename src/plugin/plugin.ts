/**
 * A loaded plugin.
 *
 * @module
 */

import {
  type Bridge,
  payloadBytes,
  type PluginResult,
  type Se2,
} from "../bridge/mod.ts";
import { PluginError, PythonError } from "../errors.ts";
import type { Instance } from "../runtime/mod.ts";
import type { Context } from "../wasi/mod.ts";
import { type PluginApi, typedView, type UntypedApi } from "./api.ts";
import type { OpenGuest } from "./open.ts";
import { afterOutput } from "./output.ts";

/** Keyword arguments, by name. */
export type Kwargs = Readonly<Record<string, unknown>>;

/** How a function of the plugin is called. */
export interface CallOptions {
  /** Its keyword arguments; none. */
  readonly kwargs?: Kwargs;
  /** Ends the call early: what it is aborted with is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * A plugin that is loaded and waits for calls.
 *
 * Made by {@linkcode loadPlugin}. It keeps its state from call to call, and
 * answers one call at a time. Closing it twice is fine.
 *
 * ```ts
 * import { loadPlugin } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * await using plugin = await loadPlugin({
 *   source: "import sdk\n" +
 *     "def run_e(payload, ident): sdk.return_result(payload[::-1], ident)",
 * });
 * assertEquals((await plugin.run("stressed")).text(), "desserts");
 * ```
 */
export class Plugin implements AsyncDisposable {
  /** Tells a plugin from a {@linkcode Script}. */
  readonly kind = "plugin";
  readonly #instance: Instance;
  readonly #context: Context;
  readonly #se2: Se2;
  readonly #calls: Bridge | undefined;
  #willFlush = false;

  /**
   * Made by {@linkcode loadPlugin}, not by callers.
   *
   * @param guest The guest, with the plugin loaded in it.
   */
  constructor(guest: OpenGuest) {
    this.#instance = guest.instance;
    this.#context = guest.context;
    this.#se2 = guest.se2;
    this.#calls = guest.bridge;
  }

  /** Whether it can still be called: neither crashed nor closed. */
  get alive(): boolean {
    return this.#instance.alive;
  }

  /**
   * How many Python objects the host holds: each {@linkcode PyObject} and
   * {@linkcode PyCallable} until it is disposed of.
   *
   * @throws {PluginClosed} When the plugin was closed, or had crashed before.
   */
  get handles(): number {
    return this.#bridge().handles;
  }

  /**
   * Call the plugin's `run_e(payload, ident)`.
   *
   * @param payload What it is given: text, or bytes. A plugin that annotates
   * `payload: bytes` gets bytes, any other gets `str`.
   * @returns What it gave to `sdk.return_result`, empty when it gave nothing.
   * @throws {PythonError} When it raised an exception and did not catch it.
   * @throws {ReturnedError} When it called `sdk.return_error`.
   * @throws {ProtocolError} When it answered twice, or to another call.
   * @throws {PluginCrashed} When it ended its instance; load it anew.
   * @throws {PluginClosed} When it was closed, or had crashed before.
   * @throws {TypeError} When the payload is text with a lone surrogate.
   */
  async run(payload: string | Uint8Array = ""): Promise<PluginResult> {
    const bytes = payloadBytes(payload);
    const run = () => this.#se2.run(this.#instance, bytes);
    return await this.#awaited(() => this.#calls?.alone(run) ?? run());
  }

  /**
   * Call one of the plugin's functions.
   *
   * ```ts
   * import { loadPlugin } from "@x/py-plugin";
   * import { assertEquals } from "@std/assert";
   * await using plugin = await loadPlugin({
   *   source: "def scale(values, *, by): return [v * by for v in values]",
   * });
   * const scaled = await plugin.call("scale", [[1, 2]], { kwargs: { by: 10 } });
   * assertEquals(scaled, [10, 20]);
   * ```
   *
   * @param name Its name in the plugin's module, perhaps with dots:
   * `models.Invoice.total`.
   * @param args Its arguments.
   * @param options Its keyword arguments, and how to end it early.
   * @returns Its result; of an `async def`, what it returns in the end.
   * @throws {PythonError} When it raises an exception, or there is none with
   * this name.
   * @throws {TypeError} When an argument cannot cross.
   * @throws {PluginCrashed} When it ended its instance; load it anew.
   * @throws {PluginClosed} When the plugin was closed, or had crashed before.
   */
  async call<T = unknown>(
    name: string,
    args: readonly unknown[] = [],
    options: CallOptions = {},
  ): Promise<T> {
    return await this.#called(() =>
      this.#bridge().callWaiting(name, args, options)
    ) as T;
  }

  /**
   * Call one of the plugin's functions, and wait for it right here.
   *
   * It is the faster way for a function that answers at once. It cannot wait
   * for an asynchronous function of the host's; {@linkcode call} can.
   *
   * @param name Its name in the plugin's module, perhaps with dots.
   * @param args Its arguments.
   * @param options Its keyword arguments.
   * @returns Its result.
   * @throws {PythonError} When it raises an exception.
   * @throws {TypeError} When an argument cannot cross.
   * @throws {PluginCrashed} When it ended its instance; load it anew.
   * @throws {PluginClosed} When the plugin was closed, or had crashed before.
   */
  callSync<T = unknown>(
    name: string,
    args: readonly unknown[] = [],
    options: Pick<CallOptions, "kwargs"> = {},
  ): T {
    try {
      return this.#bridge().call(name, args, options.kwargs) as T;
    } finally {
      this.#flushSoon();
    }
  }

  /**
   * The plugin as an object whose methods are its functions.
   *
   * Nothing is checked: `Api` is what the caller says of the plugin. The
   * command `types` writes it from the plugin's annotations.
   *
   * ```ts
   * import { kwargs, loadPlugin } from "@x/py-plugin";
   * import { assertEquals } from "@std/assert";
   * await using plugin = await loadPlugin({
   *   source: "def area(w, h=1, *, unit='m'): return f'{w * h} {unit}²'",
   * });
   * const shapes = plugin.as<{ area(w: number, h?: number): string }>();
   * assertEquals(await shapes.area(3, 4), "12 m²");
   * const untyped = plugin.as();
   * assertEquals(await untyped.area(3, kwargs({ unit: "km" })), "3 km²");
   * ```
   *
   * @returns A view of the plugin: every method calls the function of its name
   * and returns a promise; what has functions inside is such a view itself.
   */
  as<Api extends object = UntypedApi>(): PluginApi<Api> {
    this.#bridge(); // or the error that there is none
    return typedView<Api>((name, args, kwargs) =>
      this.call(name, args, kwargs === undefined ? {} : { kwargs })
    );
  }

  /**
   * A value of the plugin's module.
   *
   * @param name Its name, perhaps with dots.
   * @returns The value, or a {@linkcode PyObject} that stands for it.
   * @throws {PythonError} When there is none with this name.
   */
  async get<T = unknown>(name: string): Promise<T> {
    return await this.#called(() =>
      this.#bridge().askWaiting("find", [name])
    ) as T;
  }

  /**
   * Give a name in the plugin's module a value.
   *
   * @param name The name, perhaps with dots.
   * @param value The value.
   * @throws {TypeError} When the value cannot cross.
   */
  async set(name: string, value: unknown): Promise<void> {
    await this.#called(() =>
      this.#bridge().askWaiting("assign", [name, value])
    );
  }

  /**
   * The value of a Python expression in the plugin's module.
   *
   * ```ts
   * import { loadPlugin } from "@x/py-plugin";
   * import { assertEquals } from "@std/assert";
   * await using plugin = await loadPlugin({ source: "rate = 0.5" });
   * assertEquals(await plugin.evaluate("[rate * n for n in range(3)]"), [
   *   0,
   *   0.5,
   *   1,
   * ]);
   * ```
   *
   * @param expression The expression.
   * @returns Its value, or a {@linkcode PyObject} that stands for it.
   * @throws {PythonError} When it raises an exception or does not compile.
   */
  async evaluate<T = unknown>(expression: string): Promise<T> {
    return await this.#called(() =>
      this.#bridge().askWaiting("evaluate", [expression])
    ) as T;
  }

  /**
   * Run Python statements in the plugin's module.
   *
   * @param source The statements.
   * @throws {PythonError} When they raise an exception or do not compile.
   */
  async exec(source: string): Promise<void> {
    await this.#called(() => this.#bridge().askWaiting("execute", [source]));
  }

  /** Let go of the instance, its memory and what it has open. */
  close(): Promise<void> {
    this.#instance[Symbol.dispose]();
    this.#context.fds[Symbol.dispose]();
    return Promise.resolve();
  }

  /** The same as {@linkcode close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Take a step, and wait until streams took what it wrote. */
  #awaited<T>(step: () => T | Promise<T>): Promise<T> {
    return afterOutput(this.#context, step);
  }

  /** The same for a call by name; `run()` flushes by itself. */
  #called<T>(step: () => Promise<T>): Promise<T> {
    return this.#awaited(async () => {
      try {
        return await step();
      } finally {
        this.#flush();
      }
    });
  }

  /** Many calls, one after the other, pass on their output once. */
  #flushSoon(): void {
    if (this.#willFlush) return;
    this.#willFlush = true;
    queueMicrotask(() => {
      this.#willFlush = false;
      try {
        this.#flush();
      } catch {
        // The guest has ended with it; the next call says so.
      }
    });
  }

  /** Pass on what the plugin has printed and Python holds back. */
  #flush(): void {
    try {
      if (this.alive) this.#calls?.ask("flush");
    } catch (error) {
      // A plugin that broke its own import, or its streams, prints nothing.
      if (!(error instanceof PythonError)) throw error;
    }
  }

  #bridge(): Bridge {
    if (this.#calls !== undefined) return this.#calls;
    throw new PluginError(
      "Cannot call a function of the plugin: it is a .wasm guest, which has run() only",
      { fault: "caller" },
    );
  }
}
