/**
 * The memory that every instance of the artifact begins with.
 *
 * @module
 */

import { importObject } from "./imports.ts";
import { INITIAL_PAGES } from "./memory_size.ts";

/** Makes a memory of zeros what the memory of every instance begins as. */
export type Fill = (memory: WebAssembly.Memory) => void;

/**
 * The way of memory.wasm, which V8 places.
 *
 * @param module memory.wasm.
 */
export function fillFrom(module: WebAssembly.Module): Fill {
  return (memory) => {
    const imports = importObject(module, { "python": { "memory": memory } });
    new WebAssembly.Instance(module, imports);
  };
}

/** Fill a memory that no guest runs in. */
export function baseMemory(fill: Fill): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: INITIAL_PAGES,
  });
  fill(memory);
  return memory;
}
