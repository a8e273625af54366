/**
 * Where everything is after a module has been split.
 *
 * @module
 */

/** Names under which the first part exports what the rest imports. */
export const SHARED = {
  /** Module name of all that the rest imports. */
  module: "python",
  table: "table",
  /** Followed by the global's index. */
  global: "global",
  memory: "memory",
  /** A global: whether the rest is there, which the host sets. */
  isThere: "code_is_there",
} as const;

/** Where everything is. */
export interface Layout {
  /** Functions that move, with their indices in the rest. */
  readonly moved: ReadonlyMap<number, number>;
  /** Functions that are called through the table, with their slots. */
  readonly slots: ReadonlyMap<number, number>;
  /** Those that stay and the rest calls: the first new slots. */
  readonly kept: readonly number[];
  /** Those that move and are called from what stays: the slots after them. */
  readonly called: readonly number[];
  /** How large the table was. */
  readonly tableSize: number;
}
