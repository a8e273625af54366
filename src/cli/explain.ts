/**
 * What the program says about a failure, and its exit status for it.
 *
 * @module
 */

import {
  LimitError,
  PermissionError,
  PluginCrashed,
  PluginError,
  PluginLoadError,
  PythonError,
  ReturnedError,
} from "../../mod.ts";
import { printError } from "./console.ts";

/** The exit status for a limit that was exceeded: that of `timeout(1)`. */
const LIMIT_STATUS = 124;

/** Whether Python has written the traceback of its exception itself. */
type Traceback = "new" | "shown";

/**
 * Say what went wrong on standard error; answers the exit status. What is no
 * failure of a plugin, or of its use, is thrown on.
 */
export function report(error: unknown, traceback: Traceback = "new"): number {
  if (!(error instanceof PluginError)) throw error;
  printError(explain(error, traceback));
  return statusOf(error);
}

/** What standard error says about a failure. */
export function explain(
  error: PluginError,
  traceback: Traceback = "new",
): string {
  return printable(explanation(error, traceback));
}

function explanation(error: PluginError, traceback: Traceback): string {
  if (error instanceof PythonError) return error.traceback;
  if (error instanceof ReturnedError) {
    return `error ${error.code}: ${error.message}\n`;
  }
  if (error instanceof LimitError || error instanceof PluginCrashed) {
    return `${tracebackOf(error, traceback)}error: ${error.message}\n`;
  }
  return `error: ${error.message}\n`;
}

/** A plugin's words for a terminal: lines and tabs, and nothing that acts. */
export function printable(text: string): string {
  return text.replaceAll(
    /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu,
    escaped,
  );
}

/** Somebody's words in a line of ours: they must not draw lines of their own. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Where Python was, as Python writes it. */
function tracebackOf(
  error: LimitError | PluginCrashed,
  traceback: Traceback,
): string {
  if (error.cause instanceof PythonError) {
    return traceback === "shown" ? "" : error.cause.traceback;
  }
  if (error.frames.length === 0) return "";
  const lines = error.frames.map(({ file, line, function: name }) =>
    `  File "${file}", line ${line}, in ${name}\n`
  );
  return `Most recent call last:\n${lines.join("")}`;
}

/** The exit status that stands for a failure. */
export function statusOf(error: PluginError): number {
  if (error.fault === "internal") return 70;
  if (error instanceof LimitError) return LIMIT_STATUS;
  const notStarted = error instanceof PluginLoadError ||
    error instanceof PermissionError;
  return notStarted ? 2 : 1;
}
