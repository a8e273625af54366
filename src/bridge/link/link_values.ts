/**
 * Values between two threads: the wire's own form, with live objects of either
 * side as numbers.
 *
 * @module
 */

import { Decoder } from "../decode.ts";
import { Encoder } from "../encode.ts";
import type { HostObjectParts } from "../host_objects.ts";
import { WireReader } from "../wire_reader.ts";
import { WireWriter } from "../wire_writer.ts";
import { Attachments } from "./attachments.ts";
import type { LinkMessage } from "./channel.ts";
import { LinkErrors } from "./link_errors.ts";

/** What one side knows of live objects. */
export interface LinkSide {
  /** Hold an object for the other side: what the wire says of it. */
  hold(object: object): HostObjectParts | undefined;
  /** This side's own object with a number. */
  own(number: number): unknown;
  /** The other side's number of what `value` stands for. */
  numberOf(value: object): number | undefined;
  /** What stands for an object of the other side's. */
  standIn(number: number, kind: number, name: string): unknown;
  /** Let go of an object that the other side was told of `count` times. */
  release(number: number, count: number): void;
  /** Let go of all. */
  releaseAll(): void;
}

/** Writes and reads the messages of one end of a link. */
export class LinkValues {
  readonly #side: LinkSide;
  readonly #errors = new LinkErrors();
  readonly #reader = new WireReader();
  readonly #decoder: Decoder;
  /** What is beside the message that is read. */
  #attached: readonly Uint8Array<ArrayBuffer>[] = [];

  /** @param side What knows live objects. */
  constructor(side: LinkSide) {
    this.#side = side;
    this.#decoder = new Decoder(this.#reader, {
      standIn: (number, kind, name) => side.standIn(number, kind, name),
      ownObject: (number) => side.own(number),
      hostError: (parts) => this.#errors.error(parts),
      attachment: (number) => this.#attached[number],
      pythonObject: () => undefined,
      hostObject: () => undefined,
    });
  }

  /**
   * Write a message.
   *
   * @throws {TypeError} When a value cannot cross; nothing is held then.
   */
  compose(write: (encoder: Encoder) => void): LinkMessage {
    const held: number[] = [];
    const attachments = new Attachments();
    const writer = new WireWriter();
    const encoder = new Encoder(writer, {
      pythonNumber: (value) => this.#side.numberOf(value),
      hostParts: (value) => {
        const parts = this.#side.hold(value);
        if (parts !== undefined) held.push(parts[0]);
        return parts;
      },
      errorParts: (error) => this.#errors.parts(error),
      attach: (bytes) => attachments.add(bytes),
    });
    try {
      write(encoder);
      return { bytes: writer.written(), attached: attachments.buffers };
    } catch (error) {
      for (const number of held) this.#side.release(number, 1);
      throw error;
    }
  }

  /** Read a message; all of it is read before another one is. */
  open({ bytes, attached }: LinkMessage): Decoder {
    this.#reader.begin(bytes, 0, bytes.length);
    this.#attached = attached.map((buffer) => new Uint8Array(buffer));
    return this.#decoder;
  }

  /** What the wire says of something that was thrown. */
  failure(thrown: unknown): unknown {
    return thrown instanceof Error ? this.#errors.parts(thrown) : { thrown };
  }

  /** The same of what has something that cannot cross. */
  plainFailure(thrown: unknown): unknown {
    return this.#errors.textParts(thrown);
  }

  /** What was thrown. */
  thrown(failure: unknown): unknown {
    return this.#errors.thrown(failure);
  }

  /** Let go of all live objects. */
  releaseAll(): void {
    this.#side.releaseAll();
  }
}
