/**
 * What of a guest another one can have after it.
 *
 * @module
 */

import { type WrapperExports, wrapperExports } from "./exports.ts";
import { type Offer, SwitchedImports } from "./imports.ts";
import type { KeptMemory } from "./kept_memory.ts";
import { LateImports, type LateParts, type StandStill } from "./late_parts.ts";
import { IMAGE_PAGE } from "./memory_image.ts";
import { MemoryPair } from "./memory_pair.ts";
import { INITIAL_PAGES, PAGE_SIZE } from "./memory_size.ts";
import { SPLIT_NAMES } from "./split_names.ts";

/** What a {@linkcode Body} is made from. */
export interface BodyInit {
  /** Our Python. */
  readonly module: WebAssembly.Module;
  /** What it may have to wait for. */
  readonly parts: LateParts;
  /** The pages that its memory may grow to. */
  readonly maximum: number;
}

/** What a guest brings into its body. */
export interface Tenant {
  /** The functions that it calls. */
  readonly offer: Offer;
  /** Is told when it stands still. */
  readonly standStill: StandStill;
}

/**
 * The memory and V8's instance of our Python, for one guest after the other:
 * to make them takes longer than all else of a guest together.
 *
 * What they hold of a guest is in the memory, which is made as new for the
 * next one; in the global variables, which have to be as they were; and in the
 * table, which the rest of the code alone writes, and always the same.
 */
export class Body {
  /** The memory. */
  readonly memory: WebAssembly.Memory;
  /** The pages that it may grow to. */
  readonly maximum: number;
  /** V8's instance. */
  readonly raw: WebAssembly.Instance;
  /** Its functions. */
  readonly wrapper: WrapperExports;
  readonly #init: BodyInit;
  readonly #imports: SwitchedImports;
  /** What every guest is offered. */
  readonly #own: Offer;
  /** The global variables as they were. */
  readonly #globals: ReadonlyMap<WebAssembly.Global, unknown>;
  #pair: MemoryPair | undefined;
  #offer: Offer;
  #standStill: StandStill;

  private constructor(
    init: BodyInit,
    tenant: Tenant,
    memory: WebAssembly.Memory,
  ) {
    const { module, parts, maximum } = init;
    this.#init = init;
    this.maximum = maximum;
    this.memory = memory;
    this.#offer = tenant.offer;
    this.#standStill = tenant.standStill;
    const late = new LateImports(parts, (isStill) => this.#standStill(isStill));
    this.#own = {
      "env": { "memory": this.memory },
      "py_plugin": late.imports,
    };
    this.#imports = new SwitchedImports(module, this.#with(tenant.offer));
    this.raw = new WebAssembly.Instance(module, this.#imports.object);
    late.attach(this.raw);
    this.wrapper = wrapperExports(this.raw);
    this.#globals = globalsOf(this.raw);
  }

  /**
   * Make one.
   *
   * @param init The module, and what belongs to it.
   * @param tenant Who lives in it first.
   * @param kept Where what its memory begins as may be found.
   * @throws {PluginLoadError} When the guest is not offered what it needs.
   */
  static async create(
    init: BodyInit,
    tenant: Tenant,
    kept?: KeptMemory,
  ): Promise<Body> {
    const memory = newMemory(init.maximum);
    await init.parts.base?.begin(memory, kept);
    return new Body(init, tenant, memory);
  }

  /** Let another guest live in it. */
  enter({ offer, standStill }: Tenant): void {
    this.#imports.connect(this.#with(offer));
    this.#offer = offer;
    this.#standStill = standStill;
  }

  /** Make its memory what the memory of every instance begins as. */
  restore(base: WebAssembly.Memory): void {
    this.#pair ??= new MemoryPair(this.memory, base);
    this.#pair.restore(IMAGE_PAGE);
  }

  /** A body like this one, for a guest that enters it. */
  another(): Body {
    const memory = newMemory(this.maximum);
    this.#init.parts.base?.fill(memory);
    const tenant = { offer: this.#offer, standStill: this.#standStill };
    return new Body(this.#init, tenant, memory);
  }

  /**
   * Whether another guest can have it: a memory that has grown cannot become
   * smaller, and what stack pointer a guest left in its middle had is unknown.
   */
  get isReusable(): boolean {
    if (this.memory.buffer.byteLength !== INITIAL_PAGES * PAGE_SIZE) {
      return false;
    }
    for (const [global, value] of this.#globals) {
      if (global.value !== value) return false;
    }
    return true;
  }

  #with(offer: Offer): Offer {
    const all: Record<string, Offer[string]> = { ...offer };
    for (const [name, fields] of Object.entries(this.#own)) {
      all[name] = { ...offer[name], ...fields };
    }
    return all;
  }
}

function newMemory(maximum: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum });
}

/** The variables that a module exports, with their values. */
function globalsOf(
  { exports }: WebAssembly.Instance,
): ReadonlyMap<WebAssembly.Global, unknown> {
  const globals = new Map<WebAssembly.Global, unknown>();
  for (const [name, value] of Object.entries(exports)) {
    // The code that has come stays.
    if (
      name === SPLIT_NAMES.isThere || !(value instanceof WebAssembly.Global)
    ) {
      continue;
    }
    globals.set(value, value.value);
  }
  return globals;
}
