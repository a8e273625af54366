/**
 * A plugin as it was at one moment.
 *
 * @module
 */

import type { PluginOptions } from "./options.ts";
import type { Plugin } from "./plugin.ts";

/** What stands behind a {@linkcode PluginSnapshot}: whatever was saved. */
export interface Saved {
  /** Start a plugin that goes on from it. */
  start(options: PluginOptions): Promise<Plugin>;
  /** Write it. */
  toBytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * A plugin as it was at one moment, with its modules imported and their state:
 * any number of plugins go on from it, each in milliseconds.
 *
 * It holds the plugin's memory and files and nothing of the run: no grant, no
 * variable, no argument, no stream, no time; what is random is drawn anew.
 * What the plugin has copied of these into values of its own is its memory.
 *
 * ```ts
 * import { loadPlugin } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * await using plugin = await loadPlugin({
 *   source: "words = []\ndef add(word): words.append(word); return words",
 * });
 * await plugin.call("add", ["one"]);
 * const snapshot = await plugin.snapshot();
 * await using other = await snapshot.start();
 * assertEquals(await other.call("add", ["two"]), ["one", "two"]);
 * ```
 */
export class PluginSnapshot {
  readonly #saved: Saved;

  /**
   * Made by {@linkcode Plugin.snapshot}, not by callers.
   *
   * @param saved What was saved.
   */
  constructor(saved: Saved) {
    this.#saved = saved;
  }

  /**
   * Read a snapshot that {@linkcode toBytes} has written.
   *
   * @param bytes The snapshot, from wherever it comes: the worst that it can
   * be is a plugin that means harm.
   * @returns The snapshot.
   * @throws {PluginLoadError} When it is none, is damaged, or was taken with
   * another build of Python.
   * @throws {TypeError} When these are no bytes.
   */
  static async fromBytes(bytes: Uint8Array): Promise<PluginSnapshot> {
    const { SavedHere } = await import("./saved.ts");
    return new PluginSnapshot(await SavedHere.read(bytes));
  }

  /**
   * Start a plugin that goes on from here.
   *
   * @param options What it is given, as for {@linkcode loadPlugin}: nothing is
   * kept of what the first one was given. It must be offered host functions
   * of the same names; constants of `host` are what they were.
   * @returns The plugin.
   * @throws {PermissionError} When it asks for more than it was granted.
   * @throws {TypeError} When it is not offered the host functions it had.
   */
  async start(options: PluginOptions = {}): Promise<Plugin> {
    return await this.#saved.start(options);
  }

  /**
   * Write it, for another process that has the same build of py-plugin.
   *
   * @returns The bytes.
   */
  async toBytes(): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#saved.toBytes();
  }
}
