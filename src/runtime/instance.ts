/**
 * One live guest.
 *
 * @module
 */

import { PluginClosed, PluginCrashed, PluginLoadError } from "../errors.ts";
import { GuestMemory, ProcessExit } from "../wasi/mod.ts";
import {
  exportedMemory,
  type Se2Exports,
  se2Exports,
  type WrapperExports,
  wrapperExports,
} from "./exports.ts";
import { importObject, importsMemory, type Offer } from "./imports.ts";
import { LateCode, type RestOfCode } from "./late_code.ts";
import { type MemoryImage, placeImage } from "./memory_image.ts";
import { INITIAL_PAGES, PAGE_SIZE, pagesFor } from "./memory_size.ts";

/** What an instance is made from. */
export interface InstanceInit {
  /** The guest. */
  readonly module: WebAssembly.Module;
  /** The rest of its code, when it is our Python, with the wrapper's exports. */
  readonly rest: RestOfCode | undefined;
  /** What it may import. */
  readonly offer: Offer;
  /**
   * The largest memory, in bytes. A guest that brings its own is refused when
   * that is larger to begin with; how it grows is its own affair.
   */
  readonly maximum: number;
  /** What its memory holds besides, before any guest code runs; nothing. */
  readonly image?: MemoryImage | undefined;
  /** Called with the memory before any guest code runs. */
  readonly bind: (memory: WebAssembly.Memory) => void;
  /** Calls `_start` or `_initialize`, by SE2's rule. */
  readonly begin: (instance: WebAssembly.Instance) => void;
}

/**
 * One live guest: a trap ends it, and from then on it refuses every call.
 *
 * Only {@linkcode enter} calls guest code, so nothing that the guest does can
 * pass by the place that notices its end.
 */
export class Instance implements Disposable {
  /** The guest's memory, checked at every touch. */
  readonly memory: GuestMemory;
  /** The SE2 exports. */
  readonly se2: Se2Exports;
  /** The Python wrapper's exports; absent when the guest is another module. */
  readonly wrapper: WrapperExports | undefined;
  readonly #onEnd: ((error: unknown) => void)[] = [];
  #ended: "crashed" | "closed" | undefined;
  #inside = 0;
  #starting = 0;

  private constructor(
    memory: WebAssembly.Memory,
    instance: WebAssembly.Instance,
    python: boolean,
  ) {
    this.memory = new GuestMemory(memory);
    this.se2 = se2Exports(instance);
    this.wrapper = python ? wrapperExports(instance) : undefined;
  }

  /** Instantiate a guest and run its initialisation. */
  static async create(init: InstanceInit): Promise<Instance> {
    const imported = importsMemory(init.module)
      ? new WebAssembly.Memory({
        initial: INITIAL_PAGES,
        maximum: pagesFor(init.maximum),
      })
      : undefined;
    if (imported !== undefined) init.bind(imported);
    const code = init.rest && new LateCode(init.rest);
    const offer = withCode(withMemory(init.offer, imported), code);
    const imports = importObject(init.module, offer);
    const raw = await instantiate(init.module, imports);
    const memory = imported ?? exportedMemory(raw);
    if (memory === undefined) {
      throw new PluginLoadError(
        "Cannot use the module as a plugin: it neither imports nor exports a memory",
      );
    }
    if (memory.buffer.byteLength > init.maximum) {
      throw new PluginLoadError(
        `Cannot use the module as a plugin: its memory has ${memory.buffer.byteLength} bytes, and ${init.maximum} are allowed; raise limits.memory`,
      );
    }
    if (imported === undefined) init.bind(memory);
    if (init.image !== undefined) place(memory, init.image);
    code?.attach(raw);
    const instance = new Instance(memory, raw, code !== undefined);
    instance.enter("its initialisation", () => init.begin(raw));
    return instance;
  }

  /** Whether the guest can still be called. */
  get alive(): boolean {
    return this.#ended === undefined;
  }

  /** Whether the guest has been entered and has not come back yet. */
  get isInside(): boolean {
    return this.#inside > 0;
  }

  /** Whether the guest's code is below in the host's stack, as far as known. */
  get isRunning(): boolean {
    return this.#inside > 0 || this.#starting > 0;
  }

  /** Be told, once, of what ended the guest. */
  onEnd(listener: (error: unknown) => void): void {
    this.#onEnd.push(listener);
  }

  /**
   * Run `step`, which calls the guest.
   *
   * @param what What the guest is doing, for the error's message.
   * @param step The calls into the guest.
   * @throws {PluginCrashed} When the guest trapped or exited: it is dead.
   * @throws {PluginClosed} When it was dead, or closed, before.
   */
  enter<T>(what: string, step: () => T): T {
    this.demandAlive();
    this.#inside += 1;
    try {
      return step();
    } catch (error) {
      throw this.#crashed(what, error);
    } finally {
      this.#inside -= 1;
    }
  }

  /**
   * The same for a step that waits: the guest may be suspended in it, and be
   * entered again meanwhile.
   *
   * @param what What the guest is doing, for the error's message.
   * @param step The call into the guest.
   * @throws {PluginCrashed} When the guest trapped or exited: it is dead.
   * @throws {PluginClosed} When it was dead, or closed, before.
   */
  async enterWaiting<T>(what: string, step: () => Promise<T>): Promise<T> {
    this.demandAlive();
    try {
      return await this.#begin(step);
    } catch (error) {
      throw this.#crashed(what, error);
    }
  }

  /** What runs before the guest waits for the first time is below the host. */
  #begin<T>(step: () => Promise<T>): Promise<T> {
    this.#starting += 1;
    try {
      return step();
    } finally {
      this.#starting -= 1;
    }
  }

  /** Let go of the guest. Its memory goes when nothing refers to it. */
  [Symbol.dispose](): void {
    if (this.#ended !== undefined) return;
    this.#end(
      "closed",
      new PluginClosed("Cannot go on with the call: the plugin was closed"),
    );
  }

  /**
   * Refuse when the guest cannot be called any more.
   *
   * @throws {PluginClosed} When it is dead, or closed.
   */
  demandAlive(): void {
    if (this.#ended === undefined) return;
    throw new PluginClosed(
      `Cannot call the plugin: it ${
        this.#ended === "closed" ? "is closed" : "has crashed"
      }`,
    );
  }

  #crashed(what: string, error: unknown): unknown {
    const reason = crash(what, error);
    if (this.#ended === undefined) this.#end("crashed", reason);
    return reason;
  }

  #end(how: "crashed" | "closed", error: unknown): void {
    this.#ended = how;
    for (const listener of this.#onEnd.splice(0)) listener(error);
  }
}

/** A memory that was saved may be larger than what is allowed now. */
function place(memory: WebAssembly.Memory, image: MemoryImage): void {
  try {
    placeImage(memory, image);
  } catch (cause) {
    throw new PluginLoadError(
      `Cannot start the plugin: its snapshot has ${
        image.size * PAGE_SIZE
      } bytes of memory, and fewer are allowed; raise limits.memory`,
      { cause },
    );
  }
}

async function instantiate(
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
): Promise<WebAssembly.Instance> {
  try {
    return await WebAssembly.instantiate(module, imports);
  } catch (error) {
    if (!(error instanceof WebAssembly.LinkError)) {
      throw crash("its start function", error);
    }
    throw new PluginLoadError(
      `Cannot instantiate the plugin: ${error.message}`,
      { cause: error },
    );
  }
}

function withMemory(offer: Offer, memory: WebAssembly.Memory | undefined) {
  return memory === undefined
    ? offer
    : { ...offer, "env": { ...offer["env"], "memory": memory } };
}

function withCode(offer: Offer, code: LateCode | undefined): Offer {
  if (code === undefined) return offer;
  return { ...offer, "py_plugin": { ...offer["py_plugin"], ...code.imports } };
}

/** What V8 or WASI threw through the guest, as an error that says so. */
function crash(what: string, error: unknown): unknown {
  if (error instanceof ProcessExit) {
    return new PluginCrashed(
      `The plugin ended itself in ${what}: it exited with status ${error.code}`,
      { cause: error },
    );
  }
  if (error instanceof WebAssembly.RuntimeError) {
    return new PluginCrashed(
      `The plugin crashed in ${what}: ${error.message}`,
      { cause: error },
    );
  }
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new PluginCrashed(
      `The plugin crashed in ${what}: it used up the call stack`,
      { cause: error },
    );
  }
  return error; // a bug of the host's, thrown through the guest
}
