/**
 * One live guest: the artifact, its memory and its instance.
 *
 * @module
 */

export { type Artifact, loadArtifact } from "./artifact.ts";
export type { Se2Exports, WrapperExports } from "./exports.ts";
export { Instance, type InstanceInit } from "./instance.ts";
export type { Offer } from "./imports.ts";
export { suspending } from "./jspi.ts";
export { IMAGE_SECTION, imageId } from "./image_id.ts";
export { RestOfCode } from "./late_code.ts";
export { DEFAULT_MAXIMUM, INITIAL_PAGES, PAGE_SIZE } from "./memory_size.ts";
export { StdlibImage } from "./stdlib_image.ts";
