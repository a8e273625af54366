/**
 * The instances of a pool: one loads the plugin, the others go on from there.
 *
 * @module
 */

import type { SavedPlugin } from "../open.ts";
import { unlessRefused } from "../refused_snapshot.ts";
import type { WorkerBackend } from "../worker/worker_backend.ts";

/** Tells what the call that an instance answers is called. */
export type CallId = () => string | undefined;

/** Starts one, going on from what was saved, or else loading the plugin. */
export type OpenInstance = (
  id: CallId,
  saved?: Promise<SavedPlugin | undefined>,
) => Promise<WorkerBackend>;

/** Starts instances from one snapshot, which the first of them gives. */
export class Instances {
  readonly #open: OpenInstance;
  #saved: Promise<SavedPlugin | undefined> | undefined;

  /** @param open Starts one. */
  constructor(open: OpenInstance) {
    this.#open = open;
  }

  /** Start one; it loads the plugin when that cannot be saved. */
  async open(id: CallId): Promise<WorkerBackend> {
    if (this.#saved !== undefined) return await this.#open(id, this.#saved);
    const first = this.#open(id);
    this.#saved = first.then((one) => unlessRefused(() => one.save()));
    try {
      const saved = await this.#saved;
      const one = await first;
      if (saved !== undefined) await one.reset(); // to be as the others are
      return one;
    } catch (error) {
      this.#saved = undefined; // the next one tries again
      await first.then((one) => one.close(), () => {});
      throw error;
    }
  }
}
