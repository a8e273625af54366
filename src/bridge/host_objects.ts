/**
 * The host's objects that Python holds, by number: the number is all that
 * Python ever has of them.
 *
 * @module
 */

import { ProtocolError } from "../errors.ts";
import { HostIterable } from "./host_iterable.ts";
import { HostPromise } from "./host_promise.ts";
import { Kind } from "./kinds.ts";
import { PyObject } from "./py_object.ts";

/** What the wire says of a host object: number, kind, name, documentation. */
export type HostObjectParts = readonly [number, number, string, string];

/** Numbers are positive wherever they are read as signed. */
const MAX_NUMBER = 0x7fffffff;

/** A host object as itself, where as a value it would cross as data. */
export class HostReference {
  /** The object. */
  readonly object: object;

  /**
   * Make one.
   *
   * @param object The object.
   */
  constructor(object: object) {
    this.object = object;
  }
}

/** One table for one instance. */
export class HostObjects {
  readonly #objects = new Map<number, object>();
  /** What Python let go of while the host may still have to read of it. */
  readonly #dropped = new Set<number>();
  #last = 0;
  /** The last number of what the host offers as a module. */
  #offered = 0;

  /** How many objects Python holds. */
  get size(): number {
    return this.#objects.size;
  }

  /** What it holds that are not functions offered from the start. */
  get passing(): string[] {
    return [...this.#objects]
      .filter(([number]) => number > this.#offered)
      .map(([, object]) => describe(object));
  }

  /**
   * What is held now are these functions, which stay as long as the guest: they
   * have the numbers from 1 on. When something else is among them, none are.
   */
  noteOffered(functions: readonly object[]): void {
    const isAll = this.size === functions.length &&
      functions.every((each, index) => this.#objects.get(index + 1) === each);
    this.#offered = isAll ? functions.length : 0;
  }

  /**
   * Hold an object for Python until it is released.
   *
   * @returns What the wire says of it; nothing when it is not of a kind that
   * can cross.
   */
  hold(object: object): HostObjectParts | undefined {
    if (typeof object === "function") {
      return [this.keep(object), Kind.CALLABLE, nameOf(object), ""];
    }
    if (object instanceof Error) {
      return [this.keep(object), Kind.OBJECT, nameOf(object), ""];
    }
    // One of another plugin's: nothing of one plugin is lent to another.
    if (object instanceof PyObject) return undefined;
    const iterable = HostIterable.of(object);
    if (iterable === undefined) return undefined;
    const kind = iterable.isAsync ? Kind.ASYNC_ITERATOR : Kind.ITERATOR;
    return [this.keep(iterable), kind, className(object), ""];
  }

  /** Hold a promise that is a value. */
  holdPromise(promise: HostPromise): HostObjectParts {
    promise.number = this.keep(promise);
    return [promise.number, Kind.AWAITABLE, "Promise", ""];
  }

  /** A number for any object, which is held until it is released. */
  keep(object: object): number {
    do this.#last = (this.#last % MAX_NUMBER) + 1; while (
      this.#objects.has(this.#last)
    );
    this.#objects.set(this.#last, object);
    return this.#last;
  }

  /** What is held under a number, as it is held. */
  held(number: number): object | undefined {
    return this.#objects.get(number);
  }

  /**
   * The promise that a number stands for.
   *
   * @throws {ProtocolError} When it stands for none.
   */
  promise(number: number): HostPromise {
    const held = this.#objects.get(number);
    if (held instanceof HostPromise) return held;
    throw new ProtocolError("The plugin waits for what is no promise");
  }

  /** The host's own object that a number stands for, if it stands for one. */
  get(number: number): object | undefined {
    const held = this.#objects.get(number >>> 0);
    if (held instanceof HostIterable) {
      held.isReturned = true; // whoever has it now decides when it ends
      return held.object;
    }
    return held instanceof HostPromise ? held.object : held;
  }

  /** Let go of an object; an iterable that is not at its end is closed. */
  release(number: number): void {
    const held = this.#objects.get(number >>> 0);
    this.#objects.delete(number >>> 0);
    if (held instanceof HostIterable) held.abandon();
  }

  /**
   * Python has let go of an object. An answer that is on its way may name it,
   * so it is released later.
   */
  drop(number: number): void {
    if (this.#objects.has(number)) this.#dropped.add(number);
  }

  /** How many objects Python has let go of that are not released yet. */
  get dropped(): number {
    return this.#dropped.size;
  }

  /** Let go of what Python has let go of. */
  releaseDropped(): void {
    if (this.#dropped.size === 0) return;
    const dropped = [...this.#dropped];
    this.#dropped.clear();
    for (const number of dropped) this.release(number);
  }

  /** Let go of all: there is no guest any more. */
  releaseAll(): void {
    for (const number of [...this.#objects.keys()]) this.release(number);
  }
}

/** An object in words. */
function describe(object: object): string {
  if (typeof object === "function") return `function ${nameOf(object)}`;
  if (object instanceof HostPromise) return "Promise";
  return className(object instanceof HostIterable ? object.object : object);
}

function className(object: object): string {
  const { name } = object.constructor ?? {};
  return typeof name === "string" && name.isWellFormed() ? name : "iterator";
}

function nameOf(object: object): string {
  const name = "name" in object ? object.name : "";
  return typeof name === "string" && name !== "" && name.isWellFormed()
    ? name
    : "<anonymous>";
}
