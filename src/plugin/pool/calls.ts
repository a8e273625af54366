/**
 * Calls that a pool has accepted, until they have an answer.
 *
 * @module
 */

import { LimitError, PluginClosed, PoolFull } from "../../errors.ts";
import { parseTimeout } from "../limits.ts";
import { neverBegan } from "../never_began.ts";
import type { Member, PoolBackend } from "./member.ts";
import { type Counters, outcomeOf } from "./metrics.ts";
import type { Places } from "./places.ts";
import type { PoolRunOptions, PoolSettings } from "./pool_options.ts";
import type { InSpan } from "./spans.ts";
import type { Turns } from "./turns.ts";

/** What they are made with. */
export interface CallsInit {
  readonly settings: PoolSettings;
  readonly places: Places;
  readonly turns: Turns;
  readonly counters: Counters;
  readonly inSpan: InSpan;
  /** Milliseconds since some moment. */
  now(): number;
}

/** Does a call with an instance, in the time that is left. */
export type Step<T> = (
  backend: PoolBackend,
  end: { readonly signal?: AbortSignal; readonly timeout?: number },
) => Promise<T>;

/** The time that a call has, in milliseconds. */
interface Span {
  /** How long it may take. */
  readonly time: number;
  /** When it came. */
  readonly begin: number;
  /** How long it waited for an instance, once it has one. */
  waited: number | undefined;
}

/** What a step came to. */
interface Done<T> {
  readonly result: T;
}

/** Finds an instance for each call, and counts how it ends. */
export class Calls {
  readonly #init: CallsInit;
  /** How many have no answer yet. */
  #open = 0;
  /** Who waits until there are none. */
  readonly #drained: (() => void)[] = [];

  /** @param init Where instances are, and what counts. */
  constructor(init: CallsInit) {
    this.#init = init;
  }

  /**
   * Make a call.
   *
   * @param name What is called.
   * @param options How long it may take, and whose call it is.
   * @param step Makes it, with an instance.
   * @throws {PoolFull} When no more calls may wait.
   */
  async make<T>(
    name: string,
    options: PoolRunOptions,
    step: Step<T>,
  ): Promise<T> {
    const { timeout } = options;
    const time = timeout === undefined
      ? this.#init.settings.time
      : parseTimeout(timeout);
    const turn = this.#turn(options, time);
    this.#open += 1;
    const attributes = { "py_plugin.function": name };
    try {
      return await this.#init.inSpan(
        `py_plugin ${name}`,
        attributes,
        () => this.#take(turn, options, time, step),
      );
    } finally {
      this.#open -= 1;
      if (this.#open === 0) this.#drained.splice(0).forEach((tell) => tell());
    }
  }

  /** Wait until there is no call without an answer. */
  drained(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#drained.push(resolve));
  }

  /** Wait for an instance, and let it do the step. */
  async #take<T>(
    turn: Promise<Member>,
    options: PoolRunOptions,
    time: number,
    step: Step<T>,
  ): Promise<T> {
    const { signal } = options;
    const begin = this.#init.now();
    const span: Span = { time, begin, waited: undefined };
    try {
      let done = await this.#answer(await turn, options, span, step);
      while (done === undefined) {
        const left = Math.max(time - (this.#init.now() - begin), 0);
        const next = this.#takeFree() ?? await this.#wait(options, left);
        done = await this.#answer(next, options, span, step);
      }
      this.#init.counters.calls.ok += 1;
      return done.result;
    } catch (error) {
      this.#init.counters.calls[outcomeOf(error, signal)] += 1;
      throw this.#inAll(error, span);
    } finally {
      this.#init.counters.duration.add(this.#init.now() - begin);
    }
  }

  /** Let an instance do the step in the time that is left. */
  async #answer<T>(
    member: Member,
    { id, signal }: PoolRunOptions,
    span: Span,
    step: Step<T>,
  ): Promise<Done<T> | undefined> {
    const { time, begin } = span;
    const waited = span.waited = this.#init.now() - begin;
    const end = {
      ...(signal && { signal }),
      ...(time === Infinity ? {} : { timeout: Math.max(time - waited, 1) }),
    };
    member.id = id;
    let hasBegun = true;
    try {
      const done = await this.#use(member, (backend) => step(backend, end));
      hasBegun = done !== undefined;
      return done;
    } finally {
      if (hasBegun) this.#init.counters.wait.add(waited);
    }
  }

  /** A limit of time is told as it was given: of waiting and all. */
  #inAll(error: unknown, { time, begin, waited }: Span): unknown {
    if (!(error instanceof LimitError) || error.limit !== "time") return error;
    const used = this.#init.now() - begin;
    return new LimitError({
      limit: "time",
      value: time,
      used,
      waited: waited ?? used,
      frames: error.frames,
      cause: error.cause,
    });
  }

  /** Answers nothing when the instance has ended before the step began. */
  async #use<T>(
    member: Member,
    step: (backend: PoolBackend) => Promise<T>,
  ): Promise<Done<T> | undefined> {
    let failure: unknown;
    try {
      if (member.backend === undefined) throw closed();
      return { result: await step(member.backend) };
    } catch (error) {
      failure = error;
      if (neverBegan(member.backend, error)) return undefined;
      throw error;
    } finally {
      this.#init.places.giveBack(member, failure);
    }
  }

  /**
   * An instance for a call, now or later.
   *
   * @throws {PoolFull} When no more calls may wait.
   */
  #turn(options: PoolRunOptions, time: number): Promise<Member> {
    const free = this.#takeFree();
    if (free === undefined && this.#init.turns.isFull) {
      this.#init.counters.refused += 1;
      throw new PoolFull(this.#init.turns.size);
    }
    return free === undefined
      ? this.#wait(options, time)
      : Promise.resolve(free);
  }

  /** An instance that nobody waits for. */
  #takeFree(): Member | undefined {
    if (this.#init.turns.size > 0) return undefined;
    const free = this.#init.places.members.find(({ isFree }) => isFree);
    if (free !== undefined) free.isBusy = true;
    return free;
  }

  #wait(options: PoolRunOptions, time: number): Promise<Member> {
    const turn = this.#init.turns.wait(options, time);
    this.#init.places.fillAll();
    return turn;
  }
}

/** The error for who calls a pool, or waits, when that is closed. */
export function closed(): PluginClosed {
  return new PluginClosed("Cannot call the pool: it is closed");
}
