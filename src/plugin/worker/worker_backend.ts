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

/**
 * So many guests follow the first one in its thread. What they leave there is
 * V8's to collect, which it does when it likes to; a thread's end leaves
 * nothing, but another one takes its time.
 */
const MOST_IN_THREAD = 4;

/** What a backend asks of a guest. */
export type WorkerGuest = Pick<RemoteGuest, keyof RemoteGuest>;

/** How the guests of a backend are had. */
export interface WorkerBackendInit {
  /** What the first one began with, instead of loading the plugin. */
  readonly saved: SavedPlugin | undefined;
  /** Opens another one in a thread of its own. */
  open(saved: SavedPlugin | undefined): Promise<WorkerGuest>;
  /** Is told that a thread will be needed. */
  prepare(): void;
  /** Whether that is there. */
  isReady(): boolean;
  /** Is told when there will be no other one. */
  closed(): Promise<void>;
}

/** One guest after the other; when one has ended, so has this until a reset. */
export class WorkerBackend implements Backend {
  readonly #init: WorkerBackendInit;
  #guest: WorkerGuest;
  /** What reset() goes back to. */
  #saved: SavedPlugin | undefined;
  /** How many were in this thread before. */
  #resets = 0;
  #isClosed = false;

  /**
   * Make one.
   *
   * @param guest The first guest, with the plugin loaded in it.
   * @param init How others are had.
   */
  constructor(guest: WorkerGuest, init: WorkerBackendInit) {
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

  /** In the same thread, while that is there and has not had many. */
  async reset(): Promise<void> {
    if (this.#isClosed) {
      throw new PluginClosed("Cannot reset the plugin: it is closed");
    }
    const isWorn = this.#resets >= MOST_IN_THREAD && this.#init.isReady();
    if (isWorn || !this.#guest.hasThread) return await this.#renew();
    this.#resets += 1;
    if (this.#resets === MOST_IN_THREAD) this.#init.prepare();
    await this.#guest.reset();
  }

  /** In another thread. */
  async #renew(): Promise<void> {
    this.#resets = 0;
    await this.#guest.close(); // a stream is no two guests' at once
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
