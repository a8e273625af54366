/**
 * What stands in a worker for an iterable of the host's.
 *
 * @module
 */

/** Asks the iterable itself: a step, or a promise of one; or to be closed. */
export type PullRemote = (what: "next" | "close") => unknown;

type Step = readonly [more: boolean, item: unknown];

/** An iterable whose items come from another thread. */
export class RemoteIterable {
  readonly #pull: PullRemote;

  /**
   * Make one.
   *
   * @param pull Asks the iterable itself.
   * @param name The name of its class.
   * @param isAsync Whether its items come after a while.
   */
  constructor(pull: PullRemote, name: string, isAsync: boolean) {
    this.#pull = pull;
    const symbol = isAsync ? Symbol.asyncIterator : Symbol.iterator;
    Object.defineProperties(this, {
      "constructor": { value: { name } },
      [symbol]: { value: () => this.iterator() },
    });
  }

  /** Goes through it; closing it before its start closes the iterable. */
  iterator(): Iterator<unknown> {
    return {
      next: () => this.#result(this.#pull("next")),
      return: () => this.#result(this.#pull("close")),
    };
  }

  /** A step as JavaScript's protocol has it; or a promise of that. */
  #result(step: unknown): IteratorResult<unknown> {
    if (step instanceof Promise) {
      return step.then(resultOf) as unknown as IteratorResult<unknown>;
    }
    return resultOf(step);
  }
}

function resultOf(step: unknown): IteratorResult<unknown> {
  const [more, value] = Array.isArray(step) ? step as unknown as Step : [false];
  return { done: !more, value };
}
