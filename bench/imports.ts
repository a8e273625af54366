/**
 * Imports from the image of the standard library: against `node:wasi` on the
 * same files in a real directory.
 *
 * @module
 */

import { dirname } from "@std/path/posix/dirname";
import { loadArtifact } from "../src/runtime/mod.ts";
import { deno } from "./child.ts";
import { LIBRARY, PROGRAM, SOURCE } from "./import_guest.ts";
import type { Group, Row, Size } from "./row.ts";
import { sharedRuns } from "./shared_runs.ts";

const COUNTS: Readonly<Record<Size, number>> = { full: 50, quick: 50, tiny: 2 };

/** `import`, in a process of its own. */
export const imports: Group = {
  name: "imports",
  about:
    "The same Python imports modules of its standard library, measured in Python: from the compressed image that the package carries, and from a directory under `node:wasi`. A process decompresses the image once, for its first instance; the system had read the directory before.",
  open: async (size) => {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    await unpack(folder);
    return {
      rows: rowsOf(folder, COUNTS[size]),
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
  },
};

function rowsOf(folder: string, count: number): Row[] {
  const ours = sharedRuns(() => timesOf(count));
  const peers = sharedRuns(() => timesOf(count, folder));
  const row = (name: string, instance: number): Row => ({
    name,
    unit: "ms",
    against: "node:wasi",
    goal: { ratio: 1 },
    ours: async () => (await ours(instance))[instance] ?? NaN,
    peer: async () => (await peers(instance))[instance] ?? NaN,
  });
  return [
    row(`import ${count} modules, first instance`, 0),
    row(`import ${count} modules, second instance`, 1),
  ];
}

async function timesOf(count: number, ...folder: string[]): Promise<number[]> {
  const program = ["bench/import_guest.ts", String(count), ...folder];
  try {
    const { stdout } = await deno(["run", "-A", ...program]);
    return JSON.parse(stdout);
  } catch (error) {
    // The reason goes into a report, and whose folder it was is no part of it.
    throw new Error("Python does not find its library there", { cause: error });
  }
}

/** The image's files and the program, where the guest looks for them. */
async function unpack(folder: string): Promise<void> {
  const { stdlib } = await loadArtifact();
  await stdlib.load();
  const place = (path: string, bytes: Uint8Array) => {
    Deno.mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
    Deno.writeFileSync(`${folder}/${path}`, bytes);
  };
  for (const path of stdlib.files.keys()) {
    place(`${LIBRARY}/${path}`, stdlib.read(path));
  }
  place(PROGRAM, new TextEncoder().encode(SOURCE));
}
