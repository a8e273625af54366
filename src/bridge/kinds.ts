/**
 * What kinds of live objects cross the bridge.
 *
 * @module
 */

/** `enum plug_kind` in `wrapper/bridge.h` has the same numbers. */
export const Kind = {
  /** Anything with attributes. */
  OBJECT: 0,
  /** Something that can be called. */
  CALLABLE: 1,
  /** Something that gives one item after the other. */
  ITERATOR: 2,
  /** The same, each item after a while. */
  ASYNC_ITERATOR: 3,
  /** Something that will have a value. */
  AWAITABLE: 4,
} as const;
