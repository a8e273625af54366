/**
 * Iterables of the host's, as Python goes through them: one item when it asks
 * for one, and not before.
 *
 * @module
 */

import { isThenable } from "./host_promise.ts";
import { RemoteIterable } from "./remote_iterable.ts";

/** What Python asks of one, and what it is told. */
export type Pull = (
  what: "next" | "close",
) => Step | undefined | PromiseLike<Step | undefined>;

/** Whether there is an item, and the item; or what was returned at the end. */
export type Step = readonly [more: boolean, item: unknown];

type Iterated = Iterator<unknown> | AsyncIterator<unknown>;

/** An iterable that Python holds. */
export class HostIterable {
  /** The iterable itself. */
  readonly object: object;
  /** Whether its items come after a while. */
  readonly isAsync: boolean;
  /** Whether Python has given it back to the host. */
  isReturned = false;
  #iterator: Iterated | undefined;
  #isOver = false;

  private constructor(object: object, isAsync: boolean) {
    this.object = object;
    this.isAsync = isAsync;
  }

  /** The object as an iterable, when it is one. */
  static of(object: object): HostIterable | undefined {
    if (methodOf(object, Symbol.asyncIterator) !== undefined) {
      return new HostIterable(object, true);
    }
    return methodOf(object, Symbol.iterator) === undefined
      ? undefined
      : new HostIterable(object, false);
  }

  /** Answers what Python asks. */
  readonly pull: Pull = (what) => what === "next" ? this.#next() : this.close();

  /** End it early; twice is fine. */
  close(): undefined | PromiseLike<undefined> {
    if (this.#isOver) return undefined;
    this.#isOver = true;
    const iterator = this.#iterator ?? this.#unread();
    const result: unknown = iterator?.return?.();
    return isThenable(result) ? result.then(() => undefined) : undefined;
  }

  /** The same when nobody waits for it to be done. */
  abandon(): void {
    if (this.isReturned) return;
    try {
      this.close()?.then(undefined, () => {});
    } catch {
      // It is over, whatever its own end says.
    }
  }

  #next(): Step | PromiseLike<Step> {
    if (this.#isOver) return [false, undefined];
    this.#iterator ??= this.#begin();
    const result = this.#iterator?.next();
    return isThenable(result)
      ? result.then(
        (result) => this.#step(result),
        (error) => this.#failed(error),
      )
      : this.#step(result);
  }

  #step(result: IteratorResult<unknown> | undefined): Step {
    if (result !== undefined && result.done !== true) {
      return [true, result.value];
    }
    this.#isOver = true;
    return [false, result?.value];
  }

  #failed(error: unknown): never {
    this.#isOver = true;
    throw error;
  }

  #begin(): Iterated | undefined {
    const name = this.isAsync ? Symbol.asyncIterator : Symbol.iterator;
    return methodOf(this.object, name)?.call(this.object);
  }

  /** A stream is cancelled even when nobody has read from it. */
  #unread(): Iterated | undefined {
    if (this.object instanceof RemoteIterable) return this.object.iterator();
    return this.object instanceof ReadableStream && !this.object.locked
      ? this.#begin()
      : undefined;
  }
}

function methodOf(
  object: object,
  name: symbol,
): ((this: object) => Iterated) | undefined {
  const method = (object as Readonly<Record<symbol, unknown>>)[name];
  return typeof method === "function"
    ? method as (this: object) => Iterated
    : undefined;
}
