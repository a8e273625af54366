/**
 * The artifact's description: what it was made with, and what it consists of.
 *
 * @module
 */

import { imageId } from "../../src/runtime/mod.ts";
import { PROFILE_ARCHIVE } from "./cpython.ts";
import { byBytes, exists, listFiles, sha256 } from "./files.ts";
import { STDLIB_WASM } from "./image.ts";
import { LICENCES } from "./licences.ts";
import { LOCK_FILE, readLock } from "./lock.ts";
import { HOT_FUNCTIONS, MEMORY_WASM, PYTHON_WASM, REST_WASM } from "./split.ts";
import { BUILD, type Step } from "./step.ts";
import type { Toolchain } from "./toolchain.ts";

/** What `wrapper/dist/manifest.json` holds. */
export interface Manifest {
  /** Hash of the compiler's name and of every {@linkcode inputFiles}. */
  readonly buildId: string;
  /** The id of the image that python.wasm holds and says itself. */
  readonly image: string;
  /** The compiler; another one makes other bytes. */
  readonly toolchain: string;
  /** Version of each source by name. */
  readonly sources: Readonly<Record<string, string>>;
  /** The files of the artifact. */
  readonly parts: readonly ManifestPart[];
}

/** One file of the artifact. */
export interface ManifestPart {
  /** Name in `wrapper/dist/`. */
  readonly file: string;
  /** Its size in bytes. */
  readonly size: number;
  /** Its SHA-256, in hex. */
  readonly sha256: string;
}

/** The built manifest, relative to the repository. */
export const MANIFEST = `${BUILD}/out/manifest.json`;

/** The built files that the artifact consists of, relative to the repository. */
export const PARTS: readonly string[] = [
  PYTHON_WASM,
  MEMORY_WASM,
  REST_WASM,
  STDLIB_WASM,
  LICENCES,
];

/** Files and folders of the repository that the artifact is made from. */
const INPUTS = [
  LOCK_FILE,
  PROFILE_ARCHIVE,
  HOT_FUNCTIONS,
  "wrapper/build/compile_stdlib.py",
  "wrapper/config.site",
  "wrapper/image",
  "wrapper/patches",
  "wrapper/python",
];

/** Everything of the repository that the artifact is made from, sorted. */
export function inputFiles(): string[] {
  const wrapper = listFiles("wrapper")
    .filter((path) => /^[^/]+\.[ch]$/.test(path))
    .map((path) => `wrapper/${path}`);
  const others = INPUTS.filter(exists).flatMap((path) =>
    Deno.statSync(path).isDirectory
      ? listFiles(path).map((name) => `${path}/${name}`)
      : [path]
  );
  return [...wrapper, ...others]
    .filter((path) => !path.includes("__pycache__"))
    .sort(byBytes);
}

/** Writes {@linkcode MANIFEST}. */
export function manifestStep(toolchain: Toolchain): Step {
  return {
    name: "manifest",
    inputs: () => [
      ...PARTS,
      "wrapper/build/manifest.ts",
      ...inputFiles(),
    ],
    actions: () => [{
      kind: "call",
      what: `describe the artifact of ${toolchain.id} in ${MANIFEST}`,
      call: async () => {
        const text = JSON.stringify(await describe(toolchain), null, 2);
        await Deno.writeTextFile(MANIFEST, `${text}\n`);
      },
    }],
    outputs: [MANIFEST],
  };
}

async function describe(toolchain: Toolchain): Promise<Manifest> {
  const versions = readLock().map(({ name, version }) => [name, version]);
  return {
    buildId: await buildId(toolchain),
    image: imageId(await WebAssembly.compile(await Deno.readFile(PYTHON_WASM))),
    toolchain: toolchain.id,
    sources: Object.fromEntries(versions),
    parts: await Promise.all(PARTS.map(part)),
  };
}

async function buildId(toolchain: Toolchain): Promise<string> {
  const lines = await Promise.all(
    inputFiles().map(async (path) =>
      `${path} ${await sha256(await Deno.readFile(path))}`
    ),
  );
  const text = [toolchain.id, ...lines].join("\n");
  return await sha256(new TextEncoder().encode(text));
}

async function part(path: string): Promise<ManifestPart> {
  const bytes = await Deno.readFile(path);
  return {
    file: path.slice(path.lastIndexOf("/") + 1),
    size: bytes.length,
    sha256: await sha256(bytes),
  };
}
