/**
 * How long something takes.
 *
 * @module
 */

/** Milliseconds that an action takes. */
export function milliseconds(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}
