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
import type { Channel, LinkMessage } from "./channel.ts";
import type { LinkValues } from "./link_values.ts";
import { Message, type Origin, Post, type WriteOperands } from "./post.ts";
import { Serving, type ServingInit } from "./serving.ts";
import { type Outcome, type Settle, Wait } from "./wait.ts";

/** What a link asks of whoever holds it. */
export interface LinkInit extends ServingInit {
  /** Values as messages. */
  readonly values: LinkValues;
  /** Is told what needs no answer. */
  note?(name: string, operands: readonly unknown[]): void;
  /** The call of the other thread's that the running code belongs to. */
  origin?(): Origin | undefined;
}

/** How a request that may take a while is made. */
export interface SendOptions {
  /** Ends it early: what it is aborted with is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Is told when it is served, if it is not answered at once. */
  readonly pending?: () => void;
}

/** How long this thread stands still before it looks at its deadline. */
const LOOK_MS = 50;

/** Why nothing is answered any more. */
interface Dead {
  readonly reason: unknown;
}

/** One end of a link. */
export class Link {
  readonly #channel: Channel;
  readonly #init: LinkInit;
  readonly #post: Post;
  readonly #serving: Serving;
  readonly #waiting = new Map<number, Settle>();
  /** What to do when the answer to a request is a promise. */
  readonly #pendingOf = new Map<number, () => void>();
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
    this.#post = new Post(channel, init.values);
    this.#serving = new Serving(init, this.#post, this.#still);
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
    if (this.#serving.hasDeferred) this.#serving.goOn();
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
    this.#pendingOf.set(number, () => wait.goOn());
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
    { signal, pending }: SendOptions = {},
  ): Promise<unknown> {
    signal?.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const number = this.#request(name, write, resolve);
    if (pending !== undefined) this.#pendingOf.set(number, pending);
    const abort = () =>
      this.#post.thrown(Message.ABORT, number, signal?.reason);
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
    this.#post.note(name, operands);
  }

  /**
   * Hear nothing more.
   *
   * @param reason What those get who wait for an answer.
   * @param notBegun The same when the other thread has not begun to serve the
   * request, and never will.
   */
  end(reason: unknown, notBegun: unknown = reason): void {
    if (this.#dead !== undefined) return;
    this.#dead = { reason };
    const hasBegun = this.#channel.stop();
    this.#post.close();
    this.#channel.close();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#pendingOf.clear();
    for (const [number, settle] of waiting) {
      settle({ kind: "ended", reason: hasBegun(number) ? reason : notBegun });
    }
    this.#serving.abortAll(reason);
    this.#init.values.releaseAll();
  }

  #request(name: string, write: WriteOperands, settle: Settle): number {
    if (this.#dead !== undefined) throw this.#dead.reason;
    const number = this.#last += 1;
    this.#post.request(number, name, this.#init.origin?.(), write);
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
      if (this.#serving.hasDeferred && this.#still.length === 0) {
        queueMicrotask(() => this.#serving.goOn());
      }
    }
  }

  #read(message: LinkMessage): void {
    const decoder = this.#init.values.open(message);
    const kind = decoder.value();
    if (kind === Message.NOTE) {
      const name = decoder.value() as string;
      return this.#init.note?.(name, decoder.rest());
    }
    const number = decoder.value() as number;
    switch (kind) {
      case Message.REQUEST:
        return this.#serving.read(number, decoder);
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
        return this.#pendingOf.get(number)?.();
      case Message.ABORT:
        return this.#serving.abort(
          number,
          () => this.#init.values.thrown(decoder.value()),
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
