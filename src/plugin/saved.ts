/**
 * What a snapshot of a plugin can do, over what was saved of it.
 *
 * @module
 */

import { imageId, loadArtifact } from "../runtime/mod.ts";
import { startPlugin } from "./load.ts";
import type { SavedPlugin } from "./open.ts";
import type { PluginOptions } from "./options.ts";
import type { Plugin } from "./plugin.ts";
import type { Saved } from "./plugin_snapshot.ts";
import { readSnapshot, writeSnapshot } from "./snapshot_bytes.ts";

/** What was saved in this process, or read. */
export class SavedHere implements Saved {
  readonly #saved: SavedPlugin;

  /** @param saved The plugin. */
  constructor(saved: SavedPlugin) {
    this.#saved = saved;
  }

  /** Read what {@linkcode toBytes} has written. */
  static async read(bytes: Uint8Array): Promise<SavedHere> {
    const { python } = await loadArtifact();
    return new SavedHere(await readSnapshot(bytes, imageId(python)));
  }

  async start(options: PluginOptions): Promise<Plugin> {
    return await startPlugin(this.#saved.source, options, this.#saved);
  }

  async toBytes(): Promise<Uint8Array<ArrayBuffer>> {
    const { python } = await loadArtifact();
    return await writeSnapshot(this.#saved, imageId(python));
  }
}
