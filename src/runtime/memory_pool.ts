/**
 * Memories of guests that are gone, for the ones that come.
 *
 * @module
 */

import { INITIAL_PAGES, PAGE_SIZE } from "./memory_size.ts";

/**
 * As many wait for a guest: a plugin that is reset needs one, and the memory
 * of each is the process's own as long as it waits.
 */
const MOST = 2;

interface Waiting {
  readonly memory: WebAssembly.Memory;
  /** The pages that it may grow to. */
  readonly maximum: number;
}

/**
 * To make a new memory's pages the process's own, one by one as they are
 * touched, takes longer than all else of an instance together.
 */
export class MemoryPool {
  readonly #waiting: Waiting[] = [];

  /** A memory that holds zeros and may grow to so many pages. */
  take(maximum: number): WebAssembly.Memory {
    const index = this.#waiting.findIndex((one) => one.maximum === maximum);
    const [one] = index < 0 ? [] : this.#waiting.splice(index, 1);
    return one?.memory ??
      new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum });
  }

  /**
   * Take a memory back, of a guest that never runs again. One that has grown
   * cannot become smaller, and is left to the collector.
   */
  give(memory: WebAssembly.Memory, maximum: number): void {
    const isAsNew = memory.buffer.byteLength === INITIAL_PAGES * PAGE_SIZE;
    if (!isAsNew || this.#waiting.length >= MOST) return;
    new Uint8Array(memory.buffer).fill(0);
    this.#waiting.push({ memory, maximum });
  }
}
