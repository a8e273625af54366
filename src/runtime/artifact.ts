/**
 * The built artifact: CPython with its wrapper, and the standard library.
 *
 * @module
 */

import { RestOfCode } from "./late_code.ts";
import { StdlibImage } from "./stdlib_image.ts";

/** What `wrapper/dist/` holds, compiled and ready to be instantiated. */
export interface Artifact {
  /** CPython and the C wrapper. */
  readonly python: WebAssembly.Module;
  /** The code of it that few runs need. */
  readonly rest: RestOfCode;
  /** The files of the standard library. */
  readonly stdlib: StdlibImage;
}

/**
 * One for one module: the image is read-only, and its files are decompressed
 * once for all instances; the rest of the code is loaded once.
 */
const artifacts = new WeakMap<WebAssembly.Module, Artifact>();

/** The compiled modules of the artifact; they may be sent to a worker. */
export interface ArtifactModules {
  readonly python: WebAssembly.Module;
  readonly stdlib: WebAssembly.Module;
  /** The code that a start does without. */
  readonly rest: WebAssembly.Module;
}

/** Load the artifact through the module graph, which needs no permission. */
export async function loadArtifact(): Promise<Artifact> {
  const { python, stdlib } = await import("../../wrapper/modules.js");
  const known = artifacts.get(python);
  if (known !== undefined) return known;
  return kept({ python, stdlib }, loadRest);
}

/** The modules of all of it. */
export async function loadModules(): Promise<ArtifactModules> {
  const { python, stdlib } = await import("../../wrapper/modules.js");
  return { python, stdlib, rest: await loadRest() };
}

/** The artifact of modules that another thread has loaded. */
export function artifactOf({ rest, ...modules }: ArtifactModules): Artifact {
  return kept(modules, () => Promise.resolve(rest));
}

function kept(
  { python, stdlib }: Omit<ArtifactModules, "rest">,
  load: () => Promise<WebAssembly.Module>,
): Artifact {
  const rest = new RestOfCode(load);
  const artifact = { python, rest, stdlib: new StdlibImage(stdlib) };
  artifacts.set(python, artifact);
  return artifact;
}

async function loadRest(): Promise<WebAssembly.Module> {
  const { rest } = await import("../../wrapper/rest.js");
  return rest;
}
