/**
 * The artifact's description: what it was made with, and what it consists of.
 *
 * @module
 */

import { sha256 } from "./files.ts";
import { STDLIB_WASM } from "./image.ts";
import { LICENCES } from "./licences.ts";
import { PYTHON_WASM } from "./link.ts";
import { readLock } from "./lock.ts";
import { BUILD, readStamp, type Step } from "./step.ts";
import type { Toolchain } from "./toolchain.ts";

/** What `wrapper/dist/manifest.json` holds. */
export interface Manifest {
  /** Hash of all that the artifact is made from: sources, commands, tools. */
  readonly buildId: string;
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

/** Writes {@linkcode MANIFEST}; `made` are the steps that make the parts. */
export function manifestStep(
  toolchain: Toolchain,
  made: readonly Step[],
): Step {
  return {
    name: "manifest",
    needs: made,
    inputs: () => [PYTHON_WASM, STDLIB_WASM, LICENCES],
    actions: () => [{
      kind: "call",
      what: `describe the artifact in ${MANIFEST}`,
      call: async () => {
        const manifest = await describe(toolchain, made);
        const text = JSON.stringify(manifest, null, 2);
        await Deno.writeTextFile(MANIFEST, `${text}\n`);
      },
    }],
    outputs: [MANIFEST],
  };
}

async function describe(
  toolchain: Toolchain,
  made: readonly Step[],
): Promise<Manifest> {
  const stamps = made.map(readStamp).join("\n");
  return {
    buildId: await sha256(new TextEncoder().encode(stamps)),
    toolchain: toolchain.id,
    sources: Object.fromEntries(
      readLock().map(({ name, version }) => [name, version]),
    ),
    parts: await Promise.all([PYTHON_WASM, STDLIB_WASM, LICENCES].map(part)),
  };
}

async function part(path: string): Promise<ManifestPart> {
  const bytes = await Deno.readFile(path);
  return {
    file: path.slice(path.lastIndexOf("/") + 1),
    size: bytes.length,
    sha256: await sha256(bytes),
  };
}
