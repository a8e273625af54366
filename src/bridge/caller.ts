/**
 * Who calls the plugin: which function of the host's, if the plugin waits for
 * one.
 *
 * A call that such a function makes may run on top of the plugin's stack,
 * while every other has to queue. A function goes on after its `await`s, so
 * the platform's AsyncLocalStorage tells whose code it is. Loading that takes
 * 4 ms and using it 0.2 µs, so it is loaded when there are host functions, and not
 * used for one that answers at once.
 *
 * @module
 */

import type { HostPromise } from "./host_promise.ts";

type Storage = InstanceType<
  typeof import("node:async_hooks").AsyncLocalStorage<HostPromise>
>;
type Callable = (...args: unknown[]) => unknown;

const AsyncFunction = (async () => {}).constructor;

/** Knows, for one guest, whose code is running. */
export class Caller {
  readonly #asynchronous = new WeakSet<object>();
  /** Those that have answered at once. */
  readonly #immediate = new WeakSet<object>();
  #storage: Storage | undefined;
  #loading: Promise<void> | undefined;

  /** Whether functions can be followed already. */
  get isReady(): boolean {
    return this.#storage !== undefined;
  }

  /** Get ready to follow functions. */
  load(): Promise<void> {
    return this.#loading ??= import("node:async_hooks").then(
      ({ AsyncLocalStorage }) => {
        this.#storage = new AsyncLocalStorage<HostPromise>();
      },
    );
  }

  /** The promise of the host function whose code is running, if one's is. */
  get current(): HostPromise | undefined {
    return this.#storage?.getStore();
  }

  /** Note that a function answers with promises. */
  note(target: object): void {
    this.#asynchronous.add(target);
  }

  /** Note that a function answered at once: it need not be followed. */
  noteAnswer(target: object): void {
    if (!this.#immediate.has(target)) this.#immediate.add(target);
  }

  /** Whether a function is to be followed: it is, or may be, asynchronous. */
  follows(target: object): boolean {
    return this.#storage !== undefined &&
      (!this.#immediate.has(target) || this.#asynchronous.has(target) ||
        isAsync(target));
  }

  /** Call a function whose code, from now on, belongs to `promise`. */
  follow(
    promise: HostPromise,
    target: Callable,
    args: readonly unknown[],
  ): unknown {
    if (this.#storage === undefined) return target(...args);
    promise.isTraced = true;
    return this.#storage.run(promise, target, ...args);
  }
}

/** Whether a function is an `async function`. */
function isAsync(target: object): boolean {
  return target.constructor === AsyncFunction;
}
