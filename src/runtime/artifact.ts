/**
 * The built artifact: CPython with its wrapper, and the standard library.
 *
 * @module
 */

import { StdlibImage } from "./stdlib_image.ts";

/** What `wrapper/dist/` holds, compiled and ready to be instantiated. */
export interface Artifact {
  /** CPython and the C wrapper. */
  readonly python: WebAssembly.Module;
  /** The files of the standard library. */
  readonly stdlib: StdlibImage;
}

/**
 * One image for one module: it is read-only, and its files are decompressed
 * once for all instances.
 */
const images = new WeakMap<WebAssembly.Module, StdlibImage>();

/** The compiled modules of the artifact; they may be sent to a worker. */
export interface ArtifactModules {
  readonly python: WebAssembly.Module;
  readonly stdlib: WebAssembly.Module;
}

/** Load the modules through the module graph, which needs no permission. */
export async function loadModules(): Promise<ArtifactModules> {
  const { python, stdlib } = await import("../../wrapper/modules.js");
  return { python, stdlib };
}

/** Load the artifact. */
export async function loadArtifact(): Promise<Artifact> {
  return artifactOf(await loadModules());
}

/** The artifact of its modules. */
export function artifactOf({ python, stdlib }: ArtifactModules): Artifact {
  let image = images.get(stdlib);
  if (image === undefined) {
    image = new StdlibImage(stdlib);
    images.set(stdlib, image);
  }
  return { python, stdlib: image };
}
