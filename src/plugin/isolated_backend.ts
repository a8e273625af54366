/**
 * A plugin whose every call finds it as it was when it was loaded.
 *
 * @module
 */

import type { PluginResult } from "../bridge/mod.ts";
import { PluginError } from "../errors.ts";
import type {
  Backend,
  CallOptions,
  Question,
  RunOptions,
  SyncCallOptions,
} from "./backend.ts";
import type { OpenGuest } from "./open.ts";
import type { Saved } from "./plugin_snapshot.ts";
import { ThreadBackend } from "./thread_backend.ts";

/** Resets a guest before each call, and lets one call follow the other. */
export class IsolatedBackend implements Backend {
  readonly #backend: ThreadBackend;
  /** The call before, which the next one waits for. */
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(guest: OpenGuest) {
    this.#backend = new ThreadBackend(guest);
  }

  /**
   * Save the guest as it is, and begin with it.
   *
   * @throws {PluginError} When it cannot be saved.
   */
  static async create(guest: OpenGuest): Promise<IsolatedBackend> {
    const backend = new IsolatedBackend(guest);
    try {
      await backend.#backend.snapshot();
      return backend;
    } catch (error) {
      await backend.close();
      throw error;
    }
  }

  /** A call that ends its instance leaves the next one another. */
  get alive(): boolean {
    return !this.#isClosed;
  }

  get isBeingReset(): boolean {
    return this.#backend.isBeingReset;
  }

  get handles(): number {
    return this.#backend.handles;
  }

  run(
    payload: string | Uint8Array,
    options: RunOptions,
  ): Promise<PluginResult> {
    return this.#alone(() => this.#backend.run(payload, options));
  }

  call(
    name: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown> {
    return this.#alone(() => this.#backend.call(name, args, options));
  }

  callSync(
    _name: string,
    _args: readonly unknown[],
    _options: SyncCallOptions,
  ): unknown {
    throw new PluginError(
      "Cannot call the plugin right here: each call gets an instance of its own, which takes a moment; use call()",
      { fault: "caller" },
    );
  }

  ask(question: Question, operands: readonly unknown[]): Promise<unknown> {
    return this.#alone(() => this.#backend.ask(question, operands));
  }

  snapshot(): Promise<Saved> {
    return this.#alone(() => this.#backend.snapshot());
  }

  /** What is under way is ended; the calls that wait for it go on. */
  reset(): Promise<void> {
    return this.#backend.reset();
  }

  demandCalls(): void {
    this.#backend.demandCalls();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#backend.close();
  }

  /** Take a step when the ones before are over, with nothing left of them. */
  async #alone<T>(step: () => Promise<T>): Promise<T> {
    // What a call of the plugin calls is part of that call. One that has ended
    // may have been left in a host function, which it never comes back from.
    const { alive, isCalledBack } = this.#backend;
    if (alive && isCalledBack) return await step();
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    try {
      await before;
      // Before the first one, too: all begin alike.
      if (!this.#isClosed) await this.#backend.reset();
      return await step();
    } finally {
      resolve();
    }
  }
}
