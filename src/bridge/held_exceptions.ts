/**
 * Python's exceptions that are on their way through the host.
 *
 * @module
 */

import type { PyObject } from "./py_object.ts";

/** How many are held at once; an older one comes back as its likeness. */
const MAX_HELD = 64;

/**
 * The exceptions that errors of this side stand for, so that one that the host
 * lets pass is, in Python, the same object again.
 */
export class HeldExceptions {
  readonly #objects = new Map<Error, PyObject>();
  readonly #known = new WeakMap<Error, number>();

  /** Hold the exception that `error` stands for. */
  hold(error: Error, object: PyObject): void {
    this.#drop(error);
    this.#objects.set(error, object);
    const [oldest] = this.#objects.keys();
    if (oldest !== undefined && this.#objects.size > MAX_HELD) {
      this.#drop(oldest);
    }
  }

  /** The exception that `error` stands for, while it is held. */
  objectOf(error: Error): PyObject | undefined {
    return this.#objects.get(error);
  }

  /** How many frames of the error's stack Python knows. */
  known(error: Error): number {
    return this.#known.get(error) ?? 0;
  }

  /** Note how many frames of the error's stack Python knows. */
  setKnown(error: Error, count: number): void {
    this.#known.set(error, count);
  }

  /** Let go of all: no call is under way. */
  clear(): void {
    if (this.#objects.size === 0) return;
    for (const object of this.#objects.values()) object[Symbol.dispose]();
    this.#objects.clear();
  }

  #drop(error: Error): void {
    this.#objects.get(error)?.[Symbol.dispose]();
    this.#objects.delete(error);
  }
}
