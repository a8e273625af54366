/**
 * Writes CBOR items (RFC 8949), into a guest's memory or into bytes that grow.
 *
 * @module
 */

const encoder = new TextEncoder();
/** Text up to this length is written character by character, while ASCII. */
const SHORT = 40;
/** The longest head: one byte and a 64-bit argument. */
const HEAD = 9;

/** Where a writer writes: `bytes` from `start` to their end. */
export interface Room {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly start: number;
}

/**
 * Makes room for `size` bytes in all, with what `writer` has written so far at
 * its start.
 */
export type MakeRoom = (size: number, writer: WireWriter) => Room;

/**
 * Writes CBOR items one after the other.
 *
 * It writes wherever {@linkcode MakeRoom} lets it. When that is the memory of
 * a guest which grows meanwhile, the old view has no bytes any more: then
 * every item asks for room again, and finds what it wrote where it was.
 */
export class WireWriter {
  readonly #makeRoom: MakeRoom;
  #movedOut = false;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #start = 0;
  #at = 0;

  /**
   * Make one.
   *
   * @param makeRoom Where the bytes go; into memory of its own by default.
   */
  constructor(makeRoom: MakeRoom = ownRoom) {
    this.#makeRoom = makeRoom;
  }

  /** How many bytes have been written. */
  get length(): number {
    return this.#at - this.#start;
  }

  /** Begin a message in a room. */
  begin(room: Room): void {
    this.#movedOut = false;
    this.#enter(room);
    this.#at = room.start;
  }

  /** Forget what was written. */
  reset(): void {
    this.#at = this.#start;
  }

  /** Whether what was written is not in the room that it began in. */
  get isMovedOut(): boolean {
    return this.#movedOut;
  }

  /** Go on in memory of its own: somebody else needs the room. */
  moveOut(): void {
    this.#reserve(0);
    this.#movedOut = true;
    this.#grow(0);
  }

  /** What was written, until more is. */
  written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(this.#start, this.#at);
  }

  /** Put everything into `target`, which has at least `length` bytes. */
  copyTo(target: Uint8Array): void {
    target.set(this.written());
  }

  /** Everything as bytes of their own. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.written().slice();
  }

  /**
   * Write an item's head: its major type and argument.
   *
   * @param major 0 to 7.
   * @param argument A safe integer, not negative.
   */
  head(major: number, argument: number): void {
    this.#reserve(HEAD);
    this.#head(major << 5, argument);
  }

  /** Write an integer that a number holds exactly. */
  integer(value: number): void {
    this.#reserve(HEAD);
    if (value >= 0) this.#head(0, value);
    else this.#head(0x20, -1 - value);
  }

  /** Write a 64-bit argument that may be no safe integer. */
  head64(major: number, argument: bigint): void {
    this.#reserve(HEAD);
    this.#bytes[this.#at] = (major << 5) | 27;
    this.#view.setBigUint64(this.#at + 1, argument);
    this.#at += 9;
  }

  /** Write a float, always as 64 bits. */
  float(value: number): void {
    this.#reserve(HEAD);
    this.#bytes[this.#at] = 0xfb;
    this.#view.setFloat64(this.#at + 1, value);
    this.#at += 9;
  }

  /** Write a simple value: false 20, true 21, null 22, undefined 23. */
  simple(number: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = 0xe0 | number;
  }

  /** Write a byte string. */
  bytes(value: Uint8Array): void {
    this.#reserve(HEAD + value.length);
    this.#head(0x40, value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /**
   * Write a text string.
   *
   * @returns Whether it could: false for a lone surrogate, which has no UTF-8.
   */
  text(value: string): boolean {
    if (value.length <= SHORT && this.#shortAscii(value)) return true;
    if (!value.isWellFormed()) return false;
    this.#reserve(HEAD + value.length);
    // The head's size depends on the length in bytes, which is known after
    // encoding. Most text is ASCII: leave room for the head that this needs.
    const head = this.#at - this.#start;
    this.#head(0x60, value.length);
    const text = this.#at - this.#start;
    this.#encode(value);
    const size = this.#at - this.#start - text;
    if (size !== value.length) this.#headAgain(head, text, size);
    return true;
  }

  /** Text without its head; there is room for it if it is ASCII. */
  #encode(value: string): void {
    const target = this.#bytes.subarray(this.#at);
    const { read, written } = encoder.encodeInto(value, target);
    this.#at += written;
    if (read === value.length) return;
    this.#reserve((value.length - read) * 3);
    this.#encode(value.slice(read));
  }

  /** The head of a text that has more bytes than characters. */
  #headAgain(head: number, text: number, size: number): void {
    this.#reserve(HEAD);
    const begin = this.#start + text;
    this.#at = this.#start + head;
    const longer = size < 24 ? 1 : size < 0x100 ? 2 : size < 0x1_0000 ? 3 : 5;
    const moved = this.#at + longer;
    if (moved !== begin) {
      this.#bytes.copyWithin(moved, begin, begin + size);
    }
    this.#head(0x60, size);
    this.#at += size;
  }

  /** The common case without the encoder; false when it is not that. */
  #shortAscii(value: string): boolean {
    const length = value.length;
    this.#reserve(2 + SHORT);
    const bytes = this.#bytes;
    let at = this.#at + (length < 24 ? 1 : 2);
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return false;
      bytes[at++] = code;
    }
    this.#head(0x60, length);
    this.#at = at;
    return true;
  }

  /** A head, where there is room for one. */
  #head(first: number, argument: number): void {
    const at = this.#at;
    if (argument < 24) {
      this.#bytes[at] = first | argument;
      this.#at = at + 1;
    } else if (argument < 0x100) {
      this.#bytes[at] = first | 24;
      this.#bytes[at + 1] = argument;
      this.#at = at + 2;
    } else if (argument < 0x1_0000) {
      this.#bytes[at] = first | 25;
      this.#bytes[at + 1] = argument >> 8;
      this.#bytes[at + 2] = argument;
      this.#at = at + 3;
    } else if (argument < 0x1_0000_0000) {
      this.#bytes[at] = first | 26;
      this.#view.setUint32(at + 1, argument);
      this.#at = at + 5;
    } else {
      this.#bytes[at] = first | 27;
      this.#view.setUint32(at + 1, Math.floor(argument / 0x1_0000_0000));
      this.#view.setUint32(at + 5, argument >>> 0);
      this.#at = at + 9;
    }
  }

  #reserve(size: number): void {
    // A view of memory that has grown has no bytes, so this holds then, too.
    if (this.#at + size > this.#bytes.length) this.#grow(size);
  }

  #grow(more: number): void {
    const used = this.#at - this.#start;
    const makeRoom = this.#movedOut ? ownRoom : this.#makeRoom;
    this.#enter(makeRoom(used + more, this));
    this.#at = this.#start + used;
  }

  #enter({ bytes, start }: Room): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset);
    }
    this.#start = start;
  }
}

/** Memory of the writer's own: at least twice what was used. */
function ownRoom(size: number, writer: WireWriter): Room {
  const bytes = new Uint8Array(Math.max(1024, size, writer.length * 2));
  bytes.set(writer.written());
  return { bytes, start: 0 };
}
