/**
 * One live guest: the artifact, its memory and its instance.
 *
 * @module
 */

export {
  type Artifact,
  type ArtifactModules,
  artifactOf,
  loadArtifact,
  loadModules,
} from "./artifact.ts";
export { BaseMemory } from "./base_memory.ts";
export type { BodyPool } from "./body_pool.ts";
export {
  Deadlines,
  type DeadlinesInit,
  Due,
  LEISURE,
  type Period,
  type TimeLimits,
} from "./deadlines.ts";
export {
  type Ended,
  endedText,
  type Left,
  leftError,
  NotBegun,
} from "./ended.ts";
export { FREEZE, type Se2Exports, type WrapperExports } from "./exports.ts";
export { Instance, type InstanceInit, type LastWords } from "./instance.ts";
export { Library, type LibraryFiles } from "./library.ts";
export type { ModuleOffer, Offer } from "./imports.ts";
export { Suspending } from "./jspi.ts";
export { IMAGE_SECTION, imageId } from "./image_id.ts";
export type { KeptMemory } from "./kept_memory.ts";
export { RestOfCode } from "./late_code.ts";
export { IMAGE_PAGE, isPossible, type MemoryImage } from "./memory_image.ts";
export type { LateParts } from "./late_parts.ts";
export { DEFAULT_MAXIMUM, INITIAL_PAGES, PAGE_SIZE } from "./memory_size.ts";
export { StdlibImage } from "./stdlib_image.ts";
export { type DenoParts, loadDenoParts } from "./deno_parts.ts";
export { loadTimed, loadTimedNow } from "./timed.ts";
