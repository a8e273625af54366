/**
 * What the program says about a failure, and its exit status for it.
 *
 * @module
 */

import {
  LimitError,
  PermissionError,
  type PluginError,
  PluginLoadError,
  PythonError,
  ReturnedError,
} from "../../mod.ts";

/** The exit status for a limit that was exceeded: that of `timeout(1)`. */
const LIMIT_STATUS = 124;

/** What standard error says about a failure. */
export function explain(error: PluginError): string {
  if (error instanceof PythonError) return error.traceback;
  if (error instanceof ReturnedError) {
    return `error ${error.code}: ${error.message}\n`;
  }
  return `error: ${error.message}\n`;
}

/** The exit status that stands for a failure. */
export function statusOf(error: PluginError): number {
  if (error.fault === "internal") return 70;
  if (error instanceof LimitError) return LIMIT_STATUS;
  const notStarted = error instanceof PluginLoadError ||
    error instanceof PermissionError;
  return notStarted ? 2 : 1;
}
