/**
 * One live guest.
 *
 * @module
 */

import {
  type CrashInit,
  LimitError,
  PluginClosed,
  PluginError,
  PluginLoadError,
} from "../errors.ts";
import { aboutText } from "../size_text.ts";
import { GuestMemory } from "../wasi/mod.ts";
import { Body } from "./body.ts";
import type { BodyPool } from "./body_pool.ts";
import { crashOf } from "./crash.ts";
import { Deadlines, type Over, type Period } from "./deadlines.ts";
import { type Ended, endedText, type Left, leftError } from "./ended.ts";
import { type Se2Exports, se2Exports, type WrapperExports } from "./exports.ts";
import type { Offer } from "./imports.ts";
import type { KeptMemory } from "./kept_memory.ts";
import type { LateParts } from "./late_parts.ts";
import { captureImage, type MemoryImage, placeImage } from "./memory_image.ts";
import { PAGE_SIZE, pagesFor } from "./memory_size.ts";
import { instantiateModule } from "./module_instance.ts";

/**
 * The guests whose code is below in the stack, the lowest first. A thread has
 * one stack, so this is one list: what a timed step has cut off is in it.
 */
const entered: Instance[] = [];

/** What is known of a guest that has ended. */
export type LastWords = Required<Pick<CrashInit, "frames" | "syscalls">>;

/** What an instance is made from. */
export interface InstanceInit {
  /** The guest. */
  readonly module: WebAssembly.Module;
  /** What it may have to wait for, when it is our Python. */
  readonly late: LateParts | undefined;
  /** What it may import. */
  readonly offer: Offer;
  /**
   * The largest memory, in bytes. A guest that brings its own is refused when
   * that is larger to begin with; how it grows is its own affair.
   */
  readonly maximum: number;
  /** Where what its memory begins as may be found; the package has it. */
  readonly kept?: KeptMemory | undefined;
  /** Where its body comes from, and goes; it is a new one by default. */
  readonly bodies?: BodyPool | undefined;
  /** What its memory holds besides, before any guest code runs; nothing. */
  readonly image?: MemoryImage | undefined;
  /** How long it may run; for ever by default. */
  readonly deadlines?: Deadlines | undefined;
  /** Tells what is known of the guest's end; it is asked after that. */
  readonly lastWords?: ((instance: Instance) => LastWords) | undefined;
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
  /** How long it may run. */
  readonly deadlines: Deadlines;
  readonly #memory: WebAssembly.Memory;
  readonly #init: InstanceInit;
  readonly #body: Body | undefined;
  readonly #onEnd: ((error: unknown) => void)[] = [];
  #ended: Ended | undefined;
  #endReason: unknown;
  #inside = 0;
  #starting = 0;
  /**
   * Whether it is suspended in the middle of C, where no state of Python's can
   * be relied on: it waits for a part of itself that is being loaded.
   */
  isStill = false;

  private constructor(
    init: InstanceInit,
    memory: WebAssembly.Memory,
    se2: Se2Exports,
    body?: Body,
  ) {
    this.#init = init;
    this.#memory = memory;
    this.#body = body;
    this.memory = new GuestMemory(memory);
    this.se2 = se2;
    this.wrapper = body?.wrapper;
    this.deadlines = init.deadlines ?? new Deadlines();
    this.deadlines.attach(
      () => this.#lastWords().frames,
      (error) => this.fail(error),
    );
  }

  /** Instantiate a guest and run its initialisation. */
  static async create(init: InstanceInit): Promise<Instance> {
    const { late } = init;
    return late === undefined
      ? await Instance.#ofModule(init)
      : await Instance.#ofPython(init, late);
  }

  /** Our Python, in a body that another one may have had. */
  static async #ofPython(
    init: InstanceInit,
    parts: LateParts,
  ): Promise<Instance> {
    const { module, offer, bodies } = init;
    const maximum = pagesFor(init.maximum);
    const guest: { of?: Instance } = {};
    const standStill = (isStill: boolean) => {
      if (guest.of !== undefined) guest.of.isStill = isStill;
    };
    const tenant = { offer, standStill };
    const known = bodies?.take(maximum);
    known?.enter(tenant);
    const body = known ??
      await Body.create({ module, parts, maximum }, tenant, init.kept);
    init.bind(body.memory);
    if (init.image !== undefined) place(body.memory, init.image);
    const { memory, wrapper } = body;
    const instance = guest.of = new Instance(init, memory, wrapper, body);
    instance.enter("its initialisation", () => init.begin(body.raw));
    return instance;
  }

  /** Any other module. */
  static async #ofModule(init: InstanceInit): Promise<Instance> {
    const { raw, memory } = await instantiateModule(init);
    const instance = new Instance(init, memory, se2Exports(raw));
    instance.enter("its initialisation", () => init.begin(raw));
    return instance;
  }

  /** What its memory holds, as the difference to what it began as. */
  imageFrom(base: WebAssembly.Memory): MemoryImage {
    return captureImage(this.#memory, base);
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
   * @throws {LimitError} When it ran too long: it is dead.
   * @throws {PluginClosed} When it was dead, or closed, before.
   */
  enter<T>(what: string, step: () => T): T {
    this.demandAlive();
    this.demandMoving();
    this.#inside += 1;
    entered.push(this);
    try {
      return this.within(step);
    } catch (error) {
      throw this.#crashed(what, error);
    } finally {
      entered.pop();
      this.#inside -= 1;
    }
  }

  /**
   * {@linkcode enter} for what all plain calls do: V8 knows what it calls, and
   * the time is the caller's affair.
   *
   * @param wrapper Its exports.
   * @returns What the guest answers.
   */
  request(wrapper: WrapperExports): number {
    this.demandAlive();
    this.demandMoving();
    this.#inside += 1;
    entered.push(this);
    try {
      return wrapper.request();
    } catch (error) {
      throw this.#crashed("a call", error);
    } finally {
      entered.pop();
      this.#inside -= 1;
    }
  }

  /**
   * Take a step in which the guest is entered several times, and which has a
   * time for all of it.
   *
   * @param step The step.
   * @param time Milliseconds that it may take, instead of the limit.
   * @throws {LimitError} When it took longer: the guest is dead.
   */
  within<T>(step: () => T, time?: number): T {
    const { deadlines } = this;
    if (time === undefined && !deadlines.isLimited) return step();
    return deadlines.plain(step, this.#cutFrom(entered.length), time);
  }

  /** Let the suspended guest go on, by settling what it waits for. */
  goOn(period: Period | undefined, settle: () => void): void {
    this.deadlines.goOn(period, settle, this.#cutFrom(0));
  }

  /** End the guest from outside. */
  fail(error: unknown): void {
    if (this.#ended === undefined) this.#end("has crashed", error);
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
    this.demandMoving();
    try {
      return await this.#begin(step);
    } catch (error) {
      throw this.#crashed(what, error);
    }
  }

  /** What runs before the guest waits for the first time is below the host. */
  #begin<T>(step: () => Promise<T>): Promise<T> {
    const { deadlines } = this;
    this.#starting += 1;
    entered.push(this);
    const cut = this.#cutFrom(entered.length);
    try {
      return deadlines.timed(deadlines.current, step, cut);
    } finally {
      entered.pop();
      this.#starting -= 1;
    }
  }

  /** What ends this guest and all in the stack above, from a depth on. */
  #cutFrom(depth: number): (error: Over) => void {
    return (error) => {
      for (const guest of entered.splice(depth)) guest.#cut(error);
      this.#cut(error);
    };
  }

  /** It was left in its middle, perhaps while it told of its end. */
  #cut(error: Over): void {
    if (this.alive) this.fail(error);
    else this.#tellEnd();
  }

  /**
   * Let go of the guest. The body of one of which no call is under way is the
   * next one's; any other keeps it: nobody knows what may still run there.
   *
   * @param how Why.
   * @param isAtRest Whether no call is under way, not even a suspended one.
   */
  leave(how: Left, isAtRest: boolean): void {
    this.#close(how, isAtRest && !this.isRunning && !this.isStill);
  }

  /** Let go of the guest. Its memory goes when nothing refers to it. */
  [Symbol.dispose](): void {
    this.#close("is closed", false);
  }

  /**
   * Refuse when the guest cannot be called any more.
   *
   * @param Refusal What is thrown.
   * @throws {PluginClosed} When it is dead, or closed.
   */
  demandAlive(Refusal: typeof PluginClosed = PluginClosed): void {
    if (this.#ended === undefined) return;
    throw new Refusal(endedText(this.#ended));
  }

  /**
   * Refuse when what is under way has ended the guest, or let it be closed.
   *
   * @throws What ended it.
   */
  demandNotEnded(): void {
    if (this.#ended !== undefined) throw this.#endReason;
  }

  /**
   * Refuse while the guest stands still: what it is sent would be lost, too.
   *
   * @throws {PluginError} When it waits for a part of itself.
   */
  demandMoving(): void {
    if (!this.isStill) return;
    throw new PluginError(
      "Cannot call the plugin: it waits for a part of Python that is being loaded; wait for the call that it is in",
      { fault: "caller" },
    );
  }

  #crashed(what: string, error: unknown): unknown {
    const reason = crashOf(what, error, () => this.#lastWords());
    this.fail(reason);
    return reason;
  }

  #lastWords(): LastWords {
    return this.#init.lastWords?.(this) ?? { frames: [], syscalls: [] };
  }

  #close(how: Left, isQuiet: boolean): void {
    if (this.#ended === undefined) this.#end(how, leftError(how), isQuiet);
  }

  /** @param isQuiet Nothing of it can ever run again. */
  #end(
    how: Exclude<Ended, "ran too long">,
    error: unknown,
    isQuiet = false,
  ): void {
    this.#endReason = error;
    this.#ended = error instanceof LimitError ? "ran too long" : how;
    this.#tellEnd();
    const { bodies } = this.#init;
    if (this.#body === undefined || bodies === undefined) return;
    if (isQuiet) bodies.give(this.#body);
    else bodies.drop(this.#body);
  }

  /** Tell whoever has not been told. */
  #tellEnd(): void {
    let listener: ((error: unknown) => void) | undefined;
    while ((listener = this.#onEnd[0]) !== undefined) {
      listener(this.#endReason);
      this.#onEnd.shift();
    }
  }
}

/** A memory that was saved may be larger than what is allowed now. */
function place(memory: WebAssembly.Memory, image: MemoryImage): void {
  try {
    placeImage(memory, image);
  } catch (cause) {
    throw new PluginLoadError(
      `Cannot start the plugin: its snapshot has ${
        aboutText(image.size * PAGE_SIZE)
      } of memory, and less is allowed; raise limits.memory`,
      { cause },
    );
  }
}
