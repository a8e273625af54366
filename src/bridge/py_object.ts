/**
 * Python objects that are no data, as the host holds them.
 *
 * @module
 */

import { PluginClosed } from "../errors.ts";
import { iterateWaiting } from "./iterate.ts";
import { Kind } from "./kinds.ts";
import type { ObjectLine } from "./object_line.ts";

/**
 * A Python object that stays in Python: its methods reach it there.
 *
 * It is held until it is disposed of; `using` does that. Passed back to the
 * plugin it is the object itself.
 *
 * ```ts
 * import { loadPlugin, PyObject } from "@x/py-plugin";
 * import { assertEquals, assertInstanceOf } from "@std/assert";
 * await using plugin = await loadPlugin({
 *   source: "import re\nnumber = re.compile('[0-9]+')",
 * });
 * using number = await plugin.get<PyObject>("number");
 * assertInstanceOf(number, PyObject);
 * assertEquals(number.get("pattern"), "[0-9]+");
 * ```
 */
export class PyObject implements Disposable {
  /** The name of its class. */
  readonly type: string;
  readonly #line: ObjectLine;
  #number: number | undefined;

  /**
   * Made by the bridge, not by callers.
   *
   * @param line The line to the object.
   * @param number What the guest calls it.
   * @param type The name of its class.
   */
  constructor(line: ObjectLine, number: number, type: string) {
    this.#line = line;
    this.#number = number;
    this.type = type;
  }

  /**
   * One of its attributes.
   *
   * @param name The attribute's name.
   * @throws {PythonError} When it has none with this name.
   */
  get(name: string): unknown {
    return this.#line.ask("attribute", this, name);
  }

  /**
   * Set one of its attributes.
   *
   * @param name The attribute's name.
   * @param value The new value.
   */
  set(name: string, value: unknown): void {
    this.#line.ask("set_attribute", this, name, value);
  }

  /**
   * Call it.
   *
   * @param args Its arguments.
   * @param kwargs Its keyword arguments.
   * @throws {PythonError} When it raises, or cannot be called.
   */
  call(args: readonly unknown[], kwargs?: Record<string, unknown>): unknown {
    return this.#line.call(this.#live(), args, kwargs);
  }

  /** Its items, one after the other; leaving early closes a generator. */
  *[Symbol.iterator](): Generator<unknown, unknown> {
    const iterator = this.#line.ask("iterate", this);
    if (!(iterator instanceof PyObject)) return;
    using _held = iterator;
    let ended = false;
    try {
      for (;;) {
        const [more, item] = this.#line.ask("advance", iterator, null) as [
          boolean,
          unknown,
        ];
        ended = !more;
        if (ended) return item;
        yield item;
      }
    } finally {
      if (!ended) this.#line.ask("finish", iterator);
    }
  }

  /**
   * Its items, one after the other, also when they come after a while; each is
   * asked for when it is wanted. Leaving early closes a generator.
   */
  [Symbol.asyncIterator](): AsyncGenerator<unknown, unknown> {
    return iterateWaiting(this.#line, this);
  }

  /** `str()` of it, in Python. */
  str(): string {
    return String(this.#line.ask("text", this));
  }

  /** Let go of it. Doing that twice is fine, using it afterwards is not. */
  [Symbol.dispose](): void {
    if (this.#number === undefined) return;
    this.#line.release(this.#number);
    this.#number = undefined;
  }

  /** The number of a handle that belongs to `line`, if `value` is one. */
  static numberOf(value: object, line: ObjectLine): number | undefined {
    return #number in value && value.#line === line ? value.#live() : undefined;
  }

  #live(): number {
    if (this.#number !== undefined) return this.#number;
    throw new PluginClosed(
      `Cannot use the Python object of type ${this.type}: it has been disposed of`,
    );
  }
}

/** What a Python object is to the host: a callable one is a function. */
export function pythonHandle(
  line: ObjectLine,
  number: number,
  kind: number,
  type: string,
): PyObject | PyCallable {
  const object = new PyObject(line, number, type);
  if (kind !== Kind.CALLABLE) return object;
  const call = (...args: unknown[]) => object.call(args);
  return Object.assign(call, {
    object,
    [Symbol.dispose]: () => object[Symbol.dispose](),
  });
}

/**
 * A Python function that came back: a function here, too.
 *
 * It is held until it is disposed of, like any {@linkcode PyObject}.
 */
export interface PyCallable extends Disposable {
  /** Call it; what it raises is thrown. */
  (...args: unknown[]): unknown;
  /** The object it stands for, for keyword arguments and attributes. */
  readonly object: PyObject;
}

/** The object that a handle stands for, if `value` is one. */
export function objectOf(value: object): PyObject | undefined {
  if (value instanceof PyObject) return value;
  const object = typeof value === "function" && "object" in value
    ? value.object
    : undefined;
  return object instanceof PyObject ? object : undefined;
}

/** The number of the Python object that `value` stands for, if it does. */
export function numberOfHandle(
  value: object,
  line: ObjectLine,
): number | undefined {
  const object = objectOf(value);
  return object && PyObject.numberOf(object, line);
}
