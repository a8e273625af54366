/**
 * From JavaScript values to the wire.
 *
 * @module
 */

import { CannotPass } from "./cannot_pass.ts";
import { type HostObjectParts, HostReference } from "./host_objects.ts";
import { reduce } from "./reduce.ts";
import { Tag } from "./tags.ts";
import type { WireWriter } from "./wire_writer.ts";

export { CannotPass };

/** Nesting that crosses; what is deeper is refused on both sides. */
export const MAX_DEPTH = 200;
/** Byte strings from this length on go beside the message, if they can. */
const APART = 4096;

/** What the encoder asks about values that are no data. */
export interface LiveNumbers {
  /** What the wire says of a function or another live object of the host's. */
  hostParts(value: object): HostObjectParts | undefined;
  /** The number of the Python object that `value` is a handle of. */
  pythonNumber(value: object): number | undefined;
  /** What Python is told of an error that crosses as a value. */
  errorParts?(error: Error): unknown;
  /** Puts bytes beside the message: their number there. */
  attach?(bytes: Uint8Array): number;
}

/** Writes values, one after the other. */
export class Encoder {
  readonly #out: WireWriter;
  readonly #objects: LiveNumbers;
  readonly #ancestors: object[] = [];
  #depth = 0;

  /**
   * Make one.
   *
   * @param out Where the bytes go.
   * @param objects What knows live objects.
   */
  constructor(out: WireWriter, objects: LiveNumbers) {
    this.#out = out;
    this.#objects = objects;
  }

  /**
   * Write one value.
   *
   * @throws {CannotPass} When it, or something in it, cannot cross.
   */
  value(value: unknown): void {
    this.#depth = 0;
    this.#value(value);
  }

  #value(value: unknown): void {
    switch (typeof value) {
      case "number":
        return this.#number(value);
      case "string":
        return this.#text(value);
      case "boolean":
        return this.#out.simple(value ? 21 : 20);
      case "undefined":
        return this.#out.simple(22);
      case "bigint":
        return this.#bigint(value);
      case "function":
        return this.#live(value);
      case "symbol":
        throw new CannotPass("a symbol");
      default:
        if (value === null) return this.#out.simple(22);
        return this.#object(value as object);
    }
  }

  #number(value: number): void {
    if (Number.isSafeInteger(value) && (value !== 0 || 1 / value > 0)) {
      this.#out.integer(value);
    } else this.#out.float(value);
  }

  #text(value: string): void {
    if (this.#out.text(value)) return;
    throw new CannotPass("text with a lone surrogate, which has no UTF-8");
  }

  #bigint(value: bigint): void {
    const negative = value < 0n;
    const argument = negative ? -1n - value : value;
    if (argument <= 0xffff_ffff_ffff_ffffn) {
      return this.#out.head64(negative ? 1 : 0, argument);
    }
    const hex = argument.toString(16);
    this.#tag(negative ? Tag.NEGATIVE_BIGNUM : Tag.BIGNUM);
    this.#out.bytes(
      Uint8Array.fromHex(hex.length % 2 === 0 ? hex : `0${hex}`),
    );
  }

  #object(value: object): void {
    for (let i = this.#depth - 1; i >= 0; i--) {
      if (this.#ancestors[i] === value) {
        throw new CannotPass("a value that contains itself");
      }
    }
    if (this.#depth >= MAX_DEPTH) {
      throw new CannotPass(`values nested deeper than ${MAX_DEPTH}`);
    }
    this.#ancestors[this.#depth++] = value;
    this.#container(value);
    this.#depth -= 1;
  }

  #container(value: object): void {
    if (Array.isArray(value)) return this.#array(value);
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      if (Symbol.iterator in value || Symbol.asyncIterator in value) {
        return this.#live(value); // it is made to be iterated
      }
      return this.#plain(value as Record<string, unknown>);
    }
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    if (value instanceof HostReference) return this.#live(value.object);
    this.#other(value);
  }

  #array(items: readonly unknown[]): void {
    const { length } = items; // what is in it may change it
    this.#out.head(4, length);
    let i = 0;
    try {
      for (; i < length; i++) this.#value(items[i]);
    } catch (error) {
      throw placed(error, `[${i}]`);
    }
  }

  #plain(object: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(object);
    this.#out.head(5, keys.length);
    let key = "";
    try {
      for (let i = 0; i < keys.length; i++) {
        key = keys[i] as string;
        this.#text(key);
        this.#value(object[key]);
      }
    } catch (error) {
      throw placed(error, property(key));
    }
  }

  #map(map: ReadonlyMap<unknown, unknown>): void {
    this.#out.head(5, map.size);
    const seen = new Set();
    for (const [key, value] of map) {
      try {
        this.#key(key, seen);
      } catch (error) {
        throw placed(error, `.keys()[${seen.size}]`);
      }
      try {
        this.#value(value);
      } catch (error) {
        throw placed(error, `.get(${shown(key)})`);
      }
    }
    if (seen.size !== map.size) throw new CannotPass("a Map that changed");
  }

  #set(set: ReadonlySet<unknown>): void {
    const items = [...set];
    const seen = new Set();
    this.#tag(Tag.SET);
    this.#out.head(4, items.length);
    try {
      for (const item of items) this.#key(item, seen);
    } catch (error) {
      throw placed(error, `.values()[${seen.size}]`);
    }
  }

  /** A key or an item of a set: Python needs to hash it, and to tell it from
   * the others, where `1`, `1n` and `true` are one. */
  #key(key: unknown, seen: Set<unknown>): void {
    this.#hashable(key);
    const same = asPythonKey(key);
    if (seen.has(same)) {
      throw new CannotPass(
        `${shown(key)} beside a key that Python takes for the same`,
      );
    }
    seen.add(same);
  }

  /** An array arrives as a tuple, a Set as a frozenset. */
  #hashable(key: unknown): void {
    if (typeof key !== "object" || key === null) return this.#value(key);
    const prototype = Object.getPrototypeOf(key);
    if (
      prototype === Object.prototype || prototype === null ||
      key instanceof Map ||
      ArrayBuffer.isView(key) && arrayTag(key) !== undefined
    ) {
      throw new CannotPass(
        `${key instanceof Map ? "a Map" : named(key)} as a key or in a Set: ` +
          "Python cannot hash it",
      );
    }
    if (!Array.isArray(key)) return this.#value(key);
    const seen = this.#depth;
    if (seen >= MAX_DEPTH) {
      throw new CannotPass(`values nested deeper than ${MAX_DEPTH}`);
    }
    this.#depth += 1;
    this.#out.head(4, key.length);
    for (const item of key) this.#hashable(item);
    this.#depth = seen;
  }

  #view(view: ArrayBufferView): void {
    const tag = arrayTag(view);
    if (tag !== undefined) this.#tag(tag);
    this.#bytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }

  #bytes(bytes: Uint8Array): void {
    if (bytes.length < APART || this.#objects.attach === undefined) {
      return this.#out.bytes(bytes);
    }
    const number = this.#objects.attach(bytes);
    this.#tag(Tag.ATTACHED);
    this.#out.integer(number);
  }

  /** Values that look like objects and are data, then those that are none. */
  #other(value: object): void {
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
      return this.#bytes(new Uint8Array(value));
    }
    if (this.#objects.pythonNumber(value) !== undefined) {
      return this.#live(value);
    }
    const reduced = reduce(value);
    if (reduced !== undefined) {
      if (reduced.tag !== undefined) this.#tag(reduced.tag);
      return this.#value(reduced.content);
    }
    if (value instanceof Error && this.#objects.errorParts !== undefined) {
      this.#tag(Tag.HOST_ERROR);
      return this.#value(this.#objects.errorParts(value));
    }
    this.#live(value);
  }

  #live(value: object): void {
    const python = this.#objects.pythonNumber(value);
    if (python !== undefined) {
      this.#tag(Tag.PYTHON_OBJECT);
      return this.#out.integer(python);
    }
    const parts = this.#objects.hostParts(value);
    if (parts === undefined) throw new CannotPass(described(value));
    this.#tag(Tag.HOST_OBJECT);
    this.#array(parts);
  }

  #tag(tag: number): void {
    this.#out.head(6, tag);
  }
}

/** A key as Python compares it: numbers by their value, whatever their type. */
function asPythonKey(key: unknown): unknown {
  if (typeof key === "boolean") return Number(key);
  if (typeof key === "number" && Number.isInteger(key)) {
    return Number.isSafeInteger(key) ? key : BigInt(key);
  }
  if (typeof key === "bigint" && Number.isSafeInteger(Number(key))) {
    return Number(key);
  }
  return key ?? null;
}

function placed(error: unknown, step: string): unknown {
  return error instanceof CannotPass ? error.inside(step) : error;
}

function property(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key)
    ? `.${key}`
    : `[${JSON.stringify(key)}]`;
}

/** A key for a message; `String()` of an object may run anybody's code. */
function shown(key: unknown): string {
  if (typeof key === "string") return JSON.stringify(key);
  if (typeof key === "bigint") return `${key}n`;
  return typeof key === "object" && key !== null ? named(key) : String(key);
}

function described(value: object): string {
  return typeof value === "function"
    ? "a function here"
    : `${named(value)}: pass plain data, or a function`;
}

/** What an object is an instance of. */
function named(value: object): string {
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  if (typeof name !== "string" || name === "") {
    return "an object without a class";
  }
  return name === "Object" ? "an object" : `an instance of ${name}`;
}

const ARRAY_TAGS: Readonly<Record<string, number | undefined>> = {
  "Uint8Array": undefined,
  "DataView": undefined,
  "Uint8ClampedArray": Tag.UINT8_CLAMPED,
  "Uint16Array": Tag.UINT16,
  "Uint32Array": Tag.UINT32,
  "BigUint64Array": Tag.UINT64,
  "Int8Array": Tag.INT8,
  "Int16Array": Tag.INT16,
  "Int32Array": Tag.INT32,
  "BigInt64Array": Tag.INT64,
  "Float32Array": Tag.FLOAT32,
  "Float64Array": Tag.FLOAT64,
};

/** RFC 8746's tag for a typed array; none for plain bytes. */
function arrayTag(view: ArrayBufferView): number | undefined {
  const name = (view as { readonly [Symbol.toStringTag]?: string })[
    Symbol.toStringTag
  ] ?? "";
  if (name in ARRAY_TAGS) return ARRAY_TAGS[name];
  throw new CannotPass(`a ${name}`);
}
