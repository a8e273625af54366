/**
 * What is said of a guest that has ended.
 *
 * @module
 */

import { PluginClosed } from "../errors.ts";

/** How one has come to its end. */
export type Ended = "has crashed" | "ran too long" | "is closed";

/**
 * A guest ended before a call began: made of another one, it is the same call.
 * To everybody else it is a {@linkcode PluginClosed}.
 */
export class NotBegun extends PluginClosed {}

/** What is said of a call to a guest that has ended, with a way out. */
export function endedText(how: Ended): string {
  const text = `Cannot call the plugin: it ${how}`;
  return how === "is closed"
    ? text
    : `${text}; reset() it, or load it with restart: "auto"`;
}
