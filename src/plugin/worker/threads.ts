/**
 * The threads of one plugin's guests, of which one may be there ahead.
 *
 * @module
 */

import { Thread } from "./thread.ts";

/** Starts threads; one that was started ahead is taken first. */
export class Threads {
  #ahead: Promise<Thread> | undefined;
  #isClosed = false;

  /** Start one ahead, unless one is there. */
  prepare(): void {
    if (this.#isClosed) return;
    this.#ahead ??= Thread.start();
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
    return ahead ?? Thread.start();
  }

  /** End the one that nobody has taken; twice is fine. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ahead = this.#ahead;
    this.#ahead = undefined;
    await ahead?.then((thread) => thread.kill(), () => {});
  }
}
