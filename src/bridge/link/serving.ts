/**
 * Requests of the other thread's, from when they are read until they are
 * answered.
 *
 * @module
 */

import type { Decoder } from "../decode.ts";
import { isThenable } from "../host_promise.ts";
import { PyObject } from "../py_object.ts";
import { Message, type Origin, Place, type Post } from "./post.ts";

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

/** What answers requests. */
export interface ServingInit {
  /** Answers requests; what it throws is what is answered. */
  serve(request: Request): unknown;
  /** Whether what is asked while this thread stands still waits its turn. */
  readonly defers: boolean;
}

/** Answers the requests of the other thread. */
export class Serving {
  readonly #init: ServingInit;
  readonly #post: Post;
  /** What this thread stands still for, the innermost last. */
  readonly #still: readonly number[];
  readonly #aborts = new Map<number, AbortController>();
  /** Requests that wait until this thread does not stand still any more. */
  #deferred: (() => void)[] = [];

  /**
   * Make one.
   *
   * @param init What answers them.
   * @param post Sends the answers.
   * @param still What this thread stands still for, the innermost last.
   */
  constructor(init: ServingInit, post: Post, still: readonly number[]) {
    this.#init = init;
    this.#post = post;
    this.#still = still;
  }

  /** Whether requests wait until this thread goes on. */
  get hasDeferred(): boolean {
    return this.#deferred.length > 0;
  }

  /** Serve what came while this thread stood still. */
  goOn(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const serve of deferred) serve();
  }

  /** Nobody waits for the answer to a request any more. */
  abort(number: number, reason: () => unknown): void {
    this.#aborts.get(number)?.abort(reason());
  }

  /** The same of all requests. */
  abortAll(reason: unknown): void {
    for (const controller of this.#aborts.values()) controller.abort(reason);
  }

  /** Read a request, and serve it now or later. */
  read(number: number, decoder: Decoder): void {
    const name = decoder.value() as string;
    const place = decoder.value() as number;
    const caller = decoder.value() as number;
    const controller = new AbortController();
    this.#aborts.set(number, controller);
    const request: Request = {
      number,
      name,
      operands: decoder.rest(),
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
    if (!this.#post.begin(number)) return; // its thread is being ended
    let result: unknown;
    try {
      result = this.#init.serve(request);
    } catch (error) {
      return this.#fail(number, error);
    }
    if (!isThenable(result) || result instanceof PyObject) {
      return this.#answer(number, result);
    }
    this.#post.state(Message.PENDING, number);
    result.then(
      (value) => this.#answer(number, value),
      (error) => this.#fail(number, error),
    );
  }

  #answer(number: number, value: unknown): void {
    this.#aborts.delete(number);
    try {
      this.#post.answer(number, value);
    } catch (error) {
      this.#fail(number, error);
    }
  }

  #fail(number: number, error: unknown): void {
    const signal = this.#aborts.get(number)?.signal;
    this.#aborts.delete(number);
    if (signal?.aborted && signal.reason === error) {
      this.#post.state(Message.ABORTED, number);
    } else this.#post.thrown(Message.FAILURE, number, error);
  }
}
