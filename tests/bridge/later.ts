/**
 * Promises for tests that are about orders, not times.
 *
 * @module
 */

/** A promise that is settled some turns of the microtask queue later. */
export async function later<T>(value: T, turns = 3): Promise<T> {
  for (let i = 0; i < turns; i++) await Promise.resolve();
  return value;
}

/** What becomes of promises, as words. */
export async function fates(
  promises: readonly Promise<unknown>[],
): Promise<string[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((each) =>
    each.status === "fulfilled"
      ? `value ${JSON.stringify(each.value)}`
      : each.reason.constructor.name
  );
}
