/**
 * A guest in this thread, answering the calls of a plugin.
 *
 * @module
 */

import { type Bridge, payloadBytes, type PluginResult } from "../bridge/mod.ts";
import { PluginError, PythonError } from "../errors.ts";
import type {
  Backend,
  CallOptions,
  Question,
  RunOptions,
  SyncCallOptions,
} from "./backend.ts";
import { type Duration, parseTimeout } from "./limits.ts";
import { inLimits, inLimitsSync, limitOf } from "./in_limits.ts";
import { leaveGuest, type OpenGuest, type SavedPlugin } from "./open.ts";
import { afterOutput } from "./output.ts";
import type { Saved } from "./plugin_snapshot.ts";
import { Resets } from "./resets.ts";

/** One guest after the other; when one has ended, so has this until a reset. */
export class ThreadBackend implements Backend {
  #guest: OpenGuest;
  /** What reset() goes back to. */
  #saved: SavedPlugin | undefined;
  readonly #resets: Resets;
  /** The line to the guest that is to take this one's place. */
  #next: Bridge | undefined;
  #willFlush = false;
  /** Calls under way. */
  #waiting = 0;

  /** @param guest The guest, with the plugin loaded in it. */
  constructor(guest: OpenGuest) {
    this.#guest = guest;
    this.#resets = new Resets({
      isAlive: () => this.alive,
      isCalledBack: () => this.isCalledBack,
      isLoadedBack: () => this.#next?.isCalledBack ?? false,
    });
  }

  get alive(): boolean {
    return this.#guest.instance.alive;
  }

  /** The guest that answers now. */
  get guest(): OpenGuest {
    return this.#guest;
  }

  /** Whether it is called from a function that it has called. */
  get isCalledBack(): boolean {
    return this.#guest.bridge?.isCalledBack ?? false;
  }

  get isBeingReset(): boolean {
    return this.#resets.isUnderWay;
  }

  get handles(): number {
    this.#resets.demandReady();
    return this.#bridge().handles;
  }

  run(
    payload: string | Uint8Array,
    options: RunOptions,
  ): Promise<PluginResult> {
    return this.#resets.after(
      () => this.#run(payload, options),
      options.signal,
    );
  }

  async #run(
    payload: string | Uint8Array,
    { signal, timeout }: RunOptions,
  ): Promise<PluginResult> {
    const { se2, instance, bridge } = this.#guest;
    const bytes = payloadBytes(payload);
    const time = timeOf(timeout);
    const run = () => se2.run(instance, bytes, time);
    return await this.#awaited(async () =>
      await (bridge?.alone(run, { signal, time }) ?? run())
    );
  }

  call(
    name: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown> {
    const { kwargs, signal, timeout } = options;
    const end = { signal, time: timeOf(timeout) };
    return this.#resets.after(
      () =>
        this.#called(() =>
          this.#bridge().callWaiting(name, args, { kwargs, ...end })
        ),
      signal,
    );
  }

  callSync(
    name: string,
    args: readonly unknown[],
    options: SyncCallOptions,
  ): unknown {
    this.#resets.demandReady();
    const time = timeOf(options.timeout);
    if (this.#guest.limits.output !== Infinity) {
      return this.#flushed(() =>
        this.#bridge().call(name, args, options.kwargs, time)
      );
    }
    try {
      return this.#bridge().call(name, args, options.kwargs, time);
    } catch (error) {
      throw limitOf(this.#guest, error);
    } finally {
      this.#flushSoon();
    }
  }

  ask(question: Question, operands: readonly unknown[]): Promise<unknown> {
    return this.#resets.after(() =>
      this.#called(() => this.#bridge().askWaiting(question, operands))
    );
  }

  demandCalls(): void {
    this.#bridge();
  }

  async snapshot(): Promise<Saved> {
    const { SavedHere } = await import("./saved.ts");
    return new SavedHere(await this.save());
  }

  /** What {@linkcode snapshot} saves. */
  async save(): Promise<SavedPlugin> {
    const { savePlugin } = await import("./save.ts");
    return await this.#resets.after(async () =>
      this.#saved = await this.#awaited(() => savePlugin(this.#guest))
    );
  }

  reset(): Promise<void> {
    return this.#resets.run(() => this.#renew());
  }

  async #renew(): Promise<void> {
    const { again } = this.#guest;
    leaveGuest(this.#guest, "was reset"); // a stream is no two guests' at once
    try {
      this.#guest = await again(
        this.#saved,
        (next) => void (this.#next = next),
      );
    } finally {
      this.#next = undefined;
    }
    if (this.#resets.isClosed) leaveGuest(this.#guest);
  }

  close(): Promise<void> {
    this.#resets.close();
    leaveGuest(this.#guest);
    return Promise.resolve();
  }

  /** Take a step, and wait until streams took what it wrote. */
  #awaited<T>(step: () => Promise<T>): Promise<T> {
    if (this.#waiting === 0) this.#guest.output.reset();
    this.#waiting += 1;
    return afterOutput(
      this.#guest.context,
      () => inLimits(this.#guest, step),
    ).finally(() => void (this.#waiting -= 1));
  }

  /** The same for a call that is answered at once, when output is counted. */
  #flushed<T>(call: () => T): T {
    if (this.#waiting === 0) this.#guest.output.reset();
    return inLimitsSync(this.#guest, () => {
      try {
        return call();
      } finally {
        this.#flush();
      }
    });
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
        this.flushIdle();
      } catch {
        // The guest has ended with it; the next call says so.
      }
    });
  }

  /** Pass on what was printed, when the guest has come back. */
  flushIdle(): void {
    // A guest that is neither idle nor below in the stack has trapped.
    if (this.#guest.bridge?.isIdle) this.#flush();
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

/** Nothing when the limit of all calls holds. */
function timeOf(timeout: Duration | undefined): number | undefined {
  return timeout === undefined ? undefined : parseTimeout(timeout);
}
