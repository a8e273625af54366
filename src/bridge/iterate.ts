/**
 * Going through Python's iterators from the host.
 *
 * @module
 */

import type { Bridge } from "./bridge.ts";
import type { PyObject } from "./py_object.ts";

/** Whether there is an item, and the item. */
type Step = [more: boolean, item: unknown];

/**
 * The items of a Python object, of an asynchronous one as well; each is asked
 * for when it is wanted, and may wait for the host.
 *
 * Leaving early closes the iterator.
 */
export async function* iterateWaiting(
  bridge: Bridge,
  object: PyObject,
): AsyncGenerator<unknown, unknown> {
  using iterator = await bridge.askWaiting("iterate_waiting", [
    object,
  ]) as PyObject;
  let isOver = false;
  try {
    for (;;) {
      isOver = true; // when this throws as well
      const step = await bridge.askWaiting("advance_waiting", [iterator]);
      const [more, item] = step as Step;
      if (!more) return item;
      isOver = false;
      yield item;
    }
  } finally {
    if (!isOver && bridge.isAlive) {
      await bridge.askWaiting("finish_waiting", [iterator]);
    }
  }
}
