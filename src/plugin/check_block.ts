/**
 * What a plugin asks for, held against what it is granted.
 *
 * @module
 */

import type { Grants } from "./grants.ts";
import type { PythonSource } from "./read.ts";
import { scriptBlock } from "./script_block.ts";

/**
 * Check the PEP 723 block of a plugin, if it has one.
 *
 * @throws {PermissionError} When it asks for more than it was granted.
 */
export async function checkBlock(
  { entry, files }: PythonSource,
  grants: Grants,
): Promise<void> {
  const text = new TextDecoder().decode(files.get(entry));
  const block = scriptBlock(text, entry);
  if (block === undefined) return;
  const { parseToml } = await import("./toml.ts");
  const { checkRequirements, parseRequirements } = await import(
    "./requirements.ts"
  );
  const asked = parseRequirements(await parseToml(block), entry);
  checkRequirements(asked, grants, entry);
}
