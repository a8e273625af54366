/**
 * What a caller may ask for, and what is assumed when nothing is said.
 *
 * @module
 */

import {
  LOG_LEVELS,
  type LogEvent,
  type Logger,
  type LogLevel,
} from "../bridge/mod.ts";
import { DEFAULT_MAXIMUM } from "../runtime/mod.ts";

/** Where a plugin's output goes: this process's own, nowhere, or a callback. */
export type OutputOption = "inherit" | "null" | ((chunk: Uint8Array) => void);

/** Where a plugin's input comes from: this process's own, nowhere, or bytes. */
export type InputOption = "inherit" | "null" | Uint8Array;

/** Options of {@linkcode loadPlugin} and {@linkcode runScript}. */
export interface PluginOptions {
  /** `sys.argv` after the file's name. */
  readonly args?: readonly string[];
  /** `sys.stdin`; `"null"`. */
  readonly stdin?: InputOption;
  /** `sys.stdout`; `"inherit"`. */
  readonly stdout?: OutputOption;
  /** `sys.stderr`; `"inherit"`. */
  readonly stderr?: OutputOption;
  /**
   * Called for each line that the plugin logs with `sdk.log()`. What it throws,
   * like what a callback for output throws, ends the plugin and its call.
   */
  readonly log?: (event: LogEvent) => void;
  /**
   * The least urgent level that `log` is called for; `"info"`. With `"trace"`
   * the host and the wrapper log what they do as well.
   */
  readonly logLevel?: LogLevel;
  /** What the plugin may use up. */
  readonly limits?: {
    /**
     * Bytes of memory; 1 GiB. Python may grow to it; a `.wasm` guest with a
     * memory of its own is refused when that is larger from the start.
     */
    readonly memory?: number;
  };
}

/** Options with every choice made. */
export interface Settings {
  readonly args: readonly string[];
  readonly stdin: InputOption;
  readonly stdout: OutputOption;
  readonly stderr: OutputOption;
  readonly logger: Logger | undefined;
  readonly maximum: number;
}

/**
 * Make every choice that the caller left open.
 *
 * @throws {TypeError} When one that was made cannot be.
 */
export function settingsOf(options: PluginOptions): Settings {
  const { log, logLevel = "info" } = options;
  if (!LOG_LEVELS.includes(logLevel)) {
    throw new TypeError(
      `Cannot log from the level "${logLevel}" on: it must be one of ${
        LOG_LEVELS.join(", ")
      }`,
    );
  }
  return {
    args: options.args ?? [],
    stdin: options.stdin ?? "null",
    stdout: options.stdout ?? "inherit",
    stderr: options.stderr ?? "inherit",
    logger: log && { level: logLevel, write: log },
    maximum: options.limits?.memory ?? DEFAULT_MAXIMUM,
  };
}
