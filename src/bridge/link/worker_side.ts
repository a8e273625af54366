/**
 * The worker's side of a link: what stands for the host's functions, iterables
 * and promises, and Python's objects for the host.
 *
 * @module
 */

import { InternalError } from "../../errors.ts";
import { type HostObjectParts, HostObjects } from "../host_objects.ts";
import { Kind } from "../kinds.ts";
import { PyAwaitable } from "../py_awaitable.ts";
import { objectOf, type PyCallable, PyObject } from "../py_object.ts";
import { RemoteIterable } from "../remote_iterable.ts";
import type { LinkSide } from "./link_values.ts";

/** What a stand-in asks of the host, standing still. */
export interface HostLine {
  /** Call a function. */
  call(number: number, args: readonly unknown[]): unknown;
  /** Ask an iterable. */
  pull(number: number, what: "next" | "close"): unknown;
  /** Tell that `count` mentions of an object are forgotten. */
  release(number: number, count: number): void;
}

/** How often a stand-in was named. */
interface Mentions {
  readonly number: number;
  count: number;
}

interface StandIn {
  readonly ref: WeakRef<object>;
  readonly mentions: Mentions;
}

/** The objects that one worker and its host know of. */
export class WorkerSide implements LinkSide {
  /** Python's objects that the host holds. */
  readonly #objects = new HostObjects();
  readonly #host: HostLine;
  /** The host's numbers of what stands for its objects. */
  readonly #numbers = new WeakMap<object, number>();
  readonly #standIns = new Map<number, StandIn>();
  readonly #promises = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #forgotten: FinalizationRegistry<Mentions>;

  /** @param host Answers what the stand-ins ask. */
  constructor(host: HostLine) {
    this.#host = host;
    this.#forgotten = new FinalizationRegistry(({ number, count }) => {
      if (this.#standIns.get(number)?.ref.deref() === undefined) {
        this.#standIns.delete(number);
      }
      this.#host.release(number, count);
    });
  }

  hold(object: object): HostObjectParts | undefined {
    const python = objectOf(object);
    if (python === undefined) return undefined;
    return [this.#objects.keep(object), kindOf(object), python.type, ""];
  }

  own(number: number): unknown {
    return this.#objects.held(number);
  }

  /** Python's object that the host holds under a number. */
  object(number: number): PyObject {
    const held = this.#objects.held(number);
    const object = held && objectOf(held);
    if (object !== undefined) return object;
    throw new InternalError("The host named no Python object");
  }

  numberOf(value: object): number | undefined {
    return this.#numbers.get(value);
  }

  standIn(number: number, kind: number, name: string): unknown {
    const known = this.#standIns.get(number);
    const object = known?.ref.deref();
    if (known !== undefined && object !== undefined) {
      known.mentions.count += 1;
      return object;
    }
    return this.#remember(number, this.#made(number, kind, name));
  }

  release(number: number): void {
    const held = this.#objects.held(number) as
      | PyObject
      | PyCallable
      | undefined;
    this.#objects.release(number);
    held?.[Symbol.dispose]();
  }

  releaseAll(): void {
    this.#objects.releaseAll();
  }

  /** What became of one of the host's promises. */
  settle(number: number, ok: boolean, value: unknown): void {
    const promise = this.#promises.get(number);
    this.#promises.delete(number);
    if (ok) promise?.resolve(value);
    else promise?.reject(value);
  }

  #remember(number: number, object: object): object {
    const mentions = { number, count: 1 };
    this.#numbers.set(object, number);
    this.#standIns.set(number, { ref: new WeakRef(object), mentions });
    this.#forgotten.register(object, mentions);
    return object;
  }

  #made(number: number, kind: number, name: string): object {
    switch (kind) {
      case Kind.CALLABLE:
        return this.#function(number, name);
      case Kind.AWAITABLE:
        return this.#promise(number);
      default:
        return new RemoteIterable(
          (what) => this.#host.pull(number, what),
          name,
          kind === Kind.ASYNC_ITERATOR,
        );
    }
  }

  #function(number: number, name: string): object {
    const call = (...args: unknown[]) => this.#host.call(number, args);
    return Object.defineProperty(call, "name", { value: name });
  }

  #promise(number: number): object {
    const promise = Promise.withResolvers<unknown>();
    // Perhaps Python never asks what became of it.
    promise.promise.catch(() => {});
    this.#promises.set(number, promise);
    return promise.promise;
  }
}

function kindOf(object: object): number {
  if (object instanceof PyAwaitable) return Kind.AWAITABLE;
  return object instanceof PyObject ? Kind.OBJECT : Kind.CALLABLE;
}
