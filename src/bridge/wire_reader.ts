/**
 * Reads CBOR items (RFC 8949) from bytes that nobody has checked yet.
 *
 * @module
 */

import { TextCache } from "./text_cache.ts";

/** The bytes are not the item they should be. */
export class WireError extends Error {
  /** Name of the class. */
  override readonly name: string = "WireError";

  /**
   * Make one.
   *
   * @param problem What is wrong.
   * @param at Where in the bytes.
   */
  constructor(problem: string, at: number) {
    super(`Cannot read the wire at byte ${at}: ${problem}`);
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Four times faster in Deno; it puts U+FFFD for what is no UTF-8. */
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
/** Text up to this length is read character by character, while ASCII. */
const SHORT = 32;
const NOTHING = new Uint8Array(0);

/** Reads CBOR items one after the other. */
export class WireReader {
  #bytes: Uint8Array = NOTHING;
  #view: DataView = new DataView(NOTHING.buffer);
  #start = 0;
  #at = 0;
  #end = 0;
  readonly #keys = new TextCache();

  /**
   * Make one.
   *
   * @param bytes The bytes, which do not change while they are read.
   */
  constructor(bytes: Uint8Array = NOTHING) {
    this.begin(bytes, 0, bytes.length);
  }

  /** Begin a message: `bytes` from `start` to `end`. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.#start = this.#at = start;
    this.#end = Math.min(end, bytes.length);
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** Make an error that says where. */
  wrong(problem: string): WireError {
    return new WireError(problem, this.#at - this.#start);
  }

  /** Read an item's first byte: its major type and detail. */
  first(): number {
    this.#demand(1);
    return this.#bytes[this.#at++] as number;
  }

  /** The argument that a first byte's `detail` announces. */
  argument(detail: number): number | bigint {
    if (detail < 24 || detail === 31) return detail;
    const size = 1 << (detail - 24);
    if (detail > 27) throw this.wrong("a reserved length");
    this.#demand(size);
    const at = this.#at;
    this.#at += size;
    switch (detail) {
      case 24:
        return this.#bytes[at] as number;
      case 25:
        return this.#view.getUint16(at);
      case 26:
        return this.#view.getUint32(at);
      default:
        return narrow(this.#view.getBigUint64(at));
    }
  }

  /** Whether the next byte ends an item of unknown length; if so, pass it. */
  passBreak(): boolean {
    this.#demand(1);
    if (this.#bytes[this.#at] !== 0xff) return false;
    this.#at++;
    return true;
  }

  /** A copy of the next `size` bytes. */
  copy(size: number): Uint8Array<ArrayBuffer> {
    this.#demand(size);
    const bytes = this.#bytes.slice(this.#at, this.#at + size);
    this.#at += size;
    return bytes as Uint8Array<ArrayBuffer>;
  }

  /** The next `size` bytes as text; it must be UTF-8. */
  text(size: number): string {
    this.#demand(size);
    const start = this.#at;
    this.#at += size;
    const text = size <= SHORT ? ascii(this.#bytes, start, size) : undefined;
    return text ?? this.#utf8(start, size);
  }

  /** The same for text that comes again and again. */
  key(size: number): string {
    this.#demand(size);
    const start = this.#at;
    this.#at += size;
    return this.#keys.get(this.#bytes, start, size) ?? this.#utf8(start, size);
  }

  /** The float that `detail`, 25, 26 or 27, announces. */
  float(detail: number): number {
    const size = 1 << (detail - 24);
    this.#demand(size);
    const at = this.#at;
    this.#at += size;
    if (size === 8) return this.#view.getFloat64(at);
    return size === 4 ? this.#view.getFloat32(at) : this.#view.getFloat16(at);
  }

  #utf8(start: number, size: number): string {
    const bytes = this.#bytes.subarray(start, start + size);
    const text = lenient.decode(bytes);
    if (!text.includes("\ufffd")) return text;
    try {
      return strict.decode(bytes);
    } catch {
      throw new WireError("the text is not UTF-8", start - this.#start);
    }
  }

  #demand(size: number): void {
    if (size > this.left) throw this.wrong("the bytes end too early");
  }
}

/** Short text if it is ASCII. Eight at a time: strings are costly to add to. */
function ascii(
  bytes: Uint8Array,
  start: number,
  size: number,
): string | undefined {
  const end = start + size;
  let text = "";
  let i = start;
  for (; i + 8 <= end; i += 8) {
    const a = bytes[i] as number;
    const b = bytes[i + 1] as number;
    const c = bytes[i + 2] as number;
    const d = bytes[i + 3] as number;
    const e = bytes[i + 4] as number;
    const f = bytes[i + 5] as number;
    const g = bytes[i + 6] as number;
    const h = bytes[i + 7] as number;
    if ((a | b | c | d | e | f | g | h) >= 0x80) return undefined;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; i < end; i++) {
    const code = bytes[i] as number;
    if (code >= 0x80) return undefined;
    text += String.fromCharCode(code);
  }
  return text;
}

/** A number when it holds the value exactly. */
function narrow(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
