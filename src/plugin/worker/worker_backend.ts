/**
 * Guests in threads of their own, answering the calls of a plugin.
 *
 * @module
 */

import type { PluginResult } from "../../bridge/mod.ts";
import type {
  Backend,
  CallOptions,
  Question,
  RunOptions,
  SyncCallOptions,
} from "../backend.ts";
import type { SavedPlugin } from "../open.ts";
import type { Saved } from "../plugin_snapshot.ts";
import { Resets } from "../resets.ts";
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
  /**
   * Opens another one in a thread of its own.
   *
   * @param begun Is told of it, before it is loaded.
   */
  open(
    saved: SavedPlugin | undefined,
    begun: (guest: WorkerGuest) => void,
  ): Promise<WorkerGuest>;
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
  readonly #resets: Resets;
  /** How many were in this thread before. */
  #before = 0;
  /** The guest that is being loaded to take this one's place. */
  #next: WorkerGuest | undefined;

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
    this.#resets = new Resets({
      isAlive: () => this.alive,
      isCalledBack: () => this.#guest.isCalledBack,
      isLoadedBack: () => this.#next?.isCalledBack ?? false,
    });
  }

  get alive(): boolean {
    return this.#guest.alive;
  }

  get isBeingReset(): boolean {
    return this.#resets.isUnderWay;
  }

  /** Bytes of its memory when it last answered. */
  get memory(): number {
    return this.#guest.memory;
  }

  get handles(): number {
    this.#resets.demandReady();
    return this.#guest.handles;
  }

  run(
    payload: string | Uint8Array,
    options: RunOptions,
  ): Promise<PluginResult> {
    return this.#resets.after(
      () => this.#guest.run(payload, options),
      options.signal,
    );
  }

  call(
    name: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown> {
    return this.#resets.after(
      () => this.#guest.call(name, args, options),
      options.signal,
    );
  }

  callSync(
    name: string,
    args: readonly unknown[],
    options: SyncCallOptions,
  ): unknown {
    this.#resets.demandReady();
    return this.#guest.callSync(name, args, options);
  }

  ask(question: Question, operands: readonly unknown[]): Promise<unknown> {
    return this.#resets.after(() => this.#guest.ask(question, operands));
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
    return await this.#resets.after(async () =>
      this.#saved = await this.#guest.save()
    );
  }

  reset(): Promise<void> {
    return this.#resets.run(async () => {
      try {
        if (!await this.#renewHere()) await this.#renew();
      } finally {
        this.#next = undefined;
      }
    });
  }

  /** In the same thread, while that is there, listens, and has not had many. */
  async #renewHere(): Promise<boolean> {
    const isWorn = this.#before >= MOST_IN_THREAD && this.#init.isReady();
    if (isWorn || !this.#guest.hasThread) return false;
    this.#before += 1;
    if (this.#before === MOST_IN_THREAD) this.#init.prepare();
    this.#next = this.#guest;
    return await this.#guest.reset();
  }

  /** In another thread. */
  async #renew(): Promise<void> {
    this.#before = 0;
    await this.#guest.close("was reset"); // a stream is no two guests' at once
    this.#guest = await this.#init.open(this.#saved, (guest) => {
      this.#next = guest;
      if (this.#resets.isClosed) void guest.close(); // while there was none
    });
    if (this.#resets.isClosed) await this.#guest.close();
  }

  async close(): Promise<void> {
    this.#resets.close();
    const guests = [this.#guest, this.#next];
    await Promise.all(guests.map((guest) => guest?.close()));
    await this.#init.closed();
  }
}
