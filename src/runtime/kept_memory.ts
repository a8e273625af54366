/**
 * What the memory of every instance begins as, kept outside of the package.
 *
 * @module
 */

import type { Fill } from "./base_memory.ts";

/**
 * Somebody who may have it. The module graph copies a file three times before
 * V8 has it; what is read into the memory itself is there at once.
 */
export interface KeptMemory {
  /**
   * Look for it.
   *
   * @param id Of which image it has to be.
   * @returns What fills a memory with it; nothing when it is not there.
   */
  readonly find: (id: string) => Fill | undefined;
  /**
   * It was not there.
   *
   * @param id Of which image it would have to be.
   * @param make Makes a memory of it.
   */
  readonly missed: (id: string, make: () => WebAssembly.Memory) => void;
}
