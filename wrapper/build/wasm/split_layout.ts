/**
 * Where everything is after a module has been split.
 *
 * @module
 */

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
