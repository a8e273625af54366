/**
 * What `--version` prints.
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };
import manifest from "../../wrapper/dist/manifest.json" with { type: "json" };

/** The versions of this package, of the Python in it, and of Deno. */
export function version(): string {
  return `py-plugin ${config.version} (CPython ${manifest.sources.cpython}, deno ${Deno.version.deno})\n`;
}
