/**
 * The built artifact: CPython with its wrapper, and the standard library.
 *
 * @module
 */

import { baseMemory } from "./base_memory.ts";
import { BodyPool } from "./body_pool.ts";
import { RestOfCode } from "./late_code.ts";
import { Library } from "./library.ts";
import { StdlibImage } from "./stdlib_image.ts";

/** What `wrapper/dist/` holds, compiled and ready to be instantiated. */
export interface Artifact {
  /** CPython and the C wrapper. */
  readonly python: WebAssembly.Module;
  /** The code of it that few runs need. */
  readonly rest: RestOfCode;
  /** The files of the standard library. */
  readonly stdlib: Library;
  /** The memory that every instance begins with, made when it is asked for. */
  readonly base: () => WebAssembly.Memory;
  /** What is left of guests, for the next ones. */
  readonly bodies: BodyPool;
}

/**
 * One for one module: the library is read-only, and its files are decompressed
 * once for all instances; what comes late is loaded once.
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
  const { python } = await import("../../wrapper/modules.js");
  const known = artifacts.get(python);
  if (known !== undefined) return known;
  return kept(python, loadRest, loadLibrary);
}

/** The modules of all of it. */
export async function loadModules(): Promise<ArtifactModules> {
  const [{ python }, rest, { stdlib }] = await Promise.all([
    import("../../wrapper/modules.js"),
    loadRest(),
    import("../../wrapper/stdlib.js"),
  ]);
  return { python, rest, stdlib };
}

/** The artifact of modules that another thread has loaded. */
export function artifactOf(modules: ArtifactModules): Artifact {
  const { python, rest, stdlib } = modules;
  return kept(
    python,
    () => Promise.resolve(rest),
    () => Promise.resolve(new StdlibImage(stdlib)),
  );
}

function kept(
  python: WebAssembly.Module,
  loadRest: () => Promise<WebAssembly.Module>,
  loadLibrary: () => Promise<StdlibImage>,
): Artifact {
  const rest = new RestOfCode(loadRest);
  let made: WebAssembly.Memory | undefined;
  const base = () => made ??= baseMemory(python);
  const artifact = {
    python,
    rest,
    stdlib: new Library(loadLibrary),
    bodies: new BodyPool(base),
    base,
  };
  artifacts.set(python, artifact);
  return artifact;
}

async function loadLibrary(): Promise<StdlibImage> {
  const { stdlib } = await import("../../wrapper/stdlib.js");
  return new StdlibImage(stdlib);
}

async function loadRest(): Promise<WebAssembly.Module> {
  const { rest } = await import("../../wrapper/rest.js");
  return rest;
}
