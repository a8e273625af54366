/**
 * The memory that every instance of the artifact begins with.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import { importObject } from "./imports.ts";
import { fillFromKept, type KeptMemory, toBeKept } from "./kept_memory.ts";
import { INITIAL_PAGES } from "./memory_size.ts";
import { SPLIT_NAMES } from "./split_names.ts";

/** Fills memories with what they begin as. */
export class BaseMemory {
  readonly #load: () => Promise<WebAssembly.Module>;
  #module: WebAssembly.Module | undefined;
  #made: WebAssembly.Memory | undefined;

  /** @param load Loads memory.wasm. */
  constructor(load: () => Promise<WebAssembly.Module>) {
    this.#load = load;
  }

  /**
   * Fill a memory of zeros, with what has to be loaded for that.
   *
   * @param memory The memory.
   * @param kept Where it may be found without loading anything.
   */
  async begin(memory: WebAssembly.Memory, kept?: KeptMemory): Promise<void> {
    if (this.#module === undefined && kept !== undefined) {
      if (fillFromKept(memory, kept)) return;
      await this.load();
      kept.missed(() => toBeKept(this.memory));
    }
    await this.load();
    this.fill(memory);
  }

  /** Load what fills memories at once, and what they are compared with. */
  async load(): Promise<void> {
    this.#module ??= await this.#load();
  }

  /** Whether it is loaded. */
  get isLoaded(): boolean {
    return this.#module !== undefined;
  }

  /**
   * Fill a memory of zeros.
   *
   * @throws {InternalError} When it is not loaded.
   */
  fill(memory: WebAssembly.Memory): void {
    const module = this.#module;
    if (module === undefined) {
      throw new InternalError("memory.wasm is not loaded");
    }
    const imports = importObject(module, {
      [SPLIT_NAMES.module]: { [SPLIT_NAMES.memory]: memory },
    });
    new WebAssembly.Instance(module, imports); // V8 places the data
  }

  /**
   * Such a memory, in which no guest runs; it is made when it is asked for.
   *
   * @throws {InternalError} When it is not loaded.
   */
  get memory(): WebAssembly.Memory {
    if (this.#made !== undefined) return this.#made;
    const memory = new WebAssembly.Memory({
      initial: INITIAL_PAGES,
      maximum: INITIAL_PAGES,
    });
    this.fill(memory);
    return this.#made = memory;
  }
}
