/**
 * How deep host and plugin may call each other.
 *
 * @module
 */

import { PluginError } from "../errors.ts";

/** How many of their calls there may be, one inside the other. */
export const MAX_DEPTH = 64;

/** Host and plugin have called each other too deep. */
export function tooDeep(): PluginError {
  return new PluginError(
    `Cannot call the plugin: host and plugin call each other more than ${MAX_DEPTH} deep`,
    { fault: "caller" },
  );
}
