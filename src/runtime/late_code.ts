/**
 * The code of the guest that few runs need.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import { importObject, type ModuleOffer } from "./imports.ts";
import { Suspending } from "./jspi.ts";
import type { StandStill } from "./late_parts.ts";
import { SPLIT_NAMES } from "./split_names.ts";

/** The rest of a module's code, loaded once for all instances. */
export class RestOfCode {
  readonly #load: () => Promise<WebAssembly.Module>;
  #loading: Promise<WebAssembly.Module> | undefined;
  #module: WebAssembly.Module | undefined;

  /** @param load Brings it. */
  constructor(load: () => Promise<WebAssembly.Module>) {
    this.#load = load;
  }

  /** The compiled code; nothing before it has been loaded. */
  get module(): WebAssembly.Module | undefined {
    return this.#module;
  }

  /** Load it, unless it is there. */
  async load(): Promise<WebAssembly.Module> {
    if (this.#module !== undefined) return this.#module;
    try {
      return this.#module = await (this.#loading ??= this.#load());
    } finally {
      this.#loading = undefined;
    }
  }
}

/**
 * Joins the rest of the code to one instance, when its first function is
 * called (`wrapper/code.c`).
 *
 * ```text
 *   guest                          host
 *   plug_bring()
 *     host_code(may wait)   -->    there: join it, 1
 *                                  not there: 0, or the end of the instance
 *     host_code_soon()      -->    load it, the guest suspended meanwhile
 *     host_code(may wait)   -->    join it, 1
 * ```
 */
export class LateCode {
  readonly #rest: RestOfCode;
  readonly #standStill: StandStill;
  #instance: WebAssembly.Instance | undefined;

  /**
   * @param rest The rest of the code.
   * @param standStill Is told when the guest waits for it.
   */
  constructor(rest: RestOfCode, standStill: StandStill = () => {}) {
    this.#rest = rest;
    this.#standStill = standStill;
  }

  /** What the guest imports for it from `py_plugin`. */
  get imports(): ModuleOffer {
    return {
      "host_code": (mayWait: number) => this.#code(mayWait !== 0),
      "host_code_soon": new Suspending(() => {
        this.#standStill(true);
        return this.#rest.load();
      }),
    };
  }

  /** The instance that it is the code of. */
  attach(instance: WebAssembly.Instance): void {
    this.#instance = instance;
  }

  #code(mayWait: boolean): number {
    const { module } = this.#rest;
    this.#standStill(false);
    if (module !== undefined) {
      this.#join(module);
      return 1;
    }
    if (mayWait) return 0;
    throw new InternalError(
      "The plugin needs code that is not loaded yet, where it cannot wait for it",
    );
  }

  /** Both parts share the first one's table, globals and memory. */
  #join(module: WebAssembly.Module): void {
    const exports = this.#instance?.exports ?? {};
    const there = exports[SPLIT_NAMES.isThere];
    if (!(there instanceof WebAssembly.Global)) {
      throw new InternalError("The module has no rest of code");
    }
    new WebAssembly.Instance(
      module,
      importObject(module, { [SPLIT_NAMES.module]: exports }),
    );
    there.value = 1;
  }
}
