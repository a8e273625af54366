/**
 * Imports from the image of the standard library: against `node:wasi` on the
 * same files in a real directory.
 *
 * @module
 */

import { dirname } from "@std/path/posix/dirname";
import { loadPlugin } from "../mod.ts";
import { loadArtifact } from "../src/runtime/mod.ts";
import { codePath } from "../wrapper/build/image_tree.ts";
import { deno, run } from "./child.ts";
import { LIBRARY, MODULES, NEEDED, PROGRAM, SOURCE } from "./import_guest.ts";
import type { Group, Row, Size } from "./row.ts";
import { sharedRuns } from "./shared_runs.ts";

const COUNTS: Readonly<Record<Size, number>> = { full: 50, quick: 50, tiny: 2 };

/** Names in one directory that `node:wasi` lists for certain. */
const LISTED = 80;

/** `import`, in a process of its own. */
export const imports: Group = {
  name: "imports",
  brief: "modules of the standard library",
  about:
    "The same Python imports modules of its standard library, measured in Python: from the compressed image that the package carries, and from directories under `node:wasi`. Only what is needed is there, and in several of them, because `node:wasi` lists no more than some 100 names of one. A process decompresses the image once, for its first instance; the system had read the directories before.",
  open: async (size) => {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    await unpack(folder, COUNTS[size]);
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
    goals: [{ ratio: 1, against: "node:wasi" }],
    ours: async () => (await ours(instance))[instance] ?? NaN,
    peers: [{
      name: "node:wasi",
      measure: async () => (await peers(instance))[instance] ?? NaN,
    }],
  });
  return [
    row(`import ${count} modules, first instance`, 0),
    row(`import ${count} modules, second instance`, 1),
  ];
}

async function timesOf(count: number, ...folder: string[]): Promise<number[]> {
  const program = ["bench/import_guest.ts", String(count), ...folder];
  try {
    const { stdout } = await run(deno("run", "-A", ...program));
    return JSON.parse(stdout);
  } catch (error) {
    // The reason goes into a report, and whose folder it was is no part of it.
    throw new Error("Python does not find its library there", { cause: error });
  }
}

/** What is imported, and the program, where the guest looks for them. */
async function unpack(folder: string, count: number): Promise<void> {
  const { stdlib } = await loadArtifact();
  await stdlib.load();
  const place = (path: string, bytes: Uint8Array) => {
    Deno.mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
    Deno.writeFileSync(`${folder}/${path}`, bytes);
  };
  const libraries = new Libraries();
  for (const path of await neededFiles(count)) {
    const library = libraries.of(path);
    for (const each of [path, codePath(path)]) {
      if (stdlib.files.has(each)) {
        place(`${library}/${each}`, stdlib.read(each));
      }
    }
  }
  // The saved Python knows the library's names, and here they lie elsewhere.
  const path = "import sys\nsys.path_importer_cache.clear()\n" +
    `sys.path += ${JSON.stringify(libraries.more)}\n`;
  place(PROGRAM, new TextEncoder().encode(path + SOURCE));
}

/** The library's files that an import needs, in their order. */
async function neededFiles(count: number): Promise<string[]> {
  await using plugin = await loadPlugin({ source: NEEDED });
  const files = await plugin.call("needed", [MODULES.slice(0, count)]);
  const prefix = `/${LIBRARY}/`;
  return (files as string[]).filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length));
}

/** Spreads names over directories, few enough to be listed at once. */
class Libraries {
  readonly #names = new Map<string, number>();

  /** The directory for a file: that of its package, or of its module. */
  of(path: string): string {
    const [name = ""] = path.split("/");
    const number = this.#names.get(name) ??
      Math.trunc(this.#names.size / LISTED);
    this.#names.set(name, number);
    return number === 0 ? LIBRARY : `${LIBRARY}-${number}`;
  }

  /** The guest's paths of those where it does not look by itself. */
  get more(): string[] {
    const numbers = new Set(this.#names.values()).difference(new Set([0]));
    return [...numbers].map((number) => `/${LIBRARY}-${number}`);
  }
}
