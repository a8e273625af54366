/**
 * What a plugin finds when it looks around: its own files, the standard
 * library, and nothing else.
 *
 * ```text
 *   /
 *   ├── dev/              null, zero, random, urandom
 *   ├── lib/python3.14/   the standard library, read-only
 *   └── plugin/           the plugin's own files, read-only
 * ```
 *
 * @module
 */

import type { Artifact } from "../runtime/mod.ts";
import {
  type Directory,
  ImageDirectory,
  MemoryDirectory,
  MemoryFile,
} from "../wasi/mod.ts";

/** Where the guest finds the plugin's own files. */
export const PLUGIN_DIRECTORY = "/plugin";

/** The root directory of a guest that runs `files`. */
export function guestRoot(
  artifact: Artifact,
  files: ReadonlyMap<string, Uint8Array>,
): Directory {
  const library = new MemoryDirectory({
    "python3.14": new ImageDirectory(artifact.stdlib),
  });
  return new MemoryDirectory({ "lib": library, "plugin": pluginTree(files) });
}

/** The plugin's files as a directory; names have `/` between their parts. */
function pluginTree(files: ReadonlyMap<string, Uint8Array>): MemoryDirectory {
  const root = new MemoryDirectory();
  for (const [name, bytes] of files) {
    const parts = name.split("/");
    const last = parts.pop() ?? "";
    const parent = parts.reduce(childDirectory, root);
    parent.set(last, new MemoryFile(bytes));
  }
  return root;
}

function childDirectory(parent: MemoryDirectory, name: string) {
  const known = parent.get(name);
  if (known instanceof MemoryDirectory) return known;
  const made = new MemoryDirectory();
  parent.set(name, made);
  return made;
}
