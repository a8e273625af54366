/**
 * From the wire to JavaScript values. The bytes come from a guest: whatever
 * they are, decoding ends with a value or a `WireError`.
 *
 * @module
 */

import { MAX_DEPTH } from "./encode.ts";
import { Tag } from "./tags.ts";
import { Complex, Decimal, Uuid } from "./value.ts";
import type { WireReader } from "./wire_reader.ts";

/** What the decoder asks for values that are no data. */
export interface LiveObjects {
  /** A handle for the Python object with a number. */
  pythonObject(number: number, kind: number, name: string): unknown;
  /** The host's own object that was given out under `number`. */
  hostObject(number: number): unknown;
}

/** An item of unknown length. */
const UNKNOWN = -1;

/** Reads values, one after the other. */
export class Decoder {
  readonly #in: WireReader;
  readonly #objects: LiveObjects;
  #depth = 0;

  /**
   * Make one.
   *
   * @param reader Where the bytes come from.
   * @param objects What knows live objects.
   */
  constructor(reader: WireReader, objects: LiveObjects) {
    this.#in = reader;
    this.#objects = objects;
  }

  /** How many bytes are left behind the values read so far. */
  get left(): number {
    return this.#in.left;
  }

  /**
   * Read one value.
   *
   * @throws {WireError} When the bytes are no value.
   */
  value(): unknown {
    const { major, detail, argument } = this.#in.head();
    switch (major) {
      case 0:
        return this.#number(detail, argument);
      case 1:
        return this.#negative(detail, argument);
      case 2:
        return this.#bytes(this.#length(detail, argument));
      case 3:
        return this.#text(this.#length(detail, argument));
      case 4:
        return this.#nested(() => this.#array(this.#length(detail, argument)));
      case 5:
        return this.#nested(() => this.#map(this.#length(detail, argument)));
      case 6:
        return this.#nested(() => this.#tagged(this.#plain(detail, argument)));
      default:
        return this.#simple(detail, argument);
    }
  }

  #number(detail: number, argument: number | bigint): number | bigint {
    if (detail === 31) throw this.#in.wrong("an integer without a length");
    return argument;
  }

  #negative(detail: number, argument: number | bigint): number | bigint {
    if (detail === 31) throw this.#in.wrong("an integer without a length");
    if (typeof argument === "bigint") return -1n - argument;
    const value = -1 - argument;
    return Number.isSafeInteger(value) ? value : -1n - BigInt(argument);
  }

  #length(detail: number, argument: number | bigint): number {
    if (detail === 31) return UNKNOWN;
    // Every element takes at least one byte, so a longer claim is a lie.
    if (argument > this.#in.left) throw this.#in.wrong("a length past the end");
    return Number(argument);
  }

  #plain(detail: number, argument: number | bigint): number {
    if (detail === 31 || typeof argument === "bigint") {
      throw this.#in.wrong("no tag");
    }
    return argument;
  }

  #nested<T>(read: () => T): T {
    if (this.#depth >= MAX_DEPTH) {
      throw this.#in.wrong(`values nested deeper than ${MAX_DEPTH}`);
    }
    this.#depth += 1;
    try {
      return read();
    } finally {
      this.#depth -= 1;
    }
  }

  #bytes(length: number): Uint8Array<ArrayBuffer> {
    if (length !== UNKNOWN) return this.#in.copy(length);
    const chunks = this.#chunks(2, (size) => this.#in.copy(size));
    const bytes = new Uint8Array(chunks.reduce((sum, c) => sum + c.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  #text(length: number): string {
    if (length !== UNKNOWN) return this.#in.text(length);
    return this.#chunks(3, (size) => this.#in.text(size)).join("");
  }

  /** The chunks of a string of unknown length (RFC 8949 section 3.2.3). */
  #chunks<T>(wanted: number, read: (size: number) => T): T[] {
    const chunks: T[] = [];
    while (!this.#in.passBreak()) {
      const { major, detail, argument } = this.#in.head();
      const size = this.#length(detail, argument);
      if (major !== wanted || size === UNKNOWN) {
        throw this.#in.wrong("a chunk of another kind");
      }
      chunks.push(read(size));
    }
    return chunks;
  }

  #array(length: number): unknown[] {
    const items: unknown[] = [];
    if (length === UNKNOWN) {
      while (!this.#in.passBreak()) items.push(this.value());
    } else for (let i = 0; i < length; i++) items.push(this.value());
    return items;
  }

  /** A plain object while all keys are text, else a Map. */
  #map(length: number): Record<string, unknown> | Map<unknown, unknown> {
    const object: Record<string, unknown> = {};
    let map: Map<unknown, unknown> | undefined;
    for (
      let i = 0;
      length === UNKNOWN ? !this.#in.passBreak() : i < length;
      i++
    ) {
      const key = this.value();
      const value = this.value();
      if (map !== undefined) map.set(key, value);
      else if (typeof key === "string") setProperty(object, key, value);
      else {
        map = new Map<unknown, unknown>(Object.entries(object));
        map.set(key, value);
      }
    }
    return map ?? object;
  }

  #simple(detail: number, argument: number | bigint): unknown {
    switch (detail) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
      case 26:
      case 27:
        return this.#in.float(detail);
      default:
        throw this.#in.wrong(`the simple value ${argument}`);
    }
  }

  #tagged(tag: number): unknown {
    const read = READERS[tag];
    if (read === undefined) throw this.#in.wrong(`the unknown tag ${tag}`);
    const content = this.value();
    const value = read(content, this.#objects);
    if (value === undefined) {
      throw this.#in.wrong(`tag ${tag} with the wrong content`);
    }
    return value;
  }
}

function setProperty(
  object: Record<string, unknown>,
  key: string,
  value: unknown,
): void {
  if (key !== "__proto__") object[key] = value;
  else {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
}

/** A tag's content as a value; `undefined` when the content is wrong. */
type TagReader = (content: unknown, objects: LiveObjects) => unknown;

const same: TagReader = (content) => content;

/** What each tag makes of its content. */
const READERS: Readonly<Record<number, TagReader>> = {
  [Tag.DATETIME]: text((t) => zoned(t)),
  [Tag.EPOCH]: (seconds) =>
    typeof seconds === "number"
      ? Temporal.Instant.fromEpochMilliseconds(Math.round(seconds * 1000))
        .toZonedDateTimeISO("UTC")
      : undefined,
  [Tag.BIGNUM]: bytes((b) => narrow(fromBytes(b))),
  [Tag.NEGATIVE_BIGNUM]: bytes((b) => narrow(-1n - fromBytes(b))),
  [Tag.DECIMAL]: decimal,
  [Tag.EXPECT_BASE64URL]: same,
  [Tag.EXPECT_BASE64]: same,
  [Tag.EXPECT_BASE16]: same,
  [Tag.EMBEDDED]: same,
  [Tag.URI]: same,
  [Tag.UUID]: bytes((b) => b.length === 16 ? new Uuid(b) : undefined),
  [Tag.UINT8]: bytes((b) => b),
  [Tag.UINT8_CLAMPED]: bytes((b) => new Uint8ClampedArray(b.buffer)),
  [Tag.UINT16]: array(Uint16Array),
  [Tag.UINT32]: array(Uint32Array),
  [Tag.UINT64]: array(BigUint64Array),
  [Tag.INT8]: array(Int8Array),
  [Tag.INT16]: array(Int16Array),
  [Tag.INT32]: array(Int32Array),
  [Tag.INT64]: array(BigInt64Array),
  [Tag.FLOAT32]: array(Float32Array),
  [Tag.FLOAT64]: array(Float64Array),
  [Tag.SET]: (items) => Array.isArray(items) ? new Set(items) : undefined,
  [Tag.DURATION]: duration,
  [Tag.DATE]: text((t) => Temporal.PlainDate.from(t)),
  [Tag.COMPLEX]: complex,
  [Tag.SPECIAL_DECIMAL]: text((t) => new Decimal(t)),
  [Tag.NAIVE_DATETIME]: text((t) => Temporal.PlainDateTime.from(t)),
  [Tag.TIME]: text((t) => Temporal.PlainTime.from(t)),
  [Tag.PYTHON_OBJECT]: pythonObject,
  [Tag.HOST_OBJECT]: (number, objects) =>
    typeof number === "number" ? objects.hostObject(number) : undefined,
};

function text(read: (text: string) => unknown): TagReader {
  return (content) =>
    typeof content === "string" ? attempt(() => read(content)) : undefined;
}

function bytes(read: (bytes: Uint8Array<ArrayBuffer>) => unknown): TagReader {
  return (content) =>
    content instanceof Uint8Array
      ? read(content as Uint8Array<ArrayBuffer>)
      : undefined;
}

function pythonObject(content: unknown, objects: LiveObjects): unknown {
  if (!Array.isArray(content) || content.length !== 3) return undefined;
  const [number, kind, name] = content;
  return typeof number === "number" && typeof kind === "number" &&
      typeof name === "string"
    ? objects.pythonObject(number, kind, name)
    : undefined;
}

interface ArrayClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): ArrayBufferView;
}

function array(made: ArrayClass): TagReader {
  return bytes((b) =>
    b.length % made.BYTES_PER_ELEMENT === 0 ? new made(b.buffer) : undefined
  );
}

/** What a parser refuses is wrong content, not a bug. */
function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

/** RFC 3339 text as a time in its own offset. */
function zoned(text: string): Temporal.ZonedDateTime | undefined {
  const offset = /(z|[+-]\d\d:?\d\d)$/i.exec(text)?.[0];
  if (offset === undefined) return undefined;
  const zone = /^(z|\+00:?00)$/i.test(offset) ? "UTC" : offset;
  return Temporal.Instant.from(text).toZonedDateTimeISO(zone);
}

function fromBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toHex()}`);
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function decimal(content: unknown): Decimal | undefined {
  if (!Array.isArray(content) || content.length !== 2) return undefined;
  const [exponent, mantissa] = content;
  if (typeof exponent !== "number" || !Number.isSafeInteger(exponent)) {
    return undefined;
  }
  if (typeof mantissa !== "bigint" && !Number.isSafeInteger(mantissa)) {
    return undefined;
  }
  return new Decimal(decimalText(BigInt(mantissa), exponent));
}

/** The way Python's `str(Decimal)` writes it. */
function decimalText(mantissa: bigint, exponent: number): string {
  const sign = mantissa < 0n ? "-" : "";
  const digits = String(mantissa < 0n ? -mantissa : mantissa);
  const leftmost = digits.length + exponent;
  if (exponent > 0 || leftmost <= -6) {
    const power = leftmost - 1;
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${sign}${digits[0]}${rest}E${power < 0 ? "" : "+"}${power}`;
  }
  if (exponent === 0) return sign + digits;
  return leftmost > 0
    ? `${sign}${digits.slice(0, leftmost)}.${digits.slice(leftmost)}`
    : `${sign}0.${"0".repeat(-leftmost)}${digits}`;
}

function duration(content: unknown): Temporal.Duration | undefined {
  if (!(content instanceof Map)) return undefined;
  const seconds = content.get(1);
  const microseconds = content.get(-6) ?? 0;
  if (!Number.isSafeInteger(seconds) || !Number.isSafeInteger(microseconds)) {
    return undefined;
  }
  return attempt(() =>
    Temporal.Duration.from({ seconds: 0 })
      .add({ seconds })
      .add({ microseconds })
  ) as Temporal.Duration | undefined;
}

function complex(content: unknown): Complex | undefined {
  if (!Array.isArray(content) || content.length !== 2) return undefined;
  const [real, imag] = content;
  return typeof real === "number" && typeof imag === "number"
    ? new Complex(real, imag)
    : undefined;
}
