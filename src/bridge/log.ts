/**
 * The three-layer log: what the host, the wrapper and the plugin did.
 *
 * @module
 */

/** From the most to the least urgent; each level shows those before it. */
export const LOG_LEVELS = ["error", "warn", "info", "debug", "trace"] as const;

/** How urgent a log event is. */
export type LogLevel = typeof LOG_LEVELS[number];

/** One line of the log. */
export interface LogEvent {
  /** Who wrote it: this library, the C wrapper, or the plugin. */
  readonly layer: "host" | "wrapper" | "plugin";
  /** The file that wrote it, `se2.ts`, `runtime.c` or `plugin.py`. */
  readonly file: string;
  /** How urgent it is. */
  readonly level: LogLevel;
  /** The line, without a newline. */
  readonly message: string;
  /** The call it belongs to; absent outside of one. */
  readonly ident?: number;
  /** What the caller of a pool calls the call; absent when it has no name. */
  readonly request?: string;
}

/** Where log events go, and from which level on. */
export interface Logger {
  /** The least urgent level that is written. */
  readonly level: LogLevel;
  /** Called for each event, in order. */
  write(event: LogEvent): void;
}

/** SE2's level numbers. */
const SE2_LEVELS: readonly LogLevel[] = [
  "info",
  "error",
  "warn",
  "info",
  "debug",
];
/** The number of our wrapper's own lines, which is not SE2's. */
const WRAPPER_LINE = 5;

/**
 * The level that a number of SE2's `log_msg` stands for.
 *
 * @param number The number; an unknown one is info.
 * @param wrapper Whether our wrapper is there to write lines of its own.
 */
export function levelOf(number: number, wrapper: boolean): LogLevel {
  if (wrapper && number === WRAPPER_LINE) return "trace";
  return SE2_LEVELS[number] ?? "info";
}

/** Whether an event of `level` is written when the logger's is `least`. */
export function shows(least: LogLevel, level: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(least);
}
