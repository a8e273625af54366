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
  #isClosed = false;

  /** @param start Starts one. */
  constructor(start: () => Promise<Thread> = () => Thread.start()) {
    this.#start = start;
  }

  /** Start one ahead, unless one is there. */
  prepare(): void {
    if (this.#isClosed) return;
    this.#ahead ??= this.#start();
    this.#ahead.catch(() => {}); // who takes it learns why
  }

  /**
   * A thread that nobody else has.
   *
   * @throws {PermissionError} When Deno may not read the thread's own code.
   */
  take(): Promise<Thread> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead ?? this.#start();
  }

  /** End the one that nobody has taken; twice is fine. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ahead = this.#ahead;
    this.#ahead = undefined;
    await ahead?.then((thread) => thread.kill(), () => {});
  }
}
