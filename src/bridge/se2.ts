/**
 * The host's side of the SE2 plugin ABI: one call at a time, every outcome
 * defined.
 *
 * ```text
 *   host                          guest
 *   allocate(size)          -->
 *   bytes into memory
 *   run_e(pointer, size, id) -->
 *                           <--   return_result(pointer, size, id)
 *                           <--   return_error(code, pointer, size, id)
 *   deallocate(pointer, size) -->
 * ```
 *
 * An error beats a trap, a trap beats a result, and no answer is an empty
 * result. A second result, or an answer to another call, is an error.
 *
 * @module
 */

import {
  LimitError,
  PluginClosed,
  PluginCrashed,
  PluginError,
  ProtocolError,
  ReturnedError,
} from "../errors.ts";
import type { Instance } from "../runtime/mod.ts";
import { errorTooLarge } from "./error_size.ts";
import { type Returned, takeFailure } from "./failure.ts";
import { randomIdent } from "./ident.ts";
import { levelOf } from "./log.ts";
import { MemoryFull } from "./memory_full.ts";
import { PluginResult } from "./payload.ts";
import { hex, Se2Log, type Se2LogInit, shown, text } from "./se2_log.ts";

const FILE = "se2.ts";
/** The ident of what is no call; it equals nothing that a guest can say. */
const OUTSIDE = NaN;

/** What one call has been answered so far. */
interface Call {
  readonly ident: number;
  result: Uint8Array<ArrayBuffer> | undefined;
  /** The guest that is called; none outside of a call. */
  readonly instance: Instance | undefined;
  /** The first error, which stands. */
  error: PluginError | undefined;
  /** What came after it. */
  later: PluginError | undefined;
  violation: string | undefined;
}

/** What an {@linkcode Se2} is made from. */
export interface Se2Init extends Se2LogInit {
  /** Whether the guest is our Python, whose wrapper has lines of its own. */
  readonly wrapper?: boolean;
  /** Where idents come from; {@linkcode randomIdent} unless a test says. */
  readonly ident?: () => number;
  /** How large a result may be. */
  readonly maxResult?: number;
}

/** The host's side of SE2 for one guest. */
export class Se2 {
  readonly #log: Se2Log;
  readonly #wrapper: boolean;
  readonly #ident: () => number;
  /** How large a result may be. */
  readonly maxResult: number;
  #memory: Instance["memory"] | undefined;
  #call: Call | undefined;

  /** @param init The log, and what idents are drawn from. */
  constructor(init: Se2Init) {
    this.#log = new Se2Log(init);
    this.#wrapper = init.wrapper ?? false;
    this.#ident = init.ident ?? randomIdent;
    this.maxResult = init.maxResult ?? Infinity;
  }

  /** What the guest imports from `env`. */
  get imports(): WebAssembly.ModuleImports {
    return {
      "return_result": (pointer: number, size: number, ident: number) =>
        this.#onResult(pointer, size, ident),
      "return_error": (
        code: number,
        pointer: number,
        size: number,
        ident: number,
      ) => this.#onError(code, pointer, size, ident),
      "log_msg": (
        pointer: number,
        size: number,
        level: number,
        ident: number,
      ) => this.#onLog(pointer, size, level, ident),
    };
  }

  /** The memory that pointers in answers mean, before any guest code runs. */
  bind(memory: Instance["memory"]): void {
    this.#memory = memory;
  }

  /** Write a line of the host's layer to the log. */
  trace(file: string, message: () => string): void {
    this.#log.host(file, message, this.#call?.ident);
  }

  /**
   * Run a step outside of any call, in which the guest may not answer.
   *
   * @throws {ProtocolError} When it did.
   */
  async outsideCall<T>(step: () => Promise<T>): Promise<T> {
    const call = this.#begin(OUTSIDE, undefined);
    try {
      return await step();
    } finally {
      this.#call = undefined;
      if (call.violation !== undefined) {
        // deno-lint-ignore no-unsafe-finally -- the rule broken comes first
        throw new ProtocolError(call.violation);
      }
    }
  }

  /**
   * Call the guest's `run_e` with a payload.
   *
   * @param time Milliseconds that a guest which cannot wait may take.
   * @throws {PluginError} One of its classes, for every outcome but a result.
   */
  async run(
    instance: Instance,
    payload: Uint8Array,
    time?: number,
  ): Promise<PluginResult> {
    const call = this.#begin(this.#ident(), instance);
    try {
      const exchange = () => this.#exchange(instance, payload, call.ident);
      // Our Python has its time from the bridge.
      const crash = instance.wrapper === undefined
        ? await instance.within(exchange, time)
        : await exchange();
      return this.#outcome(call, crash);
    } finally {
      this.#call = undefined;
    }
  }

  #begin(ident: number, instance: Instance | undefined): Call {
    if (this.#call !== undefined) {
      throw new PluginError(
        "Cannot call the plugin from inside one of its own calls",
        { fault: "caller" },
      );
    }
    return this.#call = {
      ident,
      instance,
      result: undefined,
      error: undefined,
      later: undefined,
      violation: undefined,
    };
  }

  /** The whole exchange; answers the crash that ended it, if one did. */
  async #exchange(
    instance: Instance,
    payload: Uint8Array,
    ident: number,
  ): Promise<PluginCrashed | undefined> {
    const pointer = this.#give(instance, payload);
    const size = payload.length;
    this.trace(FILE, () => `calling run_e(${hex(pointer)}, ${size}, ${ident})`);
    try {
      await this.#runE(instance, pointer, size, ident);
      this.trace(FILE, () => "run_e returned");
    } catch (error) {
      if (error instanceof PluginCrashed) return error;
      throw error;
    }
    this.#takeBack(instance, pointer, size);
    return undefined;
  }

  /** Our Python may wait for the host meanwhile, other guests cannot. */
  async #runE(
    instance: Instance,
    pointer: number,
    size: number,
    ident: number,
  ): Promise<void> {
    const { wrapper, se2 } = instance;
    if (wrapper === undefined) {
      return instance.enter("run_e", () => se2.runE(pointer, size, ident));
    }
    await instance.enterWaiting(
      "run_e",
      () => wrapper.runEWaiting(pointer, size, ident),
    );
  }

  /** Put the payload where the guest can read it. */
  #give(instance: Instance, payload: Uint8Array): number {
    const size = payload.length;
    this.trace(FILE, () => `calling allocate(${size})`);
    const pointer = instance.enter(
      "allocate",
      () => instance.se2.allocate(size),
    ) >>> 0;
    if (pointer === 0 && size > 0) {
      throw new MemoryFull(`a payload of ${size} bytes`);
    }
    if (!instance.memory.contains(pointer, size)) {
      throw new ProtocolError(
        `The plugin's allocate(${size}) answered ${
          hex(pointer)
        }, which is outside its memory`,
      );
    }
    instance.memory.bytes(pointer, size).set(payload);
    this.trace(
      FILE,
      () =>
        `stored payload ${shown(payload)} at ptr=${hex(pointer)}, len=${size}`,
    );
    return pointer;
  }

  /** SE2 lets a guest free the payload itself, so a failure here is nothing. */
  #takeBack(instance: Instance, pointer: number, size: number): void {
    this.trace(FILE, () => `calling deallocate(${hex(pointer)}, ${size})`);
    try {
      instance.enter(
        "deallocate",
        () => instance.se2.deallocate(pointer, size),
      );
    } catch (error) {
      // A log callback may have closed the plugin: the result is there.
      const nothing = error instanceof PluginCrashed ||
        error instanceof PluginClosed;
      if (!nothing) throw error;
      this.trace(FILE, () => `deallocate failed, which is nothing: ${error}`);
    }
  }

  #outcome(call: Call, crash: PluginCrashed | undefined): PluginResult {
    if (call.error !== undefined) {
      throw becauseOf(call.error, crash ?? call.later);
    }
    if (crash !== undefined) throw crash;
    if (call.violation !== undefined) throw new ProtocolError(call.violation);
    if (call.result !== undefined) return new PluginResult(call.result, true);
    this.trace(FILE, () => "nothing was returned: the result is empty");
    return new PluginResult(new Uint8Array(), false);
  }

  #onResult(pointer: number, size: number, ident: number): void {
    const call = this.#answered("return_result", ident);
    if (call !== undefined && size >>> 0 > this.maxResult) {
      call.error ??= this.#tooLarge(size >>> 0);
      return;
    }
    const data = call && this.#copy("return_result", call, pointer, size);
    if (data === undefined) return;
    this.trace(
      FILE,
      () =>
        `retrieved data ${shown(data)} from buffer at ptr=${
          hex(pointer >>> 0)
        }, len=${data.length}`,
    );
    this.trace(
      FILE,
      () => `returned result ${shown(data)} with ident ${ident}`,
    );
    if (call === undefined) return;
    if (call.result === undefined) call.result = data;
    else call.violation ??= `The plugin returned two results to one call`;
  }

  #tooLarge(used: number): LimitError {
    return new LimitError({ limit: "result", value: this.maxResult, used });
  }

  #onError(code: number, pointer: number, size: number, ident: number): void {
    const call = this.#answered("return_error", ident);
    const tooLarge = errorTooLarge(size >>> 0, this.maxResult);
    if (call !== undefined && tooLarge !== undefined) {
      call.error ??= tooLarge;
      return;
    }
    const data = call && this.#copy("return_error", call, pointer, size);
    if (call === undefined || data === undefined) return;
    this.trace(FILE, () => `retrieved error ${code} ${shown(data)}`);
    // The guest may not live to be asked later what it was about.
    const error = this.#uncaught(call, { code, text: text(data) }) ??
      new ReturnedError(code, text(data));
    if (call.error === undefined) call.error = error;
    else call.later = error;
  }

  /** The exception that was returned, if it is one. */
  #uncaught({ instance }: Call, returned: Returned): PluginError | undefined {
    try {
      return instance && takeFailure(instance, this.maxResult, returned);
    } catch (error) {
      if (error instanceof LimitError) return error;
      throw error;
    }
  }

  #onLog(pointer: number, size: number, number: number, ident: number): void {
    const level = levelOf(number, this.#wrapper);
    if (!this.#log.shows(level)) return;
    const data = this.#bytes(pointer, size);
    if (data === undefined) return;
    this.#log.guest(level, text(data), ident, this.#call?.ident);
  }

  /** The call that `ident` answers; a wrong one is noted as a violation. */
  #answered(name: string, ident: number): Call | undefined {
    const call = this.#call;
    if (call === undefined || call.ident === ident) return call;
    call.violation ??= Number.isNaN(call.ident)
      ? `The plugin called ${name} with ident ${ident} outside of any call`
      : `The plugin called ${name} with ident ${ident} during call ${call.ident}`;
    return undefined;
  }

  /** The guest's bytes, copied at once: it may free them, memory may grow. */
  #copy(name: string, call: Call, pointer: number, size: number) {
    const data = this.#bytes(pointer, size);
    if (data === undefined) {
      call.violation ??= `The plugin called ${name} with ${
        size >>> 0
      } bytes at ${hex(pointer >>> 0)}, which is outside its memory`;
    }
    return data;
  }

  #bytes(pointer: number, size: number): Uint8Array<ArrayBuffer> | undefined {
    const memory = this.#memory;
    if (memory === undefined || !memory.contains(pointer, size)) {
      return undefined;
    }
    return memory.bytes(pointer, size).slice();
  }
}

/** An error that was returned, with what happened afterwards as its cause. */
function becauseOf(
  error: PluginError,
  cause: PluginError | undefined,
): PluginError {
  return error instanceof ReturnedError && cause !== undefined
    ? new ReturnedError(error.code, error.message, { cause })
    : error;
}
