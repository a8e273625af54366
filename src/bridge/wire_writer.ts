/**
 * Writes CBOR items (RFC 8949) into bytes that grow.
 *
 * @module
 */

/** Byte strings from this length on are not copied into the buffer. */
const APART = 4096;
const encoder = new TextEncoder();

/** A long byte string that belongs at `at`, between what was written. */
interface Splice {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * Writes CBOR items one after the other.
 *
 * A long byte string stays where it is until {@linkcode WireWriter.copyTo}
 * puts everything into the guest's memory: its bytes are copied once.
 *
 * ```text
 *   buffer   82 5a 00 10 00 00 | 01
 *                              ^ splice: 1 MiB of somebody else's bytes
 *   copyTo   82 5a 00 10 00 00   … 1 MiB …   01
 * ```
 */
export class WireWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #splices: Splice[] = [];
  #apart = 0;

  /** How many bytes have been written. */
  get length(): number {
    return this.#at + this.#apart;
  }

  /** Forget what was written. */
  reset(): void {
    this.#at = 0;
    this.#apart = 0;
    if (this.#splices.length > 0) this.#splices = [];
  }

  /** Put everything into `target`, which has at least `length` bytes. */
  copyTo(target: Uint8Array): void {
    let from = 0;
    let to = 0;
    for (const { at, bytes } of this.#splices) {
      target.set(this.#bytes.subarray(from, at), to);
      to += at - from;
      target.set(bytes, to);
      to += bytes.length;
      from = at;
    }
    target.set(this.#bytes.subarray(from, this.#at), to);
  }

  /** Everything as bytes of their own. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.length);
    this.copyTo(bytes);
    return bytes;
  }

  /**
   * Write an item's head: its major type and argument.
   *
   * @param major 0 to 7.
   * @param argument A safe integer, not negative.
   */
  head(major: number, argument: number): void {
    this.#reserve(9);
    const first = major << 5;
    if (argument < 24) {
      this.#bytes[this.#at++] = first | argument;
    } else if (argument < 0x100) {
      this.#bytes[this.#at] = first | 24;
      this.#bytes[this.#at + 1] = argument;
      this.#at += 2;
    } else if (argument < 0x1_0000) {
      this.#bytes[this.#at] = first | 25;
      this.#view.setUint16(this.#at + 1, argument);
      this.#at += 3;
    } else if (argument < 0x1_0000_0000) {
      this.#bytes[this.#at] = first | 26;
      this.#view.setUint32(this.#at + 1, argument);
      this.#at += 5;
    } else {
      this.#bytes[this.#at] = first | 27;
      this.#view.setUint32(this.#at + 1, Math.floor(argument / 0x1_0000_0000));
      this.#view.setUint32(this.#at + 5, argument >>> 0);
      this.#at += 9;
    }
  }

  /** Write an integer that a number holds exactly. */
  integer(value: number): void {
    if (value >= 0) this.head(0, value);
    else this.head(1, -1 - value);
  }

  /** Write a 64-bit argument that may be no safe integer. */
  head64(major: number, argument: bigint): void {
    this.#reserve(9);
    this.#bytes[this.#at] = (major << 5) | 27;
    this.#view.setBigUint64(this.#at + 1, argument);
    this.#at += 9;
  }

  /** Write a float, always as 64 bits. */
  float(value: number): void {
    this.#reserve(9);
    this.#bytes[this.#at] = 0xfb;
    this.#view.setFloat64(this.#at + 1, value);
    this.#at += 9;
  }

  /** Write a simple value: false 20, true 21, null 22, undefined 23. */
  simple(number: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = 0xe0 | number;
  }

  /** Write a byte string. The bytes must not change before they are copied. */
  bytes(value: Uint8Array): void {
    this.head(2, value.length);
    if (value.length >= APART) {
      this.#splices.push({ at: this.#at, bytes: value });
      this.#apart += value.length;
      return;
    }
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** Write a text string, which has no lone surrogate. */
  text(value: string): void {
    if (value.length < 24 && this.#shortAscii(value)) return;
    const most = value.length * 3;
    this.#reserve(9 + most);
    // The head's size depends on the length in bytes, which is known after
    // encoding: encode behind the longest head, then move back.
    const start = this.#at + 9;
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(start));
    this.head(3, written);
    this.#bytes.copyWithin(this.#at, start, start + written);
    this.#at += written;
  }

  /** The common case without the encoder; false when it is not that. */
  #shortAscii(value: string): boolean {
    this.#reserve(24);
    const start = this.#at + 1;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return false;
      this.#bytes[start + i] = code;
    }
    this.#bytes[this.#at] = 0x60 | value.length;
    this.#at = start + value.length;
    return true;
  }

  #reserve(size: number): void {
    const needed = this.#at + size;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
