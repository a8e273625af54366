/**
 * What stops a build, in words for the one who runs it.
 *
 * @module
 */

/** A build that cannot go on; its message says why and the way out. */
export class BuildError extends Error {
  /** Name of the class, as `error.name`. */
  override readonly name = "BuildError";
}
