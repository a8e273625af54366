/**
 * What ended a guest, as an error that says so.
 *
 * @module
 */

import { type CrashInit, PluginCrashed } from "../errors.ts";
import { ProcessExit } from "../wasi/mod.ts";

/**
 * What V8 or WASI threw through the guest, as an error that says so.
 *
 * @param what What the guest was doing.
 * @param error What was thrown.
 * @param lastWords What is known of its end.
 */
export function crashOf(
  what: string,
  error: unknown,
  lastWords: () => CrashInit,
): unknown {
  if (error instanceof ProcessExit) {
    return new PluginCrashed(
      `The plugin ended itself in ${what}: it exited with status ${error.code}`,
      { cause: error, ...lastWords() },
    );
  }
  if (error instanceof WebAssembly.RuntimeError) {
    return new PluginCrashed(
      `The plugin crashed in ${what}: ${error.message}`,
      { cause: error, ...lastWords() },
    );
  }
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new PluginCrashed(
      `The plugin crashed in ${what}: it used up the call stack`,
      { cause: error, ...lastWords() },
    );
  }
  return error; // a bug of the host's, thrown through the guest
}
