/**
 * What stands behind a plugin: whatever answers its calls.
 *
 * @module
 */

import type { Kwargs, PluginResult } from "../bridge/mod.ts";
import type { Saved } from "./plugin_snapshot.ts";
import type { Duration } from "./limits.ts";

/** How `run_e` is called. */
export interface RunOptions {
  /** Ends the call early: what it is aborted with is thrown. */
  readonly signal?: AbortSignal;
  /** How long it may take, instead of `limits.time`. */
  readonly timeout?: Duration;
}

/** How a function of the plugin is called. */
export interface CallOptions extends RunOptions {
  /** Its keyword arguments; none. */
  readonly kwargs?: Kwargs;
}

/** How a function that answers at once is called. */
export type SyncCallOptions = Omit<CallOptions, "signal">;

/** What can be asked of a plugin's module; `_py_plugin_bridge.py` answers. */
export type Question = "find" | "assign" | "evaluate" | "execute";

/**
 * What answers the calls of a {@linkcode Plugin}, with its errors: a guest in
 * this thread, or whatever stands for one.
 */
export interface Backend {
  /** Whether it can still be called. */
  readonly alive: boolean;
  /** Whether it cannot be called yet, because it is being reset. */
  readonly isBeingReset: boolean;
  /** How many Python objects the host holds. */
  readonly handles: number;
  /** Call `run_e`. */
  run(
    payload: string | Uint8Array,
    options: RunOptions,
  ): Promise<PluginResult>;
  /** Call a function, which may wait for the host. */
  call(
    name: string,
    args: readonly unknown[],
    options: CallOptions,
  ): Promise<unknown>;
  /** Call a function that answers at once. */
  callSync(
    name: string,
    args: readonly unknown[],
    options: SyncCallOptions,
  ): unknown;
  /** Ask something of the plugin's module. */
  ask(question: Question, operands: readonly unknown[]): Promise<unknown>;
  /** Save it as it is. */
  snapshot(): Promise<Saved>;
  /** Go back to what was saved last; without that to where it was loaded. */
  reset(): Promise<void>;
  /** Fail unless functions can be called by name. */
  demandCalls(): void;
  /** Let go of all that it holds; twice is fine. */
  close(): Promise<void>;
}
