/**
 * What Python may have to wait for in the middle of a call, because few runs
 * need it, and what each needs beside its code.
 *
 * @module
 */

import type { BaseMemory } from "./base_memory.ts";
import type { ModuleOffer } from "./imports.ts";
import { LateCode, type RestOfCode } from "./late_code.ts";
import { type Library, libraryImports } from "./library.ts";

/** What goes with the code of most runs. */
export interface LateParts {
  /** What its memory holds at first; nothing when the code brings that. */
  readonly base?: BaseMemory;
  /** The code that few runs need. */
  readonly rest: RestOfCode;
  /** The files of the standard library. */
  readonly stdlib: Library;
}

/**
 * Is told whether a guest stands still in the middle of C, where nothing may
 * enter it, because it waits for a part.
 */
export type StandStill = (isStill: boolean) => void;

/** What one guest imports from `py_plugin` to wait for them. */
export class LateImports {
  /** The functions. */
  readonly imports: ModuleOffer;
  readonly #code: LateCode;

  /**
   * @param parts The parts.
   * @param standStill Is told when the guest waits for one.
   */
  constructor(parts: LateParts, standStill: StandStill) {
    this.#code = new LateCode(parts.rest, standStill);
    this.imports = {
      ...this.#code.imports,
      ...libraryImports(parts.stdlib, standStill),
    };
  }

  /** The instance that they are parts of. */
  attach(instance: WebAssembly.Instance): void {
    this.#code.attach(instance);
  }
}
