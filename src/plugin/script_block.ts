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

/**
 * The TOML of a file's block, if it has one.
 *
 * The reference's expression, line by line: a block goes from `# /// script`
 * to the last `# ///` that only comments lie between.
 *
 * @param source The file's text.
 * @param file Its name, for the message.
 * @throws {PluginLoadError} When it has more than one block.
 */
export function scriptBlock(source: string, file: string): string | undefined {
  if (!source.includes("# /// script")) return undefined;
  const blocks = blocksOf(source.split(/\r\n?|\n/));
  if (blocks.length > 1) {
    throw new PluginLoadError(
      `Cannot load "${file}": it has ${blocks.length} script blocks (PEP 723), and one is all it may have`,
    );
  }
  return blocks[0]?.map((line) => `${line.replace(/^# ?/, "")}\n`).join("");
}

/** The lines inside each block; each line of the file is looked at once. */
function blocksOf(lines: readonly string[]): string[][] {
  const blocks: string[][] = [];
  let inside: string[] | undefined;
  let end: number | undefined;
  const close = () => {
    if (inside !== undefined && end !== undefined && end > 0) {
      blocks.push(inside.slice(0, end));
    }
    inside = end = undefined;
  };
  for (const line of lines) {
    const comment = line === "#" || line.startsWith("# ");
    if (inside === undefined || !comment) {
      close();
      if (line === "# /// script") inside = [];
      continue;
    }
    if (line === "# ///") end = inside.length;
    inside.push(line);
  }
  close();
  return blocks;
}
