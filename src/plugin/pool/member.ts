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
  & Pick<Backend, "alive" | "run" | "call" | "ask" | "reset" | "close">
  & {
    /** Bytes of its memory, as far as known. */
    readonly memory?: number;
  };

/** A place, and what is in it. */
export class Member {
  /** The instance; nothing while there is none. */
  backend: PoolBackend | undefined;
  /** Whether one is being started, or reset. */
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
    return this.backend !== undefined && !this.isBusy && !this.isStarting;
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

  /** Whether its instance has served long enough. */
  isWorn({ calls, age }: PoolSettings, now: number): boolean {
    return this.#calls >= calls || now - this.#since >= age;
  }

  /** Whether a call has ended its instance, or may have spoilt it. */
  isBroken({ crashes }: PoolSettings): boolean {
    return !this.backend?.alive || this.#crashes >= crashes;
  }
}
