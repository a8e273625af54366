/**
 * A loaded plugin.
 *
 * @module
 */

import { payloadBytes, type PluginResult, type Se2 } from "../bridge/mod.ts";
import type { Instance } from "../runtime/mod.ts";
import type { OpenGuest } from "./open.ts";

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
  readonly #se2: Se2;

  /**
   * Made by {@linkcode loadPlugin}, not by callers.
   *
   * @param guest The guest, with the plugin loaded in it.
   */
  constructor(guest: OpenGuest) {
    this.#instance = guest.instance;
    this.#se2 = guest.se2;
  }

  /** Whether it can still be called: neither crashed nor closed. */
  get alive(): boolean {
    return this.#instance.alive;
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
  // deno-lint-ignore require-await -- what is thrown must reject the promise
  async run(payload: string | Uint8Array = ""): Promise<PluginResult> {
    return this.#se2.run(this.#instance, payloadBytes(payload));
  }

  /** Let go of the instance and its memory. */
  close(): Promise<void> {
    this.#instance[Symbol.dispose]();
    return Promise.resolve();
  }

  /** The same as {@linkcode close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
