/**
 * What the wire's tags make of their content: the way back from `reduce.ts`.
 *
 * @module
 */

import { Tag } from "./tags.ts";
import { Complex, Decimal, Uuid } from "./value.ts";
import type { WireError } from "./wire_reader.ts";

/** What the decoder asks for values that are no data. */
export interface LiveObjects {
  /** A handle for the Python object with a number. */
  pythonObject(number: number, kind: number, name: string): unknown;
  /** The host's own object that was given out under `number`. */
  hostObject(number: number): unknown;
  /** The error for a Python exception that was described. */
  pythonError?(parts: object): unknown;
  /** The receiver's own object, which comes back; between threads only. */
  ownObject?(number: number): unknown;
  /** What stands for an object of the sender's; between threads only. */
  standIn?(number: number, kind: number, name: string): unknown;
  /** The error that was described; between threads only. */
  hostError?(parts: object): unknown;
  /** Bytes that came beside the message; between threads only. */
  attachment?(number: number): Uint8Array<ArrayBuffer> | undefined;
  /** A copy of bytes that stayed where they were in the guest's memory. */
  attached?(address: number, size: number): Uint8Array<ArrayBuffer> | undefined;
}

/** A tag's content as a value; `undefined` when the content is wrong. */
type Rebuild = (content: unknown, objects: LiveObjects) => unknown;

/**
 * The value that `tag` makes of `content`.
 *
 * @param place Makes an error that says where.
 * @throws {WireError} When it makes none.
 */
export function rebuild(
  tag: number | bigint,
  content: unknown,
  objects: LiveObjects,
  place: { wrong(problem: string): WireError },
): unknown {
  const build = typeof tag === "number" ? BUILDERS.get(tag) : undefined;
  if (build === undefined) throw place.wrong(`the unknown tag ${tag}`);
  const value = build(content, objects);
  if (value !== undefined) return value;
  throw place.wrong(`tag ${tag} with the wrong content`);
}

const same: Rebuild = (content) => content;

/** What each tag makes of its content. */
const BUILDERS: ReadonlyMap<number, Rebuild> = new Map([
  [Tag.DATETIME, text((t) => zoned(t))],
  [Tag.EPOCH, epoch],
  [Tag.BIGNUM, bytes((b) => bignum(b, (n) => n))],
  [Tag.NEGATIVE_BIGNUM, bytes((b) => bignum(b, (n) => -1n - n))],
  [Tag.DECIMAL, decimal],
  [Tag.EXPECT_BASE64URL, same],
  [Tag.EXPECT_BASE64, same],
  [Tag.EXPECT_BASE16, same],
  [Tag.EMBEDDED, same],
  [Tag.URI, same],
  [Tag.UUID, bytes((b) => b.length === 16 ? new Uuid(b) : undefined)],
  [Tag.UINT8, bytes((b) => b)],
  [Tag.UINT8_CLAMPED, bytes((b) => new Uint8ClampedArray(b.buffer))],
  [Tag.UINT16, array(Uint16Array)],
  [Tag.UINT32, array(Uint32Array)],
  [Tag.UINT64, array(BigUint64Array)],
  [Tag.INT8, array(Int8Array)],
  [Tag.INT16, array(Int16Array)],
  [Tag.INT32, array(Int32Array)],
  [Tag.INT64, array(BigInt64Array)],
  [Tag.FLOAT32, array(Float32Array)],
  [Tag.FLOAT64, array(Float64Array)],
  [Tag.SET, (items) => Array.isArray(items) ? new Set(items) : undefined],
  [Tag.DURATION, duration],
  [Tag.DATE, text((t) => Temporal.PlainDate.from(t))],
  [Tag.COMPLEX, complex],
  [Tag.SPECIAL_DECIMAL, text((t) => new Decimal(t))],
  [Tag.NAIVE_DATETIME, text((t) => Temporal.PlainDateTime.from(t))],
  [Tag.TIME, text((t) => Temporal.PlainTime.from(t))],
  [Tag.PYTHON_OBJECT, pythonObject],
  [
    Tag.HOST_OBJECT,
    (content, objects) =>
      typeof content === "number"
        ? objects.hostObject(content)
        : standIn(content, objects),
  ],
  [
    Tag.HOST_ERROR,
    (parts, objects) =>
      typeof parts === "object" && parts !== null
        ? objects.hostError?.(parts)
        : undefined,
  ],
  [
    Tag.PYTHON_ERROR,
    (parts, objects) =>
      typeof parts === "object" && parts !== null
        ? objects.pythonError?.(parts)
        : undefined,
  ],
  [Tag.ATTACHED, attached],
]);

function text(read: (text: string) => unknown): Rebuild {
  return (content) =>
    typeof content === "string" ? attempt(() => read(content)) : undefined;
}

function bytes(read: (bytes: Uint8Array<ArrayBuffer>) => unknown): Rebuild {
  return (content) =>
    content instanceof Uint8Array
      ? read(content as Uint8Array<ArrayBuffer>)
      : undefined;
}

function standIn(content: unknown, objects: LiveObjects): unknown {
  if (!Array.isArray(content) || content.length !== 4) return undefined;
  const [number, kind, name] = content;
  return objects.standIn?.(number, kind, name);
}

function pythonObject(content: unknown, objects: LiveObjects): unknown {
  if (typeof content === "number") return objects.ownObject?.(content);
  if (!Array.isArray(content) || content.length !== 3) return undefined;
  const [number, kind, name] = content;
  return typeof number === "number" && typeof kind === "number" &&
      typeof name === "string"
    ? objects.pythonObject(number, kind, name)
    : undefined;
}

function attached(content: unknown, objects: LiveObjects): unknown {
  if (typeof content === "number") return objects.attachment?.(content);
  if (!Array.isArray(content) || content.length !== 2) return undefined;
  const [address, size] = content;
  return typeof address === "number" && typeof size === "number"
    ? objects.attached?.(address, size)
    : undefined;
}

interface ArrayClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): ArrayBufferView;
}

function array(made: ArrayClass): Rebuild {
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

function epoch(seconds: unknown): unknown {
  if (typeof seconds !== "number") return undefined;
  return attempt(() =>
    Temporal.Instant.fromEpochMilliseconds(Math.round(seconds * 1000))
      .toZonedDateTimeISO("UTC")
  );
}

/** The longest int that is believed, in bytes; V8 ends at eight times that. */
const MAX_INT_BYTES = 2 ** 24;

function bignum(
  bytes: Uint8Array,
  value: (number: bigint) => bigint,
): number | bigint | undefined {
  return bytes.length > MAX_INT_BYTES
    ? undefined
    : narrow(value(fromBytes(bytes)));
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
