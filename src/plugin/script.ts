/**
 * A loaded script: a Python program rather than a plugin.
 *
 * @module
 */

import { runScriptFile } from "../bridge/mod.ts";
import { LimitError, PluginCrashed } from "../errors.ts";
import type { Period } from "../runtime/mod.ts";
import { ProcessExit } from "../wasi/mod.ts";
import { inLimits, limitOf } from "./in_limits.ts";
import { leaveGuest, type OpenGuest } from "./open.ts";
import { afterOutput } from "./output.ts";

/** A program that is loaded and waits to be run, once. */
export class Script implements AsyncDisposable {
  /** Tells a script from a {@linkcode Plugin}. */
  readonly kind = "script";
  readonly #guest: OpenGuest;

  /**
   * Made by {@linkcode loadPluginOrScript}, not by callers.
   *
   * @param guest The guest, with the script loaded in it.
   */
  constructor(guest: OpenGuest) {
    this.#guest = guest;
  }

  /**
   * Run the program as `__main__`; its instance is used up afterwards.
   *
   * @returns Its exit status: 0, what it gave to `sys.exit` or `os._exit`, 1
   * after an uncaught exception, whose traceback is on `sys.stderr`.
   * @throws {LimitError} When it used up what it may, and did not catch that.
   * @throws {PluginCrashed} When it ended its instance in another way.
   * @throws {PluginClosed} When it has been run before.
   */
  async run(): Promise<number> {
    try {
      const guest = this.#guest;
      return await afterOutput(
        guest.context,
        () => inLimits(guest, () => this.#status()),
      );
    } finally {
      this.#dispose();
    }
  }

  /** Let go of the instance and of what it has open. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#dispose();
    return Promise.resolve();
  }

  async #status(): Promise<number> {
    const { se2, instance, bridge } = this.#guest;
    const run = async (period?: Period) => {
      const { status, uncaught } = await runScriptFile(se2, instance);
      if (status === 0) return status;
      if (period?.told !== undefined) {
        throw instance.deadlines.errorOf(period, uncaught);
      }
      const error = limitOf(this.#guest, uncaught);
      if (error instanceof LimitError) throw error;
      return status;
    };
    try {
      return await (bridge?.alone(run) ?? run());
    } catch (error) {
      const exit = error instanceof PluginCrashed ? error.cause : undefined;
      if (exit instanceof ProcessExit) return exit.code;
      throw error;
    }
  }

  #dispose(): void {
    leaveGuest(this.#guest);
  }
}
