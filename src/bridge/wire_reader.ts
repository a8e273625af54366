/**
 * Reads CBOR items (RFC 8949) from bytes that nobody has checked yet.
 *
 * @module
 */

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

/** An item's head. `argument` is a bigint only when a number cannot hold it. */
export interface Head {
  /** The major type, 0 to 7. */
  major: number;
  /** The low five bits. */
  detail: number;
  /** The argument; for floats its bits are not interpreted. */
  argument: number | bigint;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads CBOR items one after the other. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  readonly #head: Head = { major: 0, detail: 0, argument: 0 };

  /**
   * Make one.
   *
   * @param bytes The bytes, which do not change while they are read.
   */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where reading goes on. */
  get at(): number {
    return this.#at;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Make an error that says where. */
  wrong(problem: string): WireError {
    return new WireError(problem, this.#at);
  }

  /** Read a head. The object is reused: take what you need at once. */
  head(): Head {
    this.#demand(1);
    const first = this.#bytes[this.#at++] ?? 0;
    const head = this.#head;
    head.major = first >> 5;
    head.detail = first & 31;
    head.argument = this.#argument(head.detail);
    return head;
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
    if (size < 24) {
      const text = this.#ascii(start, size);
      if (text !== undefined) return text;
    }
    try {
      return decoder.decode(this.#bytes.subarray(start, start + size));
    } catch {
      throw new WireError("the text is not UTF-8", start);
    }
  }

  /** The last argument as the float it is; `detail` is 25, 26 or 27. */
  float(detail: number): number {
    if (detail === 27) return this.#view.getFloat64(this.#at - 8);
    if (detail === 26) return this.#view.getFloat32(this.#at - 4);
    return half(this.#view.getUint16(this.#at - 2));
  }

  #ascii(start: number, size: number): string | undefined {
    let text = "";
    for (let i = start; i < start + size; i++) {
      const code = this.#bytes[i] ?? 0x80;
      if (code >= 0x80) return undefined;
      text += String.fromCharCode(code);
    }
    return text;
  }

  #argument(detail: number): number | bigint {
    if (detail < 24 || detail === 31) return detail;
    const size = 1 << (detail - 24);
    if (detail > 27) throw this.wrong("a reserved length");
    this.#demand(size);
    const at = this.#at;
    this.#at += size;
    switch (detail) {
      case 24:
        return this.#view.getUint8(at);
      case 25:
        return this.#view.getUint16(at);
      case 26:
        return this.#view.getUint32(at);
      default:
        return narrow(this.#view.getBigUint64(at));
    }
  }

  #demand(size: number): void {
    if (size > this.left) throw this.wrong("the bytes end too early");
  }
}

/** A number when it holds the value exactly. */
function narrow(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** IEEE 754 half precision; RFC 8949 appendix D. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  const value = exponent === 0
    ? mantissa * 2 ** -24
    : exponent === 31
    ? (mantissa === 0 ? Infinity : NaN)
    : (mantissa + 1024) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -value : value;
}
