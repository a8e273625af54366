/**
 * Functions of the host's that a worker calls, and what is called from them.
 *
 * @module
 */

import type { HostSide, Origin, Request } from "../../bridge/link/mod.ts";

/** Whose code is running: what `AsyncLocalStorage` of `node:async_hooks` does. */
export interface Storage {
  getStore(): number | undefined;
  run<T>(store: number, step: () => T): T;
}

/** Calls them, and knows afterwards in which of the calls something happens. */
export class HostCalls {
  readonly #side: HostSide;
  readonly #storage: Storage;
  /** Those whose synchronous part is running. */
  readonly #running: number[] = [];

  /**
   * Make one.
   *
   * @param side Has the functions.
   * @param storage Follows them after they have waited.
   */
  constructor(side: HostSide, storage: Storage) {
    this.#side = side;
    this.#storage = storage;
  }

  /** What a call of this thread's belongs to. */
  get origin(): Origin | undefined {
    const inside = this.#running.at(-1);
    if (inside !== undefined) return { number: inside, isInside: true };
    const after = this.#storage.getStore();
    return after === undefined ? undefined : { number: after, isInside: false };
  }

  /** Answer a request of the worker's. */
  serve({ number, name, operands }: Request): unknown {
    const [target, operand] = operands as [number, never];
    this.#running.push(number);
    try {
      return this.#storage.run(
        number,
        () =>
          name === "function"
            ? this.#side.call(target, operand)
            : this.#side.pull(target, operand),
      );
    } finally {
      this.#running.pop();
    }
  }
}
