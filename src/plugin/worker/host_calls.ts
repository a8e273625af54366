/**
 * Functions of the host's that a worker calls, and what is called from them.
 *
 * @module
 */

import {
  type HostSide,
  isThenable,
  type Origin,
  type Request,
} from "../../bridge/link/mod.ts";

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
  /** Those that have not ended. */
  readonly #open = new Set<number>();

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

  /** Whether it is a function that has not ended that asks. */
  get isCalling(): boolean {
    const { origin } = this;
    return origin !== undefined &&
      (origin.isInside || this.#open.has(origin.number));
  }

  /** What has called the functions that have not ended is no more. */
  forget(): void {
    this.#open.clear();
  }

  /** Answer a request of the worker's. */
  serve({ number, name, operands }: Request): unknown {
    const [target, operand] = operands as [number, never];
    this.#running.push(number);
    this.#open.add(number);
    let result: unknown;
    try {
      result = this.#storage.run(
        number,
        () =>
          name === "function"
            ? this.#side.call(target, operand)
            : this.#side.pull(target, operand),
      );
    } finally {
      this.#running.pop();
      if (!isThenable(result)) this.#open.delete(number);
    }
    if (isThenable(result)) this.#forgetAfter(number, result);
    return result;
  }

  #forgetAfter(number: number, result: PromiseLike<unknown>): void {
    const forget = () => void this.#open.delete(number);
    result.then(forget, forget);
  }
}
