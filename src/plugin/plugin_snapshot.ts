/**
 * A plugin as it was at one moment.
 *
 * @module
 */

import { imageId, loadArtifact } from "../runtime/mod.ts";
import { openSaved, pluginOf } from "./load.ts";
import type { SavedPlugin } from "./open.ts";
import type { PluginOptions } from "./options.ts";
import type { Plugin } from "./plugin.ts";

/**
 * A plugin as it was at one moment, with its modules imported and their state:
 * any number of plugins go on from it, each in milliseconds.
 *
 * It holds the plugin's memory and files and nothing of the run: no grant, no
 * variable, no argument, no stream, no time; what is random is drawn anew.
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
  readonly #saved: SavedPlugin;

  /**
   * Made by {@linkcode Plugin.snapshot}, not by callers.
   *
   * @param saved The plugin.
   */
  constructor(saved: SavedPlugin) {
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
   */
  static async fromBytes(bytes: Uint8Array): Promise<PluginSnapshot> {
    const { readSnapshot } = await import("./snapshot_bytes.ts");
    const { python } = await loadArtifact();
    const copy = new Uint8Array(bytes);
    return new PluginSnapshot(await readSnapshot(copy, imageId(python)));
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
    return await pluginOf(await openSaved(this.#saved, options), options);
  }

  /**
   * Write it, for another process that has the same build of py-plugin.
   *
   * @returns The bytes.
   */
  async toBytes(): Promise<Uint8Array<ArrayBuffer>> {
    const { writeSnapshot } = await import("./snapshot_bytes.ts");
    const { python } = await loadArtifact();
    return await writeSnapshot(this.#saved, imageId(python));
  }
}
