/**
 * The built artifact: CPython with its wrapper, and the standard library.
 *
 * @module
 */

import { Library } from "./library.ts";
import { StdlibImage } from "./stdlib_image.ts";

/** What `wrapper/dist/` holds, compiled and ready to be instantiated. */
export interface Artifact {
  /** CPython and the C wrapper. */
  readonly python: WebAssembly.Module;
  /** The files of the standard library, which may be loaded later. */
  readonly stdlib: Library;
}

/**
 * One for one module: the library is read-only, loaded once, and its files
 * are decompressed once for all instances.
 */
const artifacts = new WeakMap<WebAssembly.Module, Artifact>();

/** Load the artifact through the module graph, which needs no permission. */
export async function loadArtifact(): Promise<Artifact> {
  const { python } = await import("../../wrapper/modules.js");
  const known = artifacts.get(python);
  if (known !== undefined) return known;
  const artifact = { python, stdlib: new Library(loadLibrary) };
  artifacts.set(python, artifact);
  return artifact;
}

async function loadLibrary(): Promise<StdlibImage> {
  const { stdlib } = await import("../../wrapper/stdlib.js");
  return new StdlibImage(stdlib);
}
