/**
 * Bytes that go beside a message.
 *
 * @module
 */

/** Bytes of one buffer, and their number. */
interface Part {
  readonly start: number;
  readonly length: number;
  readonly number: number;
}

/** What goes beside one message: the same bytes go once. */
export class Attachments {
  /** Copies, which can be given away. */
  readonly buffers: ArrayBuffer[] = [];
  readonly #known = new Map<ArrayBufferLike, Part[]>();

  /** Put bytes beside the message: their number there. */
  add(bytes: Uint8Array): number {
    const { buffer, byteOffset: start, length } = bytes;
    const parts = this.#known.get(buffer) ?? [];
    const known = parts.find((part) =>
      part.start === start && part.length === length
    );
    if (known !== undefined) return known.number;
    const number = this.buffers.push(new Uint8Array(bytes).buffer) - 1;
    parts.push({ start, length, number });
    this.#known.set(buffer, parts);
    return number;
  }
}
