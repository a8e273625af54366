/**
 * The host's side of a link to a worker: its functions are lent, and Python's
 * objects are handles as they are in one thread.
 *
 * @module
 */

import { InternalError } from "../../errors.ts";
import { HostIterable } from "../host_iterable.ts";
import { type HostObjectParts, HostObjects } from "../host_objects.ts";
import { HostPromise, isThenable } from "../host_promise.ts";
import type { ObjectLine } from "../object_line.ts";
import { handleOf } from "../py_awaitable.ts";
import { numberOfHandle, PyObject } from "../py_object.ts";
import type { LinkSide } from "./link_values.ts";

type Callable = (...args: unknown[]) => unknown;
type Settled = (number: number, ok: boolean, value: unknown) => void;

/** The host's objects that a worker knows of. */
export class HostSide implements LinkSide {
  readonly #objects = new HostObjects();
  readonly #line: ObjectLine;
  readonly #settled: Settled;
  /** A function has one number, however often it is passed. */
  readonly #numbers = new WeakMap<object, number>();
  readonly #sent = new Map<number, number>();

  /**
   * Make one.
   *
   * @param line The line to Python's objects.
   * @param settled Tells the worker what became of a promise.
   */
  constructor(line: ObjectLine, settled: Settled) {
    this.#line = line;
    this.#settled = settled;
  }

  hold(object: object): HostObjectParts | undefined {
    if (object instanceof PyObject) return undefined; // of another plugin
    if (typeof object === "function") return this.#function(object);
    return isThenable(object)
      ? this.#promise(object)
      : this.#objects.hold(object);
  }

  own(number: number): unknown {
    return this.#objects.get(number);
  }

  numberOf(value: object): number | undefined {
    return numberOfHandle(value, this.#line);
  }

  standIn(number: number, kind: number, type: string): unknown {
    return handleOf(this.#line, number, kind, type);
  }

  release(number: number, count: number): void {
    const sent = (this.#sent.get(number) ?? count) - count;
    if (sent > 0) return void this.#sent.set(number, sent);
    const held = this.#objects.held(number);
    if (held !== undefined) this.#numbers.delete(held);
    this.#sent.delete(number);
    this.#objects.release(number);
  }

  releaseAll(): void {
    this.#objects.releaseAll();
  }

  /** Call one of the host's functions. */
  call(number: number, args: readonly unknown[]): unknown {
    const held = this.#objects.held(number);
    if (typeof held === "function") return (held as Callable)(...args);
    throw new InternalError("The worker called what is no host function");
  }

  /** Ask one of the host's iterables. */
  pull(number: number, what: "next" | "close"): unknown {
    const held = this.#objects.held(number);
    if (held instanceof HostIterable) return held.pull(what);
    throw new InternalError("The worker iterates over what is no iterable");
  }

  #function(object: object): HostObjectParts | undefined {
    const known = this.#numbers.get(object);
    const parts = this.#objects.hold(object);
    if (parts === undefined || known === undefined) {
      if (parts !== undefined) this.#numbers.set(object, parts[0]);
      if (parts !== undefined) this.#sent.set(parts[0], 1);
      return parts;
    }
    this.#objects.release(parts[0]);
    this.#sent.set(known, (this.#sent.get(known) ?? 0) + 1);
    return [known, parts[1], parts[2], parts[3]];
  }

  #promise(object: PromiseLike<unknown> & object): HostObjectParts {
    const promise = new HostPromise(undefined);
    promise.object = object;
    const parts = this.#objects.holdPromise(promise);
    object.then(
      (value) => this.#settled(parts[0], true, value),
      (error) => this.#settled(parts[0], false, error),
    );
    return parts;
  }
}
