/**
 * Messages to and from one guest, written and read right where they lie.
 *
 * @module
 */

import { LimitError, type PluginError } from "../errors.ts";
import { MemoryFull } from "./memory_full.ts";
import type { Instance, WrapperExports } from "../runtime/mod.ts";
import { Decoder } from "./decode.ts";
import { Encoder, type LiveNumbers } from "./encode.ts";
import { LEAST_FOR_ERRORS } from "./error_size.ts";
import type { LiveObjects } from "./rebuild.ts";
import { WireReader } from "./wire_reader.ts";
import { type Room, WireWriter } from "./wire_writer.ts";

/** Words of the guest's `mail` (`wrapper/mailbox.c`), by their index. */
const Mail = {
  INBOX: 0,
  INBOX_SIZE: 1,
  INBOX_ROOM: 2,
  OUTBOX: 3,
  ATTACHED: 6,
  WORDS: 7,
} as const;
/** Room that an inbox has at least. */
const LEAST_ROOM = 4096;
const NOTHING = new Uint8Array(0);

/** What the mailbox asks about values that are no data. */
export interface Live
  extends
    Required<Pick<LiveObjects, "pythonObject" | "hostObject" | "pythonError">>,
    Required<Omit<LiveNumbers, "attach">> {
  /** Lets go of a host object: the message that names it is not sent. */
  release(number: number): void;
}

/** Writes the values of a message. */
export type WriteMessage = (encoder: Encoder) => void;
/** The same for a message of which some is given when it is sent: without a
 * closure for every one. */
type Write<A, B, C> = (encoder: Encoder, a: A, b: B, c: C) => void;

/** A message that waits to be put into the inbox. */
export interface Message {
  /** Its bytes. */
  readonly writer: WireWriter;
  /** The host objects that it names. */
  readonly held: readonly number[];
  /** The bytes objects that it names. */
  readonly attached: readonly number[];
}

/** A message that is being written. */
class Draft implements Message {
  readonly writer: WireWriter;
  readonly encoder: Encoder;
  /** Host objects that it names. */
  readonly held: number[] = [];
  /** Bytes objects that it names. */
  readonly attached: number[] = [];

  constructor(
    writer: WireWriter,
    live: Live,
    attach: (bytes: Uint8Array) => number,
  ) {
    this.writer = writer;
    this.encoder = new Encoder(writer, {
      pythonNumber: (value) => live.pythonNumber(value),
      errorParts: (error) => live.errorParts(error),
      hostParts: (value) => {
        const parts = live.hostParts(value);
        if (parts !== undefined) this.held.push(parts[0]);
        return parts;
      },
      attach: (bytes) => {
        const number = attach(bytes);
        this.attached.push(number);
        return number;
      },
    });
  }
}

/**
 * The guest's inbox and outbox.
 *
 * The usual message is written straight into the inbox. While that happens,
 * code of the host's may run (a getter) and send another one; then the first
 * goes on in memory of its own and is copied when it is complete.
 */
export class Mailbox {
  readonly #instance: Instance;
  readonly #wrapper: WrapperExports;
  readonly #live: Live;
  /** Writes into the inbox. */
  readonly #direct: Draft;
  readonly #reader = new WireReader();
  readonly #decoder: Decoder;
  readonly #mailAt: number;
  readonly #maximum: number;
  /** How many more bytes the message may have that is read. */
  #left = 0;
  #isWriting = false;
  /** Something of the message that is read stayed where it was. */
  #hasAttached = false;
  /** What was attached to the message that is being read, by its address. */
  readonly #copies = new Map<number, Uint8Array<ArrayBuffer>>();
  // Views of the guest's memory. When that grows, they have no bytes.
  #mail = new Uint32Array(0);
  #memory: Uint8Array = NOTHING;
  #room: Room = { bytes: new Uint8Array(0), start: 0 };

  /**
   * Make one.
   *
   * @param instance The guest.
   * @param wrapper Its exports.
   * @param live What knows live objects.
   * @param maximum How large a message of the guest's may be.
   */
  constructor(
    instance: Instance,
    wrapper: WrapperExports,
    live: Live,
    maximum: number = Infinity,
  ) {
    this.#maximum = maximum;
    this.#instance = instance;
    this.#wrapper = wrapper;
    this.#live = live;
    this.#mailAt = instance.enter("a call", () => wrapper.mail()) >>> 0;
    const writer = new WireWriter((size) => this.#makeRoom(size));
    this.#direct = new Draft(writer, live, (bytes) => this.#attach(bytes));
    this.#decoder = new Decoder(this.#reader, {
      pythonObject: (number, kind, name) =>
        live.pythonObject(number, kind, name),
      hostObject: (number) => live.hostObject(number),
      pythonError: (parts) => live.pythonError(parts),
      attached: (address, size) => this.#attached(address, size),
    });
  }

  /**
   * Put a message into the inbox.
   *
   * @param write Writes its values, which are of `a`, `b` and `c`.
   * @throws {TypeError} When a value cannot cross; nothing is sent then.
   */
  send<A, B, C>(write: Write<A, B, C>, a: A, b: B, c: C): void {
    if (this.#isWriting) {
      return this.put(this.compose((encoder) => write(encoder, a, b, c)));
    }
    const draft = this.#direct;
    const { writer } = draft;
    this.#isWriting = true;
    try {
      writer.begin(this.#freeRoom());
      write(draft.encoder, a, b, c);
      if (writer.isMovedOut) this.#copy(writer);
      else this.#words()[Mail.INBOX_SIZE] = writer.length;
    } catch (error) {
      this.letGo(draft);
      throw error;
    } finally {
      this.#isWriting = false;
      // To set a length costs as much as all else here.
      if (draft.held.length > 0) draft.held.length = 0;
      if (draft.attached.length > 0) draft.attached.length = 0;
    }
  }

  /** Write a message that is put into the inbox later, or let go of. */
  compose(write: WriteMessage): Message {
    const attach = (bytes: Uint8Array) => this.#attach(bytes);
    const draft = new Draft(new WireWriter(), this.#live, attach);
    try {
      write(draft.encoder);
      return draft;
    } catch (error) {
      this.letGo(draft);
      throw error;
    }
  }

  /** Put a message that was written before into the inbox. */
  put(message: Message): void {
    if (this.#isWriting) this.#direct.writer.moveOut();
    try {
      this.#copy(message.writer);
    } catch (error) {
      this.letGo(message);
      throw error;
    }
  }

  /** Let go of what a message names that is not sent. */
  letGo({ held, attached }: Message): void {
    for (const number of held) this.#live.release(number);
    for (const number of attached) {
      if (!this.#instance.alive) return;
      this.#instance.enter("a call", () => this.#wrapper.release(number));
    }
  }

  /**
   * A message of the guest's: all of it is read before anything is sent.
   *
   * @throws {LimitError} When it is too large.
   */
  open(pointer: number, size: number, least: number = 0): Decoder {
    const start = pointer >>> 0;
    this.#left = Math.max(least, this.#maximum);
    this.#hasAttached = size > this.#left; // something may be
    this.#take(size);
    if (this.#copies.size > 0) this.#copies.clear();
    this.#reader.begin(this.#bytes(), start, start + size);
    return this.#decoder;
  }

  /**
   * The guest's answer to a request: one value.
   *
   * @param size How many bytes it has; negative for an exception, which may
   * need more than other answers.
   * @throws {LimitError} When it is too large.
   */
  answer(size: number): unknown {
    const start = this.#words()[Mail.OUTBOX] ?? 0;
    const least = size < 0 ? LEAST_FOR_ERRORS : 0;
    try {
      return this.open(start, Math.abs(size), least).value();
    } finally {
      if (this.#hasAttached) {
        this.#copies.clear();
        this.#instance.enter("a call", () => this.#wrapper.drop());
      }
    }
  }

  /** The inbox's room as it is now; some is made when the guest took it. */
  #freeRoom(): Room {
    const mail = this.#words();
    const start = mail[Mail.INBOX] as number;
    if (start === 0) return this.#makeRoom(LEAST_ROOM);
    const end = start + (mail[Mail.INBOX_ROOM] as number);
    return this.#roomOf(start, end);
  }

  /** More room in the inbox, with the bytes that are there. */
  #makeRoom(size: number): Room {
    this.#inbox(Math.max(size, LEAST_ROOM));
    const mail = this.#words();
    const start = mail[Mail.INBOX] as number;
    return this.#roomOf(start, start + (mail[Mail.INBOX_ROOM] as number));
  }

  #roomOf(start: number, end: number): Room {
    if (this.#room.start !== start || this.#room.bytes.length !== end) {
      this.#room = { bytes: this.#instance.memory.bytes(0, end), start };
    }
    return this.#room;
  }

  /** Copy a complete message into the inbox. */
  #copy(writer: WireWriter): void {
    const size = writer.length;
    const pointer = this.#inbox(size);
    writer.copyTo(this.#instance.memory.bytes(pointer, size));
  }

  #inbox(size: number): number {
    const { memory } = this.#instance;
    const pointer = this.#instance.enter(
      "a call",
      () => this.#wrapper.inbox(size),
    ) >>> 0;
    if (pointer === 0 || !memory.contains(pointer, size)) {
      throw outOfMemory(size);
    }
    return pointer;
  }

  /** Bytes into an object of the guest's own: copied once. */
  #attach(bytes: Uint8Array): number {
    const number = this.#instance.enter(
      "a call",
      () => this.#wrapper.attach(bytes.length),
    ) >>> 0;
    if (number === 0) throw outOfMemory(bytes.length);
    const place = this.#words()[Mail.ATTACHED] ?? 0;
    this.#instance.memory.bytes(place, bytes.length).set(bytes);
    return number;
  }

  #attached(
    address: number,
    size: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    this.#hasAttached = true;
    const { memory } = this.#instance;
    this.#take(size);
    if (address + size >= 2 ** 32 || !memory.contains(address, size)) {
      return undefined;
    }
    // One object of the guest's, however often it is named, is one here.
    const known = this.#copies.get(address);
    if (known?.length === size) return known;
    const copy = memory.bytes(address, size).slice();
    this.#copies.set(address, copy);
    return copy;
  }

  #take(size: number): void {
    this.#left -= size;
    if (this.#left >= 0) return;
    const value = this.#maximum;
    throw new LimitError({ limit: "result", value, used: value - this.#left });
  }

  #words(): Uint32Array {
    if (this.#mail.length === 0) {
      const { buffer } = this.#instance.memory.bytes(this.#mailAt, 0);
      this.#mail = new Uint32Array(buffer, this.#mailAt, Mail.WORDS);
    }
    return this.#mail;
  }

  #bytes(): Uint8Array {
    if (this.#memory.length === 0) {
      const { buffer } = this.#instance.memory.bytes(0, 0);
      this.#memory = new Uint8Array(buffer);
    }
    return this.#memory;
  }
}

function outOfMemory(size: number): PluginError {
  return new MemoryFull(`${size} bytes`);
}
