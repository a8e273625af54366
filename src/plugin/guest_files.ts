/**
 * What a plugin finds when it looks around: its own files, the standard
 * library, and nothing else.
 *
 * ```text
 *   /
 *   ├── dev/                     null, random, urandom
 *   ├── plugin/                  the plugin's own files, read-only
 *   └── python/lib/python3.14/   the standard library, read-only
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
  NullDevice,
  RandomDevice,
} from "../wasi/mod.ts";

/** Where the guest finds the plugin's own files. */
export const PLUGIN_DIRECTORY = "/plugin";

/** The root directory of a guest that runs `files`. */
export function guestRoot(
  artifact: Artifact,
  files: ReadonlyMap<string, Uint8Array>,
): Directory {
  const library = new ImageDirectory(artifact.stdlib);
  return readOnly()
    .set("dev", devices())
    .set("plugin", pluginTree(files))
    .set(
      "python",
      readOnly().set("lib", readOnly().set("python3.14", library)),
    );
}

function readOnly(): MemoryDirectory {
  return new MemoryDirectory({ readOnly: true });
}

function devices(): MemoryDirectory {
  return readOnly()
    .set("null", new NullDevice())
    .set("random", new RandomDevice())
    .set("urandom", new RandomDevice());
}

/** The plugin's files as a directory; names have `/` between their parts. */
function pluginTree(files: ReadonlyMap<string, Uint8Array>): MemoryDirectory {
  const root = readOnly();
  for (const [name, bytes] of files) {
    const parts = name.split("/");
    const last = parts.pop() ?? "";
    parts.reduce(childDirectory, root).set(last, new MemoryFile(bytes));
  }
  return root;
}

function childDirectory(parent: MemoryDirectory, name: string) {
  const known = parent.lookup(name);
  if (known instanceof MemoryDirectory) return known;
  const made = readOnly();
  parent.set(name, made);
  return made;
}
