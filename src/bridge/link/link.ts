/**
 * Calls between two threads, both ways, one inside the other.
 *
 * A call is waited for by standing still, as a call across the bridge is; what
 * the other thread asks meanwhile is answered. Or it answers with a promise.
 *
 * ```text
 *   host                                worker
 *   send("call")             -->        enters the guest
 *                            <--        ask("function"): stands still
 *   runs the function
 *     ask("callSync")        -->        enters the guest again
 *                            <--        answer
 *   answer                   -->        goes on
 *                            <--        answer
 * ```
 *
 * @module
 */

import { InternalError } from "../../errors.ts";
import type { Decoder } from "../decode.ts";
import { CannotPass, type Encoder } from "../encode.ts";
import { isThenable } from "../host_promise.ts";
import { PyObject } from "../py_object.ts";
import { writeResult } from "../write_arguments.ts";
import type { Channel, LinkMessage } from "./channel.ts";
import type { LinkValues } from "./link_values.ts";

/** The first item of a message. */
const Message = {
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
const Place = { NONE: 0, INSIDE: 1, AFTER: 2 } as const;

/** Writes the operands of a request. */
export type WriteOperands = (encoder: Encoder) => void;

/** The call of the other thread's that code belongs to. */
export interface Origin {
  /** Its number. */
  readonly number: number;
  /** Whether the other thread stands still for it. */
  readonly isInside: boolean;
}

/** A request of the other thread's. */
export interface Request {
  /** Its number. */
  readonly number: number;
  /** What is asked for. */
  readonly name: string;
  /** What it is asked about. */
  readonly operands: readonly unknown[];
  /** The call of this thread's that it belongs to, and that has not ended. */
  readonly origin: Origin | undefined;
  /** Says that nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What a link asks of whoever holds it. */
export interface LinkInit {
  /** Values as messages. */
  readonly values: LinkValues;
  /** Answers requests; what it throws is what is answered. */
  serve(request: Request): unknown;
  /** Is told what needs no answer. */
  note?(name: string, operands: readonly unknown[]): void;
  /** The call of the other thread's that the running code belongs to. */
  origin?(): Origin | undefined;
  /** Whether what is asked while this thread stands still waits its turn. */
  readonly defers: boolean;
}

/** How a request that may take a while is made. */
export interface SendOptions {
  /** Ends it early: what it is aborted with is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of a request. */
type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "failure"; readonly parts: unknown }
  | { readonly kind: "aborted" }
  | { readonly kind: "ended"; readonly reason: unknown };

type Settle = (outcome: Outcome) => void;

/** How long this thread stands still before it looks at its deadline. */
const LOOK_MS = 50;

/** Why nothing is answered any more. */
interface Dead {
  readonly reason: unknown;
}

/** A wait for an answer, standing still. */
class Wait {
  /** The answer, when it came at once. */
  outcome: Outcome | undefined;
  /** The answer, when it comes after a while. */
  readonly later = Promise.withResolvers<Outcome>();
  /** Whether there is no reason to stand still any more. */
  isOver = false;
  #isPending = false;

  /** There is an answer. */
  end(outcome: Outcome): void {
    if (this.#isPending) return this.later.resolve(outcome);
    this.outcome = outcome;
    this.isOver = true;
  }

  /** There will be an answer. */
  goOn(): void {
    this.#isPending = this.isOver = true;
  }
}

/** One end of a link. */
export class Link {
  readonly #channel: Channel;
  readonly #init: LinkInit;
  readonly #waiting = new Map<number, Settle>();
  readonly #serving = new Map<number, AbortController>();
  /** Requests that wait until this thread does not stand still any more. */
  #deferred: (() => void)[] = [];
  /** What this thread stands still for, the innermost last. */
  readonly #still: number[] = [];
  #last = 0;
  #dead: Dead | undefined;

  /**
   * Make one.
   *
   * @param channel The line.
   * @param init What answers the other thread.
   */
  constructor(channel: Channel, init: LinkInit) {
    this.#channel = channel;
    this.#init = init;
  }

  /** Begin to hear the other thread. */
  listen(): void {
    this.#channel.listen((message) => {
      this.resume();
      this.#read(message);
    });
  }

  /**
   * Go on after a deadline may have cut off who stood still. It is called in a
   * turn of its own, where nobody stands still.
   */
  resume(): void {
    this.#still.length = 0;
    if (this.#deferred.length > 0) this.#goOn();
  }

  /** How many answers are waited for. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** The number that the next request will have. */
  get next(): number {
    return this.#last + 1;
  }

  /**
   * Ask, and stand still until there is an answer.
   *
   * @param name What is asked for.
   * @param write Writes what it is asked about.
   * @param check Is called from time to time; what it throws ends the wait.
   * @returns The answer, or a promise of one.
   */
  ask(name: string, write: WriteOperands, check?: () => void): unknown {
    const wait = new Wait();
    const number = this.#request(name, write, (outcome) => wait.end(outcome));
    this.#pendingOf.set(number, wait);
    try {
      this.#standStill(number, wait, check);
    } finally {
      this.#pendingOf.delete(number);
    }
    const { outcome } = wait;
    return outcome === undefined
      ? this.#later(wait.later.promise)
      : this.#valueOf(outcome);
  }

  /** Ask; the answer comes after a while. */
  async send(
    name: string,
    write: WriteOperands,
    { signal }: SendOptions = {},
  ): Promise<unknown> {
    signal?.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const number = this.#request(name, write, resolve);
    const abort = () =>
      this.#postFailure([Message.ABORT, number], signal?.reason);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    try {
      const outcome = await promise;
      if (outcome.kind === "aborted") throw signal?.reason;
      return this.#valueOf(outcome);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Tell the other thread something. */
  tell(name: string, ...operands: readonly unknown[]): void {
    this.#post((encoder) => {
      encoder.value(Message.NOTE);
      encoder.value(name);
      for (const operand of operands) encoder.value(operand);
    });
  }

  /** Hear nothing more: what waits for an answer gets `reason`. */
  end(reason: unknown): void {
    if (this.#dead !== undefined) return;
    this.#dead = { reason };
    this.#channel.close();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const settle of waiting) settle({ kind: "ended", reason });
    for (const controller of this.#serving.values()) controller.abort(reason);
    this.#init.values.releaseAll();
  }

  /** What to do when the answer to a request is a promise. */
  readonly #pendingOf = new Map<number, Wait>();

  #request(name: string, write: WriteOperands, settle: Settle): number {
    if (this.#dead !== undefined) throw this.#dead.reason;
    const number = this.#last += 1;
    const origin = this.#init.origin?.();
    this.#post((encoder) => {
      encoder.value(Message.REQUEST);
      encoder.value(number);
      encoder.value(name);
      encoder.value(placeOf(origin));
      encoder.value(origin?.number ?? 0);
      write(encoder);
    });
    // Writing the operands may have run anybody's code.
    if (this.#dead !== undefined) throw (this.#dead as Dead).reason;
    this.#waiting.set(number, settle);
    if (this.#waiting.size === 1) this.#channel.hold(true);
    return number;
  }

  /** Answer what is asked, until the wait is over. */
  #standStill(
    number: number,
    wait: Wait,
    check: (() => void) | undefined,
  ): void {
    const depth = this.#still.length;
    this.#still.push(number);
    try {
      for (;;) {
        const { sent } = this.#channel;
        for (
          let message = this.#channel.take();
          message !== undefined;
          message = this.#channel.take()
        ) this.#read(message);
        if (wait.isOver) return;
        check?.();
        this.#channel.wait(sent, LOOK_MS);
      }
    } finally {
      this.#still.length = depth; // one above may have been cut off
      if (this.#deferred.length > 0 && this.#still.length === 0) {
        queueMicrotask(() => this.#goOn());
      }
    }
  }

  /** Serve what came while this thread stood still. */
  #goOn(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const serve of deferred) serve();
  }

  #read(message: LinkMessage): void {
    const decoder = this.#init.values.open(message);
    const kind = decoder.value();
    if (kind === Message.NOTE) {
      const name = decoder.value() as string;
      return this.#init.note?.(name, rest(decoder));
    }
    const number = decoder.value() as number;
    switch (kind) {
      case Message.REQUEST:
        return this.#onRequest(number, decoder);
      case Message.ANSWER:
        return this.#settle(number, {
          kind: "value",
          value: decoder.value(),
        });
      case Message.FAILURE:
        return this.#settle(number, {
          kind: "failure",
          parts: decoder.value(),
        });
      case Message.ABORTED:
        return this.#settle(number, { kind: "aborted" });
      case Message.PENDING:
        return this.#pendingOf.get(number)?.goOn();
      case Message.ABORT:
        return this.#serving.get(number)?.abort(
          this.#init.values.thrown(decoder.value()),
        );
    }
  }

  #settle(number: number, outcome: Outcome): void {
    const settle = this.#waiting.get(number);
    this.#waiting.delete(number);
    this.#pendingOf.delete(number);
    if (this.#waiting.size === 0) this.#channel.hold(false);
    settle?.(outcome);
  }

  #onRequest(number: number, decoder: Decoder): void {
    const name = decoder.value() as string;
    const place = decoder.value() as number;
    const caller = decoder.value() as number;
    const controller = new AbortController();
    this.#serving.set(number, controller);
    const request: Request = {
      number,
      name,
      operands: rest(decoder),
      origin: place === Place.NONE
        ? undefined
        : { number: caller, isInside: place === Place.INSIDE },
      signal: controller.signal,
    };
    const serve = () => this.serveAcross(request);
    if (this.#mayServe(request.origin)) serve();
    else this.#deferred.push(serve);
  }

  /** Whether a request is served now, although this thread stands still. */
  #mayServe(origin: Origin | undefined): boolean {
    return !this.#init.defers || this.#still.length === 0 ||
      (origin?.isInside === true && origin.number === this.#still.at(-1));
  }

  /** Answer a request; `stack.ts` looks for this frame. */
  private serveAcross(request: Request): void {
    const { number } = request;
    let result: unknown;
    try {
      result = this.#init.serve(request);
    } catch (error) {
      return this.#fail(number, error);
    }
    if (!isThenable(result) || result instanceof PyObject) {
      return this.#answer(number, result);
    }
    this.#post((encoder) => {
      encoder.value(Message.PENDING);
      encoder.value(number);
    });
    result.then(
      (value) => this.#answer(number, value),
      (error) => this.#fail(number, error),
    );
  }

  #answer(number: number, value: unknown): void {
    this.#serving.delete(number);
    try {
      this.#post((encoder) => {
        encoder.value(Message.ANSWER);
        encoder.value(number);
        writeResult(encoder, value);
      });
    } catch (error) {
      this.#fail(number, error);
    }
  }

  #fail(number: number, error: unknown): void {
    const signal = this.#serving.get(number)?.signal;
    this.#serving.delete(number);
    if (!signal?.aborted || signal.reason !== error) {
      return this.#postFailure([Message.FAILURE, number], error);
    }
    this.#post((encoder) => {
      encoder.value(Message.ABORTED);
      encoder.value(number);
    });
  }

  /** Post what was thrown; as text when it cannot cross as it is. */
  #postFailure(head: readonly number[], error: unknown): void {
    const write = (failure: unknown) =>
      this.#post((encoder) => {
        for (const item of head) encoder.value(item);
        encoder.value(failure);
      });
    try {
      write(this.#init.values.failure(error));
    } catch (reason) {
      if (!(reason instanceof CannotPass)) throw reason;
      write(this.#init.values.plainFailure(error));
    }
  }

  #post(write: WriteOperands): void {
    if (this.#dead !== undefined) return;
    this.#channel.post(this.#init.values.compose(write));
  }

  /** In the asker's own async function: its callers are in the stack. */
  async #later(outcome: Promise<Outcome>): Promise<unknown> {
    return this.#valueOf(await outcome);
  }

  #valueOf(outcome: Outcome): unknown {
    switch (outcome.kind) {
      case "value":
        return outcome.value;
      case "failure":
        throw this.#init.values.thrown(outcome.parts);
      case "aborted":
        throw new InternalError("A call was aborted that nobody can abort");
      case "ended":
        throw outcome.reason;
      default:
        return outcome satisfies never;
    }
  }
}

function placeOf(origin: Origin | undefined): number {
  if (origin === undefined) return Place.NONE;
  return origin.isInside ? Place.INSIDE : Place.AFTER;
}

/** All values that are left in a message. */
function rest(decoder: Decoder): unknown[] {
  const values: unknown[] = [];
  while (decoder.left > 0) values.push(decoder.value());
  return values;
}
