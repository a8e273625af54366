/**
 * A backend that is reset when a call has ended its instance.
 *
 * @module
 */

import type { PluginResult } from "../bridge/mod.ts";
import { PluginClosed } from "../errors.ts";
import type {
  Backend,
  CallOptions,
  Question,
  RunOptions,
  SyncCallOptions,
} from "./backend.ts";
import { neverBegan } from "./never_began.ts";
import type { Saved } from "./plugin_snapshot.ts";
import { unlessRefused } from "./refused_snapshot.ts";

/** Calls a plugin that begins anew after it has ended its instance. */
export class RenewingBackend implements Backend {
  readonly #backend: Backend;
  #isClosed = false;

  private constructor(backend: Backend) {
    this.#backend = backend;
  }

  /**
   * Save the plugin as it was loaded, so that it need not be loaded again.
   *
   * @param backend What is reset. When it cannot be saved, that loads it.
   */
  static async create(backend: Backend): Promise<RenewingBackend> {
    await unlessRefused(() => backend.snapshot());
    return new RenewingBackend(backend);
  }

  get alive(): boolean {
    return !this.#isClosed;
  }

  get isBeingReset(): boolean {
    return this.#backend.isBeingReset;
  }

  get handles(): number {
    return this.#backend.alive ? this.#backend.handles : 0;
  }

  async run(
    payload: string | Uint8Array,
    options: RunOptions,
  ): Promise<PluginResult> {
    return await this.#begun((backend) => backend.run(payload, options));
  }

  async call(
    name: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown> {
    return await this.#begun((backend) => backend.call(name, args, options));
  }

  callSync(
    name: string,
    args: readonly unknown[],
    options: SyncCallOptions,
  ): unknown {
    const { alive, isBeingReset } = this.#backend;
    if (alive || isBeingReset || this.#isClosed) {
      return this.#backend.callSync(name, args, options);
    }
    throw new PluginClosed(
      "Cannot call the plugin right now: it has ended, and is started anew by call() and run()",
    );
  }

  async ask(
    question: Question,
    operands: readonly unknown[],
  ): Promise<unknown> {
    return await this.#begun((backend) => backend.ask(question, operands));
  }

  async snapshot(): Promise<Saved> {
    return await this.#begun((backend) => backend.snapshot());
  }

  async reset(): Promise<void> {
    await this.#backend.reset();
  }

  demandCalls(): void {
    this.#backend.demandCalls();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#backend.close();
  }

  /** Take a step again that an instance's end has kept from beginning. */
  async #begun<T>(step: (backend: Backend) => Promise<T>): Promise<T> {
    for (;;) {
      const backend = await this.#living();
      try {
        return await step(backend);
      } catch (error) {
        if (this.#isClosed || !neverBegan(backend, error)) throw error;
      }
    }
  }

  /** The backend when it can be called, which all that call now wait for. */
  async #living(): Promise<Backend> {
    if (!this.#backend.alive && !this.#isClosed) await this.#backend.reset();
    return this.#backend;
  }
}
