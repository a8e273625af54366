/**
 * What a plugin asks for, held against what it is granted.
 *
 * @module
 */

import type { Grants } from "./grants.ts";
import type { PythonSource } from "./read.ts";
import { scriptBlock } from "./script_block.ts";
import type { Parsed } from "./toml.ts";
import type { WarmStart } from "./warm/warm_start.ts";

/**
 * Check the PEP 723 block of a plugin, if it has one.
 *
 * @param source The plugin.
 * @param grants What it is granted.
 * @param warm What may know the block already.
 * @throws {PermissionError} When it asks for more than it was granted.
 */
export async function checkBlock(
  source: PythonSource,
  grants: Grants,
  warm?: WarmStart,
): Promise<void> {
  if (blockOf(source) === undefined) return;
  const parsed = await warm?.block() ?? await parsedBlock(source);
  if (parsed === undefined) return;
  const { checkRequirements, parseRequirements } = await import(
    "./requirements.ts"
  );
  const { entry } = source;
  checkRequirements(parseRequirements(parsed, entry), grants, entry);
}

/** The block as Python's parser reads it, if there is one. */
export async function parsedBlock(
  source: PythonSource,
): Promise<Parsed | undefined> {
  const block = blockOf(source);
  if (block === undefined) return undefined;
  const { parseToml } = await import("./toml.ts");
  return await parseToml(block);
}

function blockOf({ entry, files }: PythonSource): string | undefined {
  return scriptBlock(new TextDecoder().decode(files.get(entry)), entry);
}
