/**
 * The names that the parts of a split module share: the build writes them
 * (`wrapper/build/wasm/split.ts`), the host joins the parts by them.
 *
 * @module
 */

/** Names under which the first part exports what the others import. */
export const SPLIT_NAMES = {
  /** Module name of all that the others import. */
  module: "python",
  table: "table",
  /** Followed by the global's index. */
  global: "global",
  memory: "memory",
  /** A global: whether the rest of the code is there, which the host sets. */
  isThere: "code_is_there",
} as const;
