/**
 * The host's objects that Python holds, by number: the number is all that
 * Python ever has of them.
 *
 * @module
 */

import { Kind } from "./kinds.ts";

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
  #last = 0;

  /** How many objects Python holds. */
  get size(): number {
    return this.#objects.size;
  }

  /**
   * Hold an object for Python until it is released.
   *
   * @returns What the wire says of it; nothing when it is not of a kind that
   * can cross.
   */
  hold(object: object, name?: string): HostObjectParts | undefined {
    const kind = kindOf(object);
    if (kind === undefined) return undefined;
    return [this.keep(object), kind, name ?? nameOf(object), ""];
  }

  /** A number for any object, which is held until it is released. */
  keep(object: object): number {
    do this.#last = (this.#last % MAX_NUMBER) + 1; while (
      this.#objects.has(this.#last)
    );
    this.#objects.set(this.#last, object);
    return this.#last;
  }

  /** The object that a number stands for, if it stands for one. */
  get(number: number): object | undefined {
    return this.#objects.get(number >>> 0);
  }

  /** Let go of an object. */
  release(number: number): void {
    this.#objects.delete(number >>> 0);
  }
}

function kindOf(object: object): number | undefined {
  if (typeof object === "function") return Kind.CALLABLE;
  return object instanceof Error ? Kind.OBJECT : undefined;
}

function nameOf(object: object): string {
  const name = "name" in object ? object.name : "";
  return typeof name === "string" && name !== "" && name.isWellFormed()
    ? name
    : "<anonymous>";
}
