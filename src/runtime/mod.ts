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
export {
  Deadlines,
  type DeadlinesInit,
  Due,
  type Period,
  type TimeLimits,
} from "./deadlines.ts";
export type { Se2Exports, WrapperExports } from "./exports.ts";
export { Instance, type InstanceInit, type LastWords } from "./instance.ts";
export type { Offer } from "./imports.ts";
export { suspending } from "./jspi.ts";
export { DEFAULT_MAXIMUM } from "./memory_size.ts";
export { loadTimed } from "./timed.ts";
