/**
 * Guests in threads of their own, answering the calls of a plugin.
 *
 * @module
 */

import type { PluginResult } from "../../bridge/mod.ts";
import { PluginClosed } from "../../errors.ts";
import type {
  Backend,
  CallOptions,
  Question,
  RunOptions,
  SyncCallOptions,
} from "../backend.ts";
import type { SavedPlugin } from "../open.ts";
import type { Saved } from "../plugin_snapshot.ts";
import type { RemoteGuest } from "./remote_guest.ts";

/** How the guests of a backend are had. */
export interface WorkerBackendInit {
  /** What the first one began with, instead of loading the plugin. */
  readonly saved: SavedPlugin | undefined;
  /** Opens another one in a thread of its own. */
  open(saved: SavedPlugin | undefined): Promise<RemoteGuest>;
  /** Is told when there will be no other one. */
  closed(): Promise<void>;
}

/** One guest after the other; when one has ended, so has this until a reset. */
export class WorkerBackend implements Backend {
  readonly #init: WorkerBackendInit;
  #guest: RemoteGuest;
  /** What reset() goes back to. */
  #saved: SavedPlugin | undefined;
  #isClosed = false;

  /**
   * Make one.
   *
   * @param guest The first guest, with the plugin loaded in it.
   * @param init How others are had.
   */
  constructor(guest: RemoteGuest, init: WorkerBackendInit) {
    this.#guest = guest;
    this.#saved = init.saved;
    this.#init = init;
  }

  get alive(): boolean {
    return this.#guest.alive;
  }

  /** Bytes of its memory when it last answered. */
  get memory(): number {
    return this.#guest.memory;
  }

  get handles(): number {
    return this.#guest.handles;
  }

  run(
    payload: string | Uint8Array,
    options: RunOptions,
  ): Promise<PluginResult> {
    return this.#guest.run(payload, options);
  }

  call(
    name: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown> {
    return this.#guest.call(name, args, options);
  }

  callSync(
    name: string,
    args: readonly unknown[],
    options: SyncCallOptions,
  ): unknown {
    return this.#guest.callSync(name, args, options);
  }

  ask(question: Question, operands: readonly unknown[]): Promise<unknown> {
    return this.#guest.ask(question, operands);
  }

  demandCalls(): void {
    this.#guest.demandCalls();
  }

  async snapshot(): Promise<Saved> {
    const { SavedHere } = await import("../saved.ts");
    return new SavedHere(await this.save());
  }

  /** What {@linkcode snapshot} saves. */
  async save(): Promise<SavedPlugin> {
    return this.#saved = await this.#guest.save();
  }

  /** The thread stays, unless it was ended. */
  async reset(): Promise<void> {
    if (this.#isClosed) {
      throw new PluginClosed("Cannot reset the plugin: it is closed");
    }
    if (this.#guest.hasThread) return await this.#guest.reset();
    const guest = await this.#init.open(this.#saved);
    await this.#guest.close(); // another reset's, meanwhile
    this.#guest = guest;
    if (this.#isClosed) await guest.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#guest.close(), this.#init.closed()]);
  }
}
