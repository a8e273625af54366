/**
 * The end of an instance as an error.
 *
 * @module
 */

import { PluginError } from "./plugin_error.ts";
import type { PythonFrame } from "./python_error.ts";

/** What is known of the end of an instance. */
export interface CrashInit extends ErrorOptions {
  /** The Python functions that were running, the outermost first. */
  readonly frames?: readonly CrashFrame[];
  /** The last syscalls it made, the last one last. */
  readonly syscalls?: readonly string[];
}

/** A Python function that was running when its instance ended. */
export type CrashFrame = Pick<PythonFrame, "file" | "line" | "function">;

/** The guest cannot go on: a trap, a stack overflow or `os._exit()`. */
export class PluginCrashed extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "PluginCrashed";
  /**
   * The Python functions that were running, the outermost first; empty when
   * that is not known.
   */
  readonly frames: readonly CrashFrame[];
  /** The last syscalls it made, the last one last. */
  readonly syscalls: readonly string[];

  /**
   * Make one.
   *
   * @param message What ended the instance.
   * @param init The `cause` that V8 reported, and where it happened.
   */
  constructor(message: string, init: CrashInit = {}) {
    const { frames = [], syscalls = [], ...options } = init;
    super(message, { ...options, fault: "plugin" });
    this.frames = frames;
    this.syscalls = syscalls;
  }
}
