/**
 * What a Python file says about itself: the block of PEP 723.
 *
 * ```text
 *   # /// script
 *   # requires-python = ">=3.12"
 *   # [tool.py-plugin]
 *   # read = ["data"]
 *   # ///
 * ```
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";

/** The reference's expression, with the type's name put in. */
const BLOCK = /^# \/\/\/ script$\n((?:^#(?:| .*)$\n)+)^# \/\/\/$/gm;

/**
 * The TOML of a file's block, if it has one.
 *
 * @param source The file's text.
 * @param file Its name, for the message.
 * @throws {PluginLoadError} When it has more than one block.
 */
export function scriptBlock(source: string, file: string): string | undefined {
  if (!source.includes("# /// script")) return undefined;
  const blocks = [...source.replaceAll(/\r\n?/g, "\n").matchAll(BLOCK)];
  if (blocks.length > 1) {
    throw new PluginLoadError(
      `Cannot load "${file}": it has ${blocks.length} script blocks (PEP 723), and one is all it may have`,
    );
  }
  return blocks[0]?.[1]?.replaceAll(/^# ?/gm, "");
}
