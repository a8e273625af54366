/**
 * The resets of a plugin, and what is asked of it meanwhile.
 *
 * @module
 */

import { PluginClosed, PluginError } from "../errors.ts";
import { endedText, NotBegun } from "../runtime/mod.ts";

/** What is known of the guests of a backend. */
export interface ResetsInit {
  /** Whether the one that is there can be called. */
  isAlive(): boolean;
  /** Whether it is a function of the host's, called by it, that asks. */
  isCalledBack(): boolean;
  /** The same of the one that is to take its place. */
  isLoadedBack(): boolean;
}

/** Resets one backend, one time after the other. */
export class Resets {
  readonly #init: ResetsInit;
  #underWay: Promise<void> | undefined;
  /** What the last one failed with, when it left nothing to call. */
  #failure: { readonly error: unknown } | undefined;
  #isClosed = false;
  /** Ends the wait for the one that is under way. */
  #giveUp: (reason: unknown) => void = () => {};

  /** @param init What is known of the guests. */
  constructor(init: ResetsInit) {
    this.#init = init;
  }

  /** Whether there will be no more guests. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether one is under way. */
  get isUnderWay(): boolean {
    return this.#underWay !== undefined;
  }

  /**
   * Reset. Who asks for it while that is done waits for the same.
   *
   * @param step Puts another guest in the place of the one that is there.
   * @throws {PluginClosed} When the plugin was closed.
   * @throws {PluginError} When it would end who asks for it.
   */
  async run(step: () => Promise<void>): Promise<void> {
    if (this.#isClosed) {
      throw new PluginClosed("Cannot reset the plugin: it is closed");
    }
    if (this.#underWay !== undefined) {
      this.#demandStranger();
      return await this.#underWay;
    }
    if (this.#init.isAlive() && this.#init.isCalledBack()) {
      throw new PluginError(
        "Cannot reset the plugin: one of its own calls is under way",
        { fault: "caller" },
      );
    }
    this.#failure = undefined;
    this.#underWay = this.#unlessClosed(step());
    try {
      await this.#underWay;
    } catch (error) {
      if (!this.#init.isAlive()) this.#failure = { error };
      throw error;
    } finally {
      this.#underWay = undefined;
    }
  }

  /**
   * Ask something of the guest, when there is no reset under way.
   *
   * @param step Asks.
   * @param signal Ends the wait.
   * @throws {PluginClosed} When there is no guest.
   */
  after<T>(step: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#isReady ? step() : this.#afterwards(step, signal);
  }

  /**
   * Refuse what cannot wait for a reset.
   *
   * @throws {PluginClosed} When there is no guest.
   */
  demandReady(): void {
    if (this.#isReady) return;
    if (this.#isClosed) throw new NotBegun(endedText("is closed"));
    if (this.#underWay !== undefined) {
      throw new PluginClosed(
        "Cannot call the plugin right now: it is being reset; call() and run() wait for that",
      );
    }
    throw this.#failed();
  }

  /** There will be no more guests, also if one is being loaded. */
  close(): void {
    this.#isClosed = true;
    this.#giveUp(
      new PluginClosed("Cannot go on with the reset: the plugin was closed"),
    );
  }

  async #unlessClosed(step: Promise<void>): Promise<void> {
    const closed = Promise.withResolvers<never>();
    this.#giveUp = closed.reject;
    try {
      await Promise.race([step, closed.promise]);
    } finally {
      this.#giveUp = () => {};
    }
  }

  get #isReady(): boolean {
    return !this.#isClosed && this.#underWay === undefined &&
      this.#failure === undefined;
  }

  async #afterwards<T>(
    step: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    while (this.#underWay !== undefined && !this.#isClosed) {
      this.#demandStranger();
      await ended(this.#underWay, signal);
    }
    this.demandReady();
    return await step();
  }

  /** A guest that is being loaded would wait for itself. */
  #demandStranger(): void {
    if (!this.#init.isLoadedBack()) return;
    throw new PluginClosed(
      "Cannot call the plugin from a function that it calls while it is loaded: it is being reset",
    );
  }

  #failed(): PluginClosed {
    const error = this.#failure?.error;
    const why = error instanceof Error ? error.message : String(error);
    return new PluginClosed(
      `Cannot call the plugin: its last reset failed (${why}); call reset() again`,
      { cause: error },
    );
  }
}

/** Wait until something has ended, well or not, unless it is given up. */
async function ended(
  underWay: Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  try {
    await Promise.race([underWay.catch(() => {}), aborted]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
