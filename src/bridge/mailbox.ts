/**
 * Messages to and from one guest.
 *
 * @module
 */

import { PluginError } from "../errors.ts";
import type { Instance, WrapperExports } from "../runtime/mod.ts";
import { Decoder, type LiveObjects } from "./decode.ts";
import { Encoder, type LiveNumbers } from "./encode.ts";
import { WireReader } from "./wire_reader.ts";
import { WireWriter } from "./wire_writer.ts";

/** What the mailbox asks about values that are no data. */
export interface Live
  extends LiveObjects, Required<Omit<LiveNumbers, "attach">> {
  /** Lets go of a host object: the message that names it is not sent. */
  release(number: number): void;
}

/** Writes the values of a message. */
export type WriteMessage = (encoder: Encoder) => void;

/** A message that waits to be put into the inbox. */
export interface Message {
  /** Its bytes. */
  readonly writer: WireWriter;
  /** The host objects that it names. */
  readonly held: readonly number[];
}

/** The guest's inbox and outbox. */
export class Mailbox {
  readonly #instance: Instance;
  readonly #wrapper: WrapperExports;
  readonly #live: Live;
  readonly #writers: WireWriter[] = [];

  /**
   * Make one.
   *
   * @param instance The guest.
   * @param wrapper Its exports.
   * @param live What knows live objects.
   */
  constructor(instance: Instance, wrapper: WrapperExports, live: Live) {
    this.#instance = instance;
    this.#wrapper = wrapper;
    this.#live = live;
  }

  /**
   * Put a message into the inbox.
   *
   * @param write Writes its values.
   * @throws {TypeError} When a value cannot cross; nothing is sent then.
   */
  send(write: WriteMessage): void {
    this.put(this.compose(write));
  }

  /** Write a message that is put into the inbox later, or let go of. */
  compose(write: WriteMessage): Message {
    const writer = this.#writers.pop() ?? new WireWriter();
    const held: number[] = [];
    const message = { writer, held };
    try {
      write(new Encoder(writer, this.#numbers(held)));
      return message;
    } catch (error) {
      this.letGo(message);
      throw error;
    }
  }

  /** Put a message that was written before into the inbox. */
  put(message: Message): void {
    const { writer } = message;
    const size = writer.length;
    const pointer = this.#instance.enter(
      "a call",
      () => this.#wrapper.inbox(size),
    ) >>> 0;
    if (pointer === 0) {
      this.letGo(message);
      throw outOfMemory(size);
    }
    writer.copyTo(this.#instance.memory.bytes(pointer, size));
    this.#keep(writer);
  }

  /** Let go of a message that is not sent. */
  letGo({ writer, held }: Message): void {
    for (const number of held) this.#live.release(number);
    this.#keep(writer);
  }

  /** Read a message of the guest's: all of it before anything else is sent. */
  read<T>(pointer: number, size: number, read: (decoder: Decoder) => T): T {
    const bytes = this.#instance.memory.bytes(pointer, size);
    return read(new Decoder(new WireReader(bytes), this.#live));
  }

  /** The guest's answer to a request: one value of `size` bytes. */
  answer(size: number): unknown {
    const pointer = this.#instance.enter(
      "a call",
      () => this.#wrapper.outbox(),
    );
    return this.read(pointer, size, (decoder) => decoder.value());
  }

  #keep(writer: WireWriter): void {
    writer.reset();
    this.#writers.push(writer);
  }

  #numbers(held: number[]): LiveNumbers {
    return {
      pythonNumber: (value) => this.#live.pythonNumber(value),
      errorParts: (error) => this.#live.errorParts(error),
      hostParts: (value) => {
        const parts = this.#live.hostParts(value);
        if (parts !== undefined) held.push(parts[0]);
        return parts;
      },
    };
  }
}

function outOfMemory(size: number): PluginError {
  return new PluginError(
    `Cannot pass ${size} bytes: the plugin's memory is full; raise limits.memory`,
    { fault: "limits" },
  );
}
