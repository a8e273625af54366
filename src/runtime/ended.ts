/**
 * What is said of a guest that has ended.
 *
 * @module
 */

import { PluginClosed } from "../errors.ts";

/** Why the host has let go of one. */
export type Left = "is closed" | "was reset";

/** How one has come to its end. */
export type Ended = "has crashed" | "ran too long" | Left;

/**
 * A guest ended before a call began: made of another one, it is the same call.
 * To everybody else it is a {@linkcode PluginClosed}.
 */
export class NotBegun extends PluginClosed {}

/** What is said of a call to a guest that has ended, with a way out. */
export function endedText(how: Ended): string {
  switch (how) {
    case "is closed":
      return "Cannot call the plugin: it is closed";
    case "was reset": // its objects are all that lead to it
      return "Cannot use a Python object: the plugin was reset; get the object again";
    case "has crashed":
    case "ran too long":
      return `Cannot call the plugin: it ${how}; reset() it, or load it with restart: "auto"`;
    default:
      return how satisfies never;
  }
}

/** What those get whose call was under way. */
export function leftError(how: Left): PluginClosed {
  const done = how === "is closed" ? "closed" : "reset";
  return new PluginClosed(
    `Cannot go on with the call: the plugin was ${done}`,
  );
}
