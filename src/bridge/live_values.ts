/**
 * What is no data in the messages of one bridge: objects of either side, and
 * exceptions.
 *
 * @module
 */

import { pythonErrorOf } from "./failure.ts";
import type { HeldExceptions } from "./held_exceptions.ts";
import { errorParts } from "./host_error.ts";
import type { HostObjectParts, HostObjects } from "./host_objects.ts";
import type { Live } from "./mailbox.ts";
import type { ObjectLine } from "./object_line.ts";
import { handleOf } from "./py_awaitable.ts";
import { numberOfHandle } from "./py_object.ts";

/** What {@linkcode LiveValues} are made from. */
export interface LiveValuesInit {
  /** The line that Python objects are held by. */
  readonly line: ObjectLine;
  /** The host's objects that Python holds. */
  readonly objects: HostObjects;
  /** Python's exceptions that are on their way through the host. */
  readonly exceptions: HeldExceptions;
  /** Holds an object of the host's for Python. */
  hold(value: object): HostObjectParts | undefined;
}

/** Knows the live values of one bridge. */
export class LiveValues implements Live {
  readonly #init: LiveValuesInit;
  /** The Python objects of what is read to let go of them. */
  #unwanted: number[] | undefined;

  /** @param init Who holds what. */
  constructor(init: LiveValuesInit) {
    this.#init = init;
  }

  /** Read what nobody wants, to let go of the Python objects that it names. */
  discard(read: () => void): void {
    const unwanted: number[] = [];
    this.#unwanted = unwanted;
    try {
      read();
    } finally {
      this.#unwanted = undefined;
      for (const number of unwanted) this.#init.line.release(number);
    }
  }

  /** The number of the Python object that a handle stands for. */
  pythonNumber(value: object): number | undefined {
    return numberOfHandle(value, this.#init.line);
  }

  /** What the wire says of an object of the host's. */
  hostParts(value: object): HostObjectParts | undefined {
    return this.#init.hold(value);
  }

  /** What Python is told of an error. */
  errorParts(error: unknown): unknown {
    return errorParts(error, this.#init.exceptions);
  }

  /** Let go of an object of the host's. */
  release(number: number): void {
    this.#init.objects.release(number);
  }

  /** A handle for a Python object. */
  pythonObject(number: number, kind: number, name: string): unknown {
    if (this.#unwanted === undefined) {
      return handleOf(this.#init.line, number, kind, name);
    }
    this.#unwanted.push(number);
    return null;
  }

  /** The host's own object that comes back. */
  hostObject(number: number): unknown {
    return this.#init.objects.get(number);
  }

  /** The error for an exception that was described. */
  pythonError(parts: unknown): Error {
    return pythonErrorOf(parts, this.#init.exceptions);
  }
}
