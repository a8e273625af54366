/**
 * The built artifact: CPython with its wrapper, and the standard library.
 *
 * @module
 */

import { BaseMemory } from "./base_memory.ts";
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
  /** What the memory of every instance begins as. */
  readonly base: BaseMemory;
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
  /** What its memory holds at first. */
  readonly memory: WebAssembly.Module;
  readonly stdlib: WebAssembly.Module;
  /** The code that a start does without. */
  readonly rest: WebAssembly.Module;
}

/** Load the artifact through the module graph, which needs no permission. */
export async function loadArtifact(): Promise<Artifact> {
  const { python } = await import("../../wrapper/modules.js");
  return artifacts.get(python) ??
    artifactWith(python, { loadMemory, loadRest, loadLibrary });
}

/** The modules of all of it. */
export async function loadModules(): Promise<ArtifactModules> {
  const [{ python }, memory, rest, { stdlib }] = await Promise.all([
    import("../../wrapper/modules.js"),
    loadMemory(),
    loadRest(),
    import("../../wrapper/stdlib.js"),
  ]);
  return { python, memory, rest, stdlib };
}

/** The artifact of modules that another thread has loaded. */
export function artifactOf(modules: ArtifactModules): Artifact {
  const { python, memory, rest, stdlib } = modules;
  return artifactWith(python, {
    loadMemory: () => Promise.resolve(memory),
    loadRest: () => Promise.resolve(rest),
    loadLibrary: () => Promise.resolve(new StdlibImage(stdlib)),
  });
}

function artifactWith(
  python: WebAssembly.Module,
  { loadMemory, loadRest, loadLibrary }: {
    readonly loadMemory: () => Promise<WebAssembly.Module>;
    readonly loadRest: () => Promise<WebAssembly.Module>;
    readonly loadLibrary: () => Promise<StdlibImage>;
  },
): Artifact {
  const rest = new RestOfCode(loadRest);
  const base = new BaseMemory(loadMemory);
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

async function loadMemory(): Promise<WebAssembly.Module> {
  const { memory } = await import("../../wrapper/memory.js");
  return memory;
}

async function loadRest(): Promise<WebAssembly.Module> {
  const { rest } = await import("../../wrapper/rest.js");
  return rest;
}
