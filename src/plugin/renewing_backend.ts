/**
 * A backend whose place another one takes when it has ended.
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
import type { Saved } from "./plugin_snapshot.ts";

/** Calls a plugin that is loaded anew after it has ended its instance. */
export class RenewingBackend implements Backend {
  readonly #open: () => Promise<Backend>;
  #backend: Backend;
  #opening: Promise<Backend> | undefined;
  #isClosed = false;

  /**
   * Make one.
   *
   * @param first The first of the backends.
   * @param open Opens the next one.
   */
  constructor(first: Backend, open: () => Promise<Backend>) {
    this.#backend = first;
    this.#open = open;
  }

  get alive(): boolean {
    return !this.#isClosed;
  }

  get handles(): number {
    return this.#backend.alive ? this.#backend.handles : 0;
  }

  async run(
    payload: string | Uint8Array,
    options: RunOptions,
  ): Promise<PluginResult> {
    return await (await this.#living()).run(payload, options);
  }

  async call(
    name: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown> {
    return await (await this.#living()).call(name, args, options);
  }

  callSync(
    name: string,
    args: readonly unknown[],
    options: SyncCallOptions,
  ): unknown {
    if (this.#backend.alive) return this.#backend.callSync(name, args, options);
    throw new PluginClosed(
      this.#isClosed
        ? "Cannot call the plugin: it is closed"
        : "Cannot call the plugin right now: it has ended, and is loaded anew by call() and run()",
    );
  }

  async ask(
    question: Question,
    operands: readonly unknown[],
  ): Promise<unknown> {
    return await (await this.#living()).ask(question, operands);
  }

  async snapshot(): Promise<Saved> {
    return await (await this.#living()).snapshot();
  }

  async reset(): Promise<void> {
    await (await this.#living()).reset();
  }

  demandCalls(): void {
    this.#backend.demandCalls();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#backend.close();
  }

  /** The backend, or the next one, which all that call now wait for. */
  async #living(): Promise<Backend> {
    if (this.#backend.alive || this.#isClosed) return this.#backend;
    try {
      return await (this.#opening ??= this.#renew());
    } finally {
      this.#opening = undefined;
    }
  }

  async #renew(): Promise<Backend> {
    await this.#backend.close(); // it has ended, but holds files and streams
    const next = await this.#open();
    this.#backend = next;
    if (this.#isClosed) await next.close();
    return next;
  }
}
