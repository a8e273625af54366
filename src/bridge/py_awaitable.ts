/**
 * Python objects that will have a value: coroutines, tasks, futures.
 *
 * @module
 */

import { Kind } from "./kinds.ts";
import type { ObjectLine } from "./object_line.ts";
import { type PyCallable, PyObject, pythonHandle } from "./py_object.ts";

/**
 * A Python object that can be awaited, here as there.
 *
 * `await` lets the plugin go on until there is a value, and lets go of the
 * object then. Passed back to the plugin it is the object itself.
 *
 * ```ts
 * import { loadPlugin } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * await using plugin = await loadPlugin({
 *   source: "async def work(n): return n * 2\n" +
 *     "def plan(): return [work(1), work(2)]",
 * });
 * const jobs = await plugin.call<PromiseLike<number>[]>("plan");
 * assertEquals(await Promise.all(jobs), [2, 4]);
 * ```
 */
export class PyAwaitable extends PyObject implements PromiseLike<unknown> {
  readonly #line: ObjectLine;
  #promise: Promise<unknown> | undefined;

  /**
   * Made by the bridge, not by callers.
   *
   * @param line The line to the object.
   * @param number What the guest calls it.
   * @param type The name of its class.
   */
  constructor(line: ObjectLine, number: number, type: string) {
    super(line, number, type);
    this.#line = line;
  }

  /**
   * Wait for its value: what `await` calls.
   *
   * @param fulfilled Is given the value.
   * @param rejected Is given what was raised.
   * @returns A promise of what these answer.
   */
  then<Value = unknown, Failed = never>(
    fulfilled?: ((value: unknown) => Value | PromiseLike<Value>) | null,
    rejected?: ((reason: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Value | Failed> {
    return this.settled().then(fulfilled, rejected);
  }

  /**
   * The same as a promise: the plugin begins to work on it now.
   *
   * @returns The promise of its value.
   * @throws {PythonError} Rejected with it, when it raises an exception.
   */
  settled(): Promise<unknown> {
    return this.#promise ??= this.#settle();
  }

  async #settle(): Promise<unknown> {
    using _held = this;
    return await this.#line.askWaiting("awaited", [this]);
  }
}

/** What stands for a Python object that is no data. */
export function handleOf(
  line: ObjectLine,
  number: number,
  kind: number,
  type: string,
): PyObject | PyCallable {
  return kind === Kind.AWAITABLE
    ? new PyAwaitable(line, number, type)
    : pythonHandle(line, number, kind, type);
}
