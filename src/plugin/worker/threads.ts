/**
 * The threads of one plugin's guests, of which one may be there ahead.
 *
 * @module
 */

import { Thread } from "./thread.ts";

/** Starts threads; one that was started ahead is taken first. */
export class Threads {
  readonly #start: () => Promise<Thread>;
  #ahead: Promise<Thread> | undefined;
  /** The same, once it runs. */
  #running: Thread | undefined;
  #isClosed = false;

  /** @param start Starts one. */
  constructor(start: () => Promise<Thread> = () => Thread.start()) {
    this.#start = start;
  }

  /** Whether one is there that has loaded its code. */
  get isReady(): boolean {
    return this.#running?.isReady ?? false;
  }

  /** Start one ahead, unless one is there. */
  prepare(): void {
    if (this.#isClosed || this.#ahead !== undefined) return;
    const ahead = this.#ahead = this.#start();
    ahead.then((thread) => {
      if (ahead === this.#ahead) this.#running = thread;
    }, () => {}); // who takes it learns why
  }

  /**
   * A thread that nobody else has.
   *
   * @throws {PermissionError} When Deno may not read the thread's own code.
   */
  take(): Promise<Thread> {
    return this.#taken() ?? this.#start();
  }

  /** End the one that nobody has taken; twice is fine. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#taken()?.then((thread) => thread.kill(), () => {});
  }

  #taken(): Promise<Thread> | undefined {
    const ahead = this.#ahead;
    this.#ahead = this.#running = undefined;
    return ahead;
  }
}
