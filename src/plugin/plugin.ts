/**
 * A loaded plugin.
 *
 * @module
 */

import type { PluginResult } from "../bridge/mod.ts";
import { type PluginApi, typedView, type UntypedApi } from "./api.ts";
import type {
  Backend,
  CallOptions,
  RunOptions,
  SyncCallOptions,
} from "./backend.ts";
import type { PluginSnapshot } from "./plugin_snapshot.ts";

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
  readonly #backend: Backend;

  /**
   * Made by {@linkcode loadPlugin}, not by callers.
   *
   * @param backend What answers its calls.
   */
  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /**
   * Whether it can be called right now: neither crashed nor closed, nor being
   * reset.
   */
  get alive(): boolean {
    return this.#backend.alive;
  }

  /**
   * How many Python objects the host holds: each {@linkcode PyObject} and
   * {@linkcode PyCallable} until it is disposed of.
   *
   * @throws {PluginClosed} When the plugin was closed, or had crashed before.
   */
  get handles(): number {
    return this.#backend.handles;
  }

  /**
   * Call the plugin's `run_e(payload, ident)`.
   *
   * @param payload What it is given: text, or bytes. A plugin that annotates
   * `payload: bytes` gets bytes, any other gets `str`.
   * @param options How to end it early.
   * @returns What it gave to `sdk.return_result`, empty when it gave nothing.
   * @throws {PythonError} When it raised an exception and did not catch it.
   * @throws {ReturnedError} When it called `sdk.return_error`.
   * @throws {ProtocolError} When it answered twice, or to another call.
   * @throws {LimitError} When it used up what it was allowed.
   * @throws {PluginCrashed} When it ended its instance; load it anew.
   * @throws {PluginClosed} When it was closed, or had crashed before.
   * @throws {TypeError} When the payload is text with a lone surrogate.
   */
  async run(
    payload: string | Uint8Array = "",
    options: RunOptions = {},
  ): Promise<PluginResult> {
    return await this.#backend.run(payload, options);
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
   * @throws {LimitError} When it used up what it was allowed.
   * @throws {PluginCrashed} When it ended its instance; load it anew.
   * @throws {PluginClosed} When the plugin was closed, or had crashed before.
   */
  async call<T = unknown>(
    name: string,
    args: readonly unknown[] = [],
    options: CallOptions = {},
  ): Promise<T> {
    return await this.#backend.call(name, args, options) as T;
  }

  /**
   * Call one of the plugin's functions, and wait for it right here.
   *
   * It is the faster way for a function that answers at once. It cannot wait
   * for an asynchronous function of the host's; {@linkcode call} can.
   *
   * @param name Its name in the plugin's module, perhaps with dots.
   * @param args Its arguments.
   * @param options Its keyword arguments, and how long it may take.
   * @returns Its result.
   * @throws {PythonError} When it raises an exception.
   * @throws {TypeError} When an argument cannot cross.
   * @throws {LimitError} When it used up what it was allowed.
   * @throws {PluginCrashed} When it ended its instance; load it anew.
   * @throws {PluginClosed} When the plugin was closed, or had crashed before.
   */
  callSync<T = unknown>(
    name: string,
    args: readonly unknown[] = [],
    options: SyncCallOptions = {},
  ): T {
    return this.#backend.callSync(name, args, options) as T;
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
    this.#backend.demandCalls();
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
    return await this.#backend.ask("find", [name]) as T;
  }

  /**
   * Give a name in the plugin's module a value.
   *
   * @param name The name, perhaps with dots.
   * @param value The value.
   * @throws {TypeError} When the value cannot cross.
   */
  async set(name: string, value: unknown): Promise<void> {
    await this.#backend.ask("assign", [name, value]);
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
    return await this.#backend.ask("evaluate", [expression]) as T;
  }

  /**
   * Run Python statements in the plugin's module.
   *
   * @param source The statements.
   * @throws {PythonError} When they raise an exception or do not compile.
   */
  async exec(source: string): Promise<void> {
    await this.#backend.ask("execute", [source]);
  }

  /**
   * Save the plugin as it is now, to go on from there in other instances, in
   * this process or another one.
   *
   * @returns The snapshot.
   * @throws {PluginError} When something of this run is in the plugin, which no
   * other run can have: an open file, an object of the host's that it holds,
   * one of its own that the host holds. The message names it.
   * @throws {PluginClosed} When the plugin was closed, or had crashed before.
   */
  async snapshot(): Promise<PluginSnapshot> {
    const { PluginSnapshot } = await import("./plugin_snapshot.ts");
    return new PluginSnapshot(await this.#backend.snapshot());
  }

  /**
   * Go back to where the last {@linkcode snapshot} was taken; without one, to
   * where the plugin was loaded. Calls under way are ended and reject with
   * {@linkcode PluginClosed}, objects of it that the host holds are gone. It
   * brings back a plugin that has crashed. What is asked of the plugin
   * meanwhile waits until it is done, and another `reset()` waits for the same.
   *
   * A worker whose call does not listen is ended with its thread, after
   * `limits.grace` and 40 ms.
   *
   * ```ts
   * import { loadPlugin } from "@x/py-plugin";
   * import { assertEquals } from "@std/assert";
   * await using plugin = await loadPlugin({ source: "n = 1" });
   * await plugin.snapshot();
   * await plugin.exec("n = 2");
   * await plugin.reset();
   * assertEquals(await plugin.get("n"), 1);
   * ```
   *
   * @throws {PluginClosed} When the plugin was closed.
   * @throws {PluginError} When one of the plugin's own calls asks for it: in a
   * function of the host's that the plugin has called.
   */
  async reset(): Promise<void> {
    await this.#backend.reset();
  }

  /** Let go of the instance, its memory and what it has open. */
  async close(): Promise<void> {
    await this.#backend.close();
  }

  /** The same as {@linkcode close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
