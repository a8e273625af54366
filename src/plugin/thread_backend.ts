/**
 * A guest in this thread, answering the calls of a plugin.
 *
 * @module
 */

import {
  type Bridge,
  type Kwargs,
  payloadBytes,
  type PluginResult,
} from "../bridge/mod.ts";
import { PluginError, PythonError } from "../errors.ts";
import type { Backend, CallOptions, Question } from "./backend.ts";
import type { OpenGuest, SavedPlugin } from "./open.ts";
import { afterOutput } from "./output.ts";
import type { Saved } from "./plugin_snapshot.ts";

/** One guest after the other; when one has ended, so has this until a reset. */
export class ThreadBackend implements Backend {
  #guest: OpenGuest;
  /** What reset() goes back to. */
  #saved: SavedPlugin | undefined;
  #isClosed = false;
  #willFlush = false;

  /** @param guest The guest, with the plugin loaded in it. */
  constructor(guest: OpenGuest) {
    this.#guest = guest;
  }

  get alive(): boolean {
    return this.#guest.instance.alive;
  }

  /** Whether it is called from a function that it has called. */
  get isCalledBack(): boolean {
    return this.#guest.bridge?.isCalledBack ?? false;
  }

  get handles(): number {
    return this.#bridge().handles;
  }

  async run(payload: string | Uint8Array): Promise<PluginResult> {
    const { se2, instance, bridge } = this.#guest;
    const bytes = payloadBytes(payload);
    const run = () => se2.run(instance, bytes);
    return await this.#awaited(() => bridge?.alone(run) ?? run());
  }

  call(
    name: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown> {
    return this.#called(() => this.#bridge().callWaiting(name, args, options));
  }

  callSync(
    name: string,
    args: readonly unknown[],
    kwargs: Kwargs | undefined,
  ): unknown {
    try {
      return this.#bridge().call(name, args, kwargs);
    } finally {
      this.#flushSoon();
    }
  }

  ask(question: Question, operands: readonly unknown[]): Promise<unknown> {
    return this.#called(() => this.#bridge().askWaiting(question, operands));
  }

  demandCalls(): void {
    this.#bridge();
  }

  async snapshot(): Promise<Saved> {
    const { savePlugin } = await import("./save.ts");
    const { SavedHere } = await import("./saved.ts");
    this.#saved = await this.#awaited(() => savePlugin(this.#guest));
    return new SavedHere(this.#saved);
  }

  async reset(): Promise<void> {
    if (this.#isClosed) this.#guest.instance.demandAlive();
    if (this.isCalledBack) {
      throw new PluginError(
        "Cannot reset the plugin: one of its own calls is under way",
        { fault: "caller" },
      );
    }
    const guest = await this.#guest.again(this.#saved);
    disposeOf(this.#guest);
    this.#guest = guest;
    if (this.#isClosed) disposeOf(guest); // meanwhile
  }

  close(): Promise<void> {
    this.#isClosed = true;
    disposeOf(this.#guest);
    return Promise.resolve();
  }

  /** Take a step, and wait until streams took what it wrote. */
  #awaited<T>(step: () => T | Promise<T>): Promise<T> {
    return afterOutput(this.#guest.context, step);
  }

  /** The same for a call by name; `run()` flushes by itself. */
  #called<T>(step: () => Promise<T>): Promise<T> {
    return this.#awaited(async () => {
      try {
        return await step();
      } finally {
        this.#flush();
      }
    });
  }

  /** Many calls, one after the other, pass on their output once. */
  #flushSoon(): void {
    if (this.#willFlush) return;
    this.#willFlush = true;
    queueMicrotask(() => {
      this.#willFlush = false;
      try {
        this.#flush();
      } catch {
        // The guest has ended with it; the next call says so.
      }
    });
  }

  /** Pass on what the plugin has printed and Python holds back. */
  #flush(): void {
    try {
      if (this.alive) this.#guest.bridge?.ask("flush");
    } catch (error) {
      // A plugin that broke its own import, or its streams, prints nothing.
      if (!(error instanceof PythonError)) throw error;
    }
  }

  #bridge(): Bridge {
    if (this.#guest.bridge !== undefined) return this.#guest.bridge;
    throw new PluginError(
      "Cannot call a function of the plugin: it is a .wasm guest, which has run() only",
      { fault: "caller" },
    );
  }
}

function disposeOf({ instance, context }: OpenGuest): void {
  instance[Symbol.dispose]();
  context.fds[Symbol.dispose]();
}
