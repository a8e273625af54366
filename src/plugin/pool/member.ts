/**
 * One place of a pool, with the instance that is in it.
 *
 * @module
 */

import { LimitError, ProtocolError } from "../../errors.ts";
import type { Backend } from "../backend.ts";
import type { PoolSettings } from "./pool_options.ts";

/** What a pool asks of an instance. */
export type PoolBackend =
  & Pick<Backend, "alive" | "run" | "call" | "ask" | "close">
  & {
    /** Bytes of its memory, as far as known. */
    readonly memory?: number;
  };

/** A place, and what is in it. */
export class Member {
  /** The instance; nothing while there is none. */
  backend: PoolBackend | undefined;
  /** Whether one is being started. */
  isStarting = false;
  /** Whether it answers a call. */
  isBusy = false;
  /** What the caller calls the call that it answers. */
  id: string | undefined;
  #calls = 0;
  #crashes = 0;
  #since = 0;

  /** Whether it can answer a call now. */
  get isFree(): boolean {
    return this.backend !== undefined && !this.isBusy;
  }

  /** Whether an instance is to be put into it. */
  get isEmpty(): boolean {
    return this.backend === undefined && !this.isStarting;
  }

  /** Put an instance into it. */
  fill(backend: PoolBackend, now: number): void {
    this.backend = backend;
    this.#calls = this.#crashes = 0;
    this.#since = now;
  }

  /** Take the instance out of it. */
  empty(): PoolBackend | undefined {
    const { backend } = this;
    this.backend = undefined;
    return backend;
  }

  /** Note how a call ended: with an error, or well. */
  note(error: unknown): void {
    this.#calls += 1;
    if (error instanceof LimitError || error instanceof ProtocolError) {
      this.#crashes += 1;
    }
  }

  /** Whether its instance has served long enough, or is gone. */
  isSpent(settings: PoolSettings, now: number): boolean {
    return !this.backend?.alive || this.#calls >= settings.calls ||
      this.#crashes >= settings.crashes || now - this.#since >= settings.age;
  }
}
