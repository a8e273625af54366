/**
 * The types of a plugin, for its host.
 *
 * @module
 */

import { describePlugin } from "./load.ts";
import type { PluginLocation } from "./location.ts";
import type { PluginOptions } from "./options.ts";

/** Options of {@linkcode pluginTypes}. */
export interface TypesOptions extends PluginOptions {
  /** What the plugin is called in the head of the text; "the plugin". */
  readonly title?: string;
  /** What the text imports this package as; `@x/py-plugin`. */
  readonly specifier?: string;
  /**
   * The type of an `int`. It is a `number` while that is exact, else a
   * `bigint`; `"number"` says that no plugin of yours goes further.
   */
  readonly int?: "number" | "number | bigint";
}

/**
 * Write the declarations of a plugin's functions and types, for
 * {@linkcode Plugin.as}.
 *
 * The plugin is imported to read its annotations, with nothing granted unless
 * `options` say so. It needs no `host`: what it imports from there is a
 * stand-in that cannot be called.
 *
 * ```ts
 * import { pluginTypes } from "@x/py-plugin";
 * import { assertStringIncludes } from "@std/assert";
 * const text = await pluginTypes({
 *   source: "def area(w: float, h: float = 1) -> float: return w * h",
 * });
 * assertStringIncludes(text, "area(w: number, h?: number): Promise<number>;");
 * ```
 *
 * @param location A path, a URL, or the source itself.
 * @param options What it may reach while it is imported, and how to write.
 * @returns The text of a `.d.ts`; its interface `Api` is the plugin.
 * @throws {PluginLoadError} When it cannot be found or read, or is a `.wasm`
 * guest.
 * @throws {PythonError} When its code fails while it is imported.
 */
export async function pluginTypes(
  location: PluginLocation,
  options: TypesOptions = {},
): Promise<string> {
  const answer = await describePlugin(location, options);
  const { parseDescription } = await import("./types/parse_description.ts");
  const { declarationsText } = await import("./types/declarations.ts");
  const {
    title = "the plugin",
    specifier = "@x/py-plugin",
    int = "number",
  } = options;
  return declarationsText(parseDescription(answer), { title, specifier, int });
}
