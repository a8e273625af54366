/**
 * What the program says about a failure, and its exit status for it.
 *
 * @module
 */

import {
  PermissionError,
  type PluginError,
  PluginLoadError,
  PythonError,
  ReturnedError,
} from "../../mod.ts";

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
  const notStarted = error instanceof PluginLoadError ||
    error instanceof PermissionError;
  return notStarted ? 2 : 1;
}
