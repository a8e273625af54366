/**
 * The messages of a link, as they are written.
 *
 * ```text
 *   REQUEST   number  name  place  caller  operands…
 *   ANSWER    number  value
 *   FAILURE   number  what was thrown
 *   PENDING   number
 *   ABORT     number  reason
 *   NOTE      name  operands…
 *   ABORTED   number
 * ```
 *
 * @module
 */

import { CannotPass, type Encoder } from "../encode.ts";
import { writeResult } from "../write_arguments.ts";
import type { Channel } from "./channel.ts";
import type { LinkValues } from "./link_values.ts";

/** The first item of a message. */
export const Message = {
  REQUEST: 0,
  ANSWER: 1,
  FAILURE: 2,
  /** There is no answer yet: it will be sent. */
  PENDING: 3,
  ABORT: 4,
  NOTE: 5,
  /** It failed with what it was aborted with. */
  ABORTED: 6,
} as const;

/** How a request stands to a call of the receiver's. */
export const Place = { NONE: 0, INSIDE: 1, AFTER: 2 } as const;

/** Writes the operands of a request. */
export type WriteOperands = (encoder: Encoder) => void;

/** The call of the other thread's that code belongs to. */
export interface Origin {
  /** Its number. */
  readonly number: number;
  /** Whether the other thread stands still for it. */
  readonly isInside: boolean;
}

/** Writes messages, and sends them. */
export class Post {
  readonly #channel: Channel;
  readonly #values: LinkValues;
  #isClosed = false;

  /**
   * Make one.
   *
   * @param channel The line.
   * @param values Values as messages.
   */
  constructor(channel: Channel, values: LinkValues) {
    this.#channel = channel;
    this.#values = values;
  }

  /** Whether a request may be served; it counts as begun from now on. */
  begin(number: number): boolean {
    return this.#channel.begin(number);
  }

  /** Send nothing any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** Ask for something. */
  request(
    number: number,
    name: string,
    origin: Origin | undefined,
    write: WriteOperands,
  ): void {
    this.#post((encoder) => {
      encoder.value(Message.REQUEST);
      encoder.value(number);
      encoder.value(name);
      encoder.value(placeOf(origin));
      encoder.value(origin?.number ?? 0);
      write(encoder);
    });
  }

  /** Answer a request. */
  answer(number: number, value: unknown): void {
    this.#post((encoder) => {
      encoder.value(Message.ANSWER);
      encoder.value(number);
      writeResult(encoder, value);
    });
  }

  /** Say of a request that it will be answered, or that it was aborted. */
  state(
    kind: typeof Message.PENDING | typeof Message.ABORTED,
    number: number,
  ): void {
    this.#post((encoder) => {
      encoder.value(kind);
      encoder.value(number);
    });
  }

  /** Say what was thrown; as text when it cannot cross as it is. */
  thrown(
    kind: typeof Message.FAILURE | typeof Message.ABORT,
    number: number,
    error: unknown,
  ): void {
    const write = (failure: unknown) =>
      this.#post((encoder) => {
        encoder.value(kind);
        encoder.value(number);
        encoder.value(failure);
      });
    try {
      write(this.#values.failure(error));
    } catch (reason) {
      if (!(reason instanceof CannotPass)) throw reason;
      write(this.#values.plainFailure(error));
    }
  }

  /** Say something that needs no answer. */
  note(name: string, operands: readonly unknown[]): void {
    this.#post((encoder) => {
      encoder.value(Message.NOTE);
      encoder.value(name);
      for (const operand of operands) encoder.value(operand);
    });
  }

  #post(write: WriteOperands): void {
    if (!this.#isClosed) this.#channel.post(this.#values.compose(write));
  }
}

function placeOf(origin: Origin | undefined): number {
  if (origin === undefined) return Place.NONE;
  return origin.isInside ? Place.INSIDE : Place.AFTER;
}
