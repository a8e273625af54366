/**
 * From JavaScript values to the wire.
 *
 * @module
 */

import type { HostObjectParts } from "./host_objects.ts";
import { Tag } from "./tags.ts";
import { Complex, Decimal, Uuid } from "./value.ts";
import type { WireWriter } from "./wire_writer.ts";

/** Nesting that crosses; what is deeper is refused on both sides. */
export const MAX_DEPTH = 200;

/** What the encoder asks about values that are no data. */
export interface LiveNumbers {
  /** What the wire says of a function or another live object of the host's. */
  hostParts(value: object): HostObjectParts | undefined;
  /** The number of the Python object that `value` is a handle of. */
  pythonNumber(value: object): number | undefined;
}

/** A value that cannot cross, and where it is. */
export class CannotPass extends TypeError {
  /** Name of the class. */
  override readonly name: string = "TypeError";
  /** What cannot be passed. */
  readonly reason: string;
  #where: string;

  /**
   * Make one.
   *
   * @param reason What cannot be passed.
   */
  constructor(reason: string) {
    super();
    this.reason = reason;
    this.#where = "";
    this.#describe();
  }

  /** Where it lies in what was passed: `.items[3]`, empty for all of it. */
  get where(): string {
    return this.#where;
  }

  /** Note that the value lies at `step` of something larger. */
  inside(step: string): this {
    this.#where = step + this.#where;
    this.#describe();
    return this;
  }

  /** Say which argument: the value is one of a call's arguments. */
  asArgument(): this {
    const [, index, rest = ""] = /^\[(\d+)\](.*)$/s.exec(this.#where) ?? [];
    if (index === undefined) return this;
    const separator = rest === "" ? "" : ", ";
    this.#where = `argument ${Number(index) + 1}${separator}${
      rest.replace(/^\./, "")
    }`;
    this.#describe();
    return this;
  }

  #describe(): void {
    const where = this.#where.replace(/^\./, "");
    this.message = where === ""
      ? `cannot pass ${this.reason}`
      : `${where}: cannot pass ${this.reason}`;
  }
}

/** Writes values, one after the other. */
export class Encoder {
  readonly #out: WireWriter;
  readonly #objects: LiveNumbers;
  readonly #ancestors: object[] = [];

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
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.#out.integer(value);
    } else this.#out.float(value);
  }

  #text(value: string): void {
    if (!value.isWellFormed()) {
      throw new CannotPass("text with a lone surrogate, which has no UTF-8");
    }
    this.#out.text(value);
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
    if (this.#ancestors.length >= MAX_DEPTH) throw this.#tooDeep(value);
    this.#ancestors.push(value);
    try {
      this.#container(value);
    } finally {
      this.#ancestors.pop();
    }
  }

  #tooDeep(value: object): CannotPass {
    return new CannotPass(
      this.#ancestors.includes(value)
        ? "a value that contains itself"
        : `values nested deeper than ${MAX_DEPTH}`,
    );
  }

  #container(value: object): void {
    if (Array.isArray(value)) return this.#array(value);
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      return this.#plain(value as Record<string, unknown>);
    }
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    if (!this.#scalar(value)) this.#live(value);
  }

  #array(items: readonly unknown[]): void {
    this.#out.head(4, items.length);
    let i = 0;
    try {
      for (; i < items.length; i++) this.value(items[i]);
    } catch (error) {
      throw placed(error, `[${i}]`);
    }
  }

  #plain(object: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(object);
    this.#out.head(5, keys.length);
    let key = "";
    try {
      for (key of keys) {
        this.#text(key);
        this.value(object[key]);
      }
    } catch (error) {
      throw placed(error, property(key));
    }
  }

  #map(map: ReadonlyMap<unknown, unknown>): void {
    this.#out.head(5, map.size);
    let count = 0;
    for (const [key, value] of map) {
      count += 1;
      const name = typeof key === "string" ? JSON.stringify(key) : String(key);
      try {
        this.value(key);
      } catch (error) {
        throw placed(error, ".keys()");
      }
      try {
        this.value(value);
      } catch (error) {
        throw placed(error, `.get(${name})`);
      }
    }
    if (count !== map.size) throw new CannotPass("a Map that changed");
  }

  #set(set: ReadonlySet<unknown>): void {
    this.#tag(Tag.SET);
    try {
      const items = [...set];
      this.#out.head(4, items.length);
      for (const item of items) this.value(item);
    } catch (error) {
      throw placed(error, ".values()");
    }
  }

  #view(view: ArrayBufferView): void {
    const tag = arrayTag(view);
    if (tag !== undefined) this.#tag(tag);
    this.#out.bytes(
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
    );
  }

  /** Values that look like objects and are data; false for any other. */
  #scalar(value: object): boolean {
    if (value instanceof Date) this.#date(value);
    else if (value instanceof Decimal) this.#decimal(value);
    else if (value instanceof Uuid) {
      this.#tag(Tag.UUID);
      this.#out.bytes(value.toBytes());
    } else if (value instanceof Complex) {
      this.#tag(Tag.COMPLEX);
      this.#out.head(4, 2);
      this.#out.float(value.real);
      this.#out.float(value.imag);
    } else if (
      value instanceof ArrayBuffer || value instanceof SharedArrayBuffer
    ) {
      this.#out.bytes(new Uint8Array(value));
    } else return this.#temporal(value);
    return true;
  }

  #date(date: Date): void {
    if (Number.isNaN(date.getTime())) throw new CannotPass("an invalid Date");
    this.#tag(Tag.DATETIME);
    this.#out.text(date.toISOString());
  }

  #temporal(value: object): boolean {
    if (value instanceof Temporal.Instant) {
      this.#tagged(Tag.DATETIME, value.toString());
    } else if (value instanceof Temporal.ZonedDateTime) {
      const text = value.toString({ timeZoneName: "never" });
      this.#tagged(Tag.DATETIME, text);
    } else if (value instanceof Temporal.PlainDateTime) {
      this.#tagged(
        Tag.NAIVE_DATETIME,
        value.toString({ calendarName: "never" }),
      );
    } else if (value instanceof Temporal.PlainDate) {
      this.#tagged(Tag.DATE, value.toString({ calendarName: "never" }));
    } else if (value instanceof Temporal.PlainTime) {
      this.#tagged(Tag.TIME, value.toString());
    } else if (value instanceof Temporal.Duration) {
      this.#duration(value);
    } else return false;
    return true;
  }

  #tagged(tag: number, text: string): void {
    this.#tag(tag);
    this.#out.text(text);
  }

  #duration(value: Temporal.Duration): void {
    if (value.years !== 0 || value.months !== 0) {
      throw new CannotPass("a Temporal.Duration with years or months");
    }
    const total = Math.round(value.total({ unit: "microseconds" }));
    const seconds = Math.floor(total / 1e6);
    this.#tag(Tag.DURATION);
    this.#out.head(5, 2);
    this.#out.integer(1);
    this.#out.integer(seconds);
    this.#out.integer(-6);
    this.#out.integer(total - seconds * 1e6);
  }

  /** A finite decimal is a mantissa and an exponent of ten. */
  #decimal(decimal: Decimal): void {
    const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i
      .exec(decimal.toString());
    const [, sign = "", whole = "", rest = "", power = "0"] = match ?? [];
    const mantissa = BigInt(`${whole}${rest}` || "0");
    if (match === null || (sign === "-" && mantissa === 0n)) {
      return this.#tagged(Tag.SPECIAL_DECIMAL, decimal.toString());
    }
    this.#tag(Tag.DECIMAL);
    this.#out.head(4, 2);
    this.#out.integer(Number(power) - rest.length);
    this.#bigint(sign === "-" ? -mantissa : mantissa);
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

function placed(error: unknown, step: string): unknown {
  return error instanceof CannotPass ? error.inside(step) : error;
}

function property(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key)
    ? `.${key}`
    : `[${JSON.stringify(key)}]`;
}

function described(value: object): string {
  if (typeof value === "function") return "a function here";
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === "string" && name !== ""
    ? `an instance of ${name}: pass plain data, or a function`
    : "an object without a class";
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
