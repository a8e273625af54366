/**
 * Going through Python's iterators from the host.
 *
 * @module
 */

import type { ObjectLine } from "./object_line.ts";
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
  line: ObjectLine,
  object: PyObject,
): AsyncGenerator<unknown, unknown> {
  using iterator = await line.askWaiting("iterate_waiting", [
    object,
  ]) as PyObject;
  let isOver = false;
  try {
    for (;;) {
      isOver = true; // when this throws as well
      const step = await line.askWaiting("advance_waiting", [iterator]);
      const [more, item] = step as Step;
      if (!more) return item;
      isOver = false;
      yield item;
    }
  } finally {
    if (!isOver && line.isAlive) {
      await line.askWaiting("finish_waiting", [iterator]);
    }
  }
}
