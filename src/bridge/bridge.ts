/**
 * Calls across the line, both ways, with values on the wire.
 *
 * ```text
 *   host                              guest
 *   message into plug_inbox(size)
 *   plug_request()              -->   reads it, runs Python
 *                               <--   host_call(pointer, size)
 *   answer into plug_inbox(size)
 *                               -->   reads it, goes on
 *   reads plug_outbox()         <--   the answer's size; negative: exception
 * ```
 *
 * @module
 */

import { InternalError, PluginError } from "../errors.ts";
import type { Instance, WrapperExports } from "../runtime/mod.ts";
import { Decoder, type LiveObjects } from "./decode.ts";
import { CannotPass, Encoder, type LiveNumbers } from "./encode.ts";
import { pythonErrorOf } from "./failure.ts";
import { errorParts } from "./host_error.ts";
import { HeldExceptions } from "./held_exceptions.ts";
import { HostObjects } from "./host_objects.ts";
import { numberOfHandle, pythonHandle } from "./py_object.ts";
import { WireReader } from "./wire_reader.ts";
import { WireWriter } from "./wire_writer.ts";

/** The first item of a message that calls something; others are named. */
const CALL = 0;
/** How deep host and plugin may call each other. */
const MAX_DEPTH = 64;

/** Keyword arguments of a call, by name. */
export type Kwargs = Readonly<Record<string, unknown>>;

/** Calls across the line for one instance. */
export class Bridge {
  /** The host's objects that Python holds. */
  readonly hostObjects: HostObjects = new HostObjects();
  readonly #writers: WireWriter[] = [];
  /** What Python let go of while the host may still have to read of it. */
  readonly #released: number[] = [];
  readonly #exceptions = new HeldExceptions();
  #instance: Instance | undefined;
  #depth = 0;

  /** What the guest imports from `py_plugin`. */
  get imports(): WebAssembly.ModuleImports {
    return {
      "host_call": (pointer: number, size: number) =>
        this.#onCall(pointer, size),
      "host_release": (number: number) => void this.#released.push(number),
    };
  }

  /** The instance that requests go to, once it is there. */
  attach(instance: Instance): void {
    this.#instance = instance;
  }

  /** How many Python objects the host holds. */
  get handles(): number {
    const { instance, wrapper } = this.#guest();
    return instance.enter("counting", () => wrapper.handles());
  }

  /**
   * Call a function of the plugin.
   *
   * @param target Its name, perhaps with dots, or the number of a handle.
   * @throws {PythonError} When it raises an exception.
   * @throws {TypeError} When an argument cannot cross.
   */
  call(
    target: string | number,
    args: readonly unknown[],
    kwargs?: Kwargs,
  ): unknown {
    return this.#request((write) => {
      write(CALL);
      write(target);
      writeArguments(write, args, kwargs);
    });
  }

  /** Ask for one of the operations of `_py_plugin_bridge.py`. */
  ask(operation: string, ...operands: readonly unknown[]): unknown {
    return this.#request((write) => {
      write(operation);
      for (const operand of operands) write(operand);
    });
  }

  /** Let go of a Python object. */
  release(number: number): void {
    const { instance, wrapper } = this.#guest();
    if (instance.alive) {
      instance.enter("releasing", () => wrapper.release(number));
    }
  }

  #request(fill: (write: (value: unknown) => void) => void): unknown {
    if (this.#depth >= MAX_DEPTH) {
      throw new PluginError(
        `Cannot call the plugin: host and plugin call each other more than ${MAX_DEPTH} deep`,
        { fault: "caller" },
      );
    }
    const { instance, wrapper } = this.#guest();
    this.#depth += 1;
    try {
      this.#send(fill);
      const size = instance.enter("a call", () => wrapper.request());
      return this.#answer(size);
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) {
        this.#exceptions.clear();
        this.#releaseAll();
      }
    }
  }

  /** An answer may name an object that Python has let go of meanwhile. */
  #releaseAll(): void {
    for (const number of this.#released.splice(0)) {
      this.hostObjects.release(number);
    }
  }

  /** Encode a message and put it into the inbox. */
  #send(fill: (write: (value: unknown) => void) => void): void {
    const { instance, wrapper } = this.#guest();
    const writer = this.#writers.pop() ?? new WireWriter();
    const held: number[] = [];
    try {
      const encoder = new Encoder(writer, this.#numbers(held));
      fill((value) => encoder.value(value));
      const size = writer.length;
      const pointer = instance.enter("a call", () => wrapper.inbox(size)) >>> 0;
      if (pointer === 0) throw outOfMemory(size);
      writer.copyTo(instance.memory.bytes(pointer, size));
    } catch (error) {
      for (const number of held) this.hostObjects.release(number);
      throw error;
    } finally {
      writer.reset();
      this.#writers.push(writer);
    }
  }

  /** Read the outbox; a negative size means an exception. */
  #answer(size: number): unknown {
    const { instance, wrapper } = this.#guest();
    const pointer = instance.enter("a call", () => wrapper.outbox());
    const bytes = instance.memory.bytes(pointer, Math.abs(size));
    const value = this.#decoder(bytes).value();
    if (size >= 0) return value;
    throw pythonErrorOf(value, this.#exceptions);
  }

  #decoder(bytes: Uint8Array): Decoder {
    return new Decoder(new WireReader(bytes), this.#live);
  }

  /** Answer a call of the guest's: 0, or -1 for an exception. */
  #onCall(pointer: number, size: number): number {
    let failed = false;
    let answer: unknown;
    try {
      answer = this.#perform(pointer, size);
    } catch (error) {
      failed = true;
      answer = errorParts(error, this.#exceptions);
    }
    try {
      this.#send((write) => write(answer));
    } catch (error) {
      failed = true;
      this.#send((write) => write(errorParts(error, this.#exceptions)));
    }
    return failed ? -1 : 0;
  }

  #perform(pointer: number, size: number): unknown {
    const decoder = this.#decoder(
      this.#guest().instance.memory.bytes(pointer, size),
    );
    const number = decoder.value();
    const args = decoder.value();
    const kwargs = decoder.left > 0 ? [decoder.value()] : [];
    const target = typeof number === "number"
      ? this.hostObjects.get(number)
      : undefined;
    if (typeof target !== "function" || !Array.isArray(args)) {
      throw new InternalError("The guest called what is no host function");
    }
    return target(...args, ...kwargs);
  }

  #numbers(held: number[]): LiveNumbers {
    return {
      pythonNumber: (value) => numberOfHandle(value, this),
      hostParts: (value) => {
        const parts = this.hostObjects.hold(value);
        if (parts !== undefined) held.push(parts[0]);
        return parts;
      },
      errorParts: (error) => errorParts(error, this.#exceptions),
    };
  }

  readonly #live: LiveObjects = {
    pythonObject: (number, kind, name) =>
      pythonHandle(this, number, kind, name),
    hostObject: (number) => this.hostObjects.get(number),
    pythonError: (parts) => pythonErrorOf(parts, this.#exceptions),
  };

  #guest(): { instance: Instance; wrapper: WrapperExports } {
    const instance = this.#instance;
    if (instance?.wrapper === undefined) {
      throw new InternalError("The bridge has no Python to call");
    }
    return { instance, wrapper: instance.wrapper };
  }
}

function writeArguments(
  write: (value: unknown) => void,
  args: readonly unknown[],
  kwargs: Kwargs | undefined,
): void {
  try {
    write(args);
  } catch (error) {
    throw error instanceof CannotPass ? error.asArgument() : error;
  }
  if (kwargs !== undefined && Object.keys(kwargs).length > 0) write(kwargs);
}

function outOfMemory(size: number): PluginError {
  return new PluginError(
    `Cannot pass ${size} bytes: the plugin's memory is full; raise limits.memory`,
    { fault: "limits" },
  );
}
