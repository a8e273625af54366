/**
 * The numbers and vectors of which a WebAssembly file is made.
 *
 * https://webassembly.github.io/spec/core/binary/values.html
 *
 * @module
 */

import { BuildError } from "../build_error.ts";

/** Reads one after the other. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  /** Where the next one starts. */
  at: number;
  /** Where the last one ends. */
  readonly end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Whether there is no more. */
  get done(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    const byte = this.at < this.end ? this.#bytes[this.at++] : undefined;
    if (byte !== undefined) return byte;
    throw new BuildError("Cannot read the WebAssembly file: it ends too early");
  }

  /** An unsigned number of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** A signed number of at most 32 bits. */
  s32(): number {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      const isNegative = shift < 25 && (byte & 0x40) !== 0;
      return isNegative ? value | (-1 << (shift + 7)) : value;
    }
  }

  /** Pass by a number of any length. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }

  /** The next bytes, as a view. */
  take(size: number): Uint8Array {
    const start = this.at;
    if (size > this.end - start) {
      throw new BuildError("Cannot read the WebAssembly file: it is cut off");
    }
    this.at += size;
    return this.#bytes.subarray(start, this.at);
  }

  /** A vector of bytes. */
  vector(): Uint8Array {
    return this.take(this.u32());
  }

  name(): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(this.vector());
  }
}

/** Writes one after the other. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #size = 0;

  /** How much has been written. */
  get size(): number {
    return this.#size;
  }

  /** All that has been written, as a view. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#size);
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#size++] = value;
  }

  u32(value: number): void {
    for (; value >= 0x80; value = Math.floor(value / 128)) {
      this.byte((value % 128) | 0x80);
    }
    this.byte(value);
  }

  /** A signed number of at most 32 bits, as in `i32.const`. */
  s32(value: number): void {
    for (;;) {
      const low = value & 0x7f;
      value >>= 7;
      const sign = (low & 0x40) !== 0;
      if ((value === 0 && !sign) || (value === -1 && sign)) {
        return this.byte(low);
      }
      this.byte(low | 0x80);
    }
  }

  put(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** A vector of bytes. */
  vector(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.put(bytes);
  }

  name(text: string): void {
    this.vector(new TextEncoder().encode(text));
  }

  #room(more: number): void {
    const size = this.#size + more;
    if (size <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(size, this.#bytes.length * 2));
    bytes.set(this.bytes);
    this.#bytes = bytes;
  }
}
