/**
 * What every Python plugin finds when it looks around, whatever is granted:
 * its own files, the standard library and a few devices.
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
  type Clock,
  type Directory,
  ImageDirectory,
  MemoryDirectory,
  MemoryFile,
  NullDevice,
  type Random,
  RandomDevice,
} from "../wasi/mod.ts";

/** Where the guest finds the plugin's own files. */
export const PLUGIN_DIRECTORY = "/plugin";

/** What is the same for all of the guest's own files. */
export interface OwnOptions {
  /** The guest's time, which their times are taken from. */
  readonly clock: Clock;
  /** The guest's random bytes; this machine's when absent. */
  readonly random: Random | undefined;
}

/** The guest's own directories, by their names in the root. */
export function ownDirectories(
  artifact: Artifact,
  files: ReadonlyMap<string, Uint8Array>,
  { clock, random }: OwnOptions,
): ReadonlyMap<string, Directory> {
  const mtime = clock.now();
  const make = () => new MemoryDirectory({ readOnly: true, clock, mtime });
  const library = new ImageDirectory(artifact.stdlib);
  return new Map([
    ["dev", devices(make(), random)],
    ["plugin", pluginTree(files, make, mtime)],
    ["python", make().set("lib", make().set("python3.14", library))],
  ]);
}

function devices(
  directory: MemoryDirectory,
  random: Random | undefined,
): MemoryDirectory {
  return directory
    .set("null", new NullDevice())
    .set("random", new RandomDevice(random))
    .set("urandom", new RandomDevice(random));
}

/** The plugin's files as a directory; names have `/` between their parts. */
function pluginTree(
  files: ReadonlyMap<string, Uint8Array>,
  make: () => MemoryDirectory,
  mtime: bigint,
): MemoryDirectory {
  const root = make();
  for (const [name, bytes] of files) {
    const parts = name.split("/");
    const last = parts.pop() ?? "";
    parts.reduce((parent, part) => childDirectory(parent, part, make), root)
      .set(last, new MemoryFile(bytes, { mtime }));
  }
  return root;
}

function childDirectory(
  parent: MemoryDirectory,
  name: string,
  make: () => MemoryDirectory,
): MemoryDirectory {
  const known = parent.lookup(name);
  if (known instanceof MemoryDirectory) return known;
  const made = make();
  parent.set(name, made);
  return made;
}
