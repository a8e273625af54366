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
import { CannotPass } from "./cannot_pass.ts";
import type { Decoder } from "./decode.ts";
import type { Encoder } from "./encode.ts";
import { pythonErrorOf } from "./failure.ts";
import { errorParts } from "./host_error.ts";
import { HeldExceptions } from "./held_exceptions.ts";
import { HostObjects } from "./host_objects.ts";
import { type Live, Mailbox } from "./mailbox.ts";
import { numberOfHandle, pythonHandle } from "./py_object.ts";

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
  /** What Python let go of while the host may still have to read of it. */
  readonly #released: number[] = [];
  readonly #exceptions = new HeldExceptions();
  #instance: Instance | undefined;
  #mailbox: Mailbox | undefined;
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
    if (instance.wrapper === undefined) return;
    this.#mailbox = new Mailbox(instance, instance.wrapper, this.#live);
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
    return this.#request((encoder) => {
      encoder.value(CALL);
      encoder.value(target);
      writeArguments(encoder, args, kwargs);
    });
  }

  /** Ask for one of the operations of `_py_plugin_bridge.py`. */
  ask(operation: string, ...operands: readonly unknown[]): unknown {
    return this.#request((encoder) => {
      encoder.value(operation);
      for (const operand of operands) encoder.value(operand);
    });
  }

  /** Let go of a Python object. */
  release(number: number): void {
    const { instance, wrapper } = this.#guest();
    if (instance.alive) {
      instance.enter("releasing", () => wrapper.release(number));
    }
  }

  #request(write: (encoder: Encoder) => void): unknown {
    if (this.#depth >= MAX_DEPTH) {
      throw new PluginError(
        `Cannot call the plugin: host and plugin call each other more than ${MAX_DEPTH} deep`,
        { fault: "caller" },
      );
    }
    const { instance, wrapper, mailbox } = this.#guest();
    this.#depth += 1;
    try {
      mailbox.send(write);
      const size = instance.enter("a call", () => wrapper.request());
      const answer = mailbox.answer(Math.abs(size));
      if (size >= 0) return answer;
      throw pythonErrorOf(answer, this.#exceptions);
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

  /** Answer a call of the guest's: 0, or -1 for an exception. */
  #onCall(pointer: number, size: number): number {
    const { mailbox } = this.#guest();
    try {
      const answer = this.#perform(mailbox, pointer, size);
      mailbox.send((encoder) => writeResult(encoder, answer));
      return 0;
    } catch (error) {
      const parts = errorParts(error, this.#exceptions);
      mailbox.send((encoder) => encoder.value(parts));
      return -1;
    }
  }

  #perform(mailbox: Mailbox, pointer: number, size: number): unknown {
    const [number, args] = mailbox.read(pointer, size, readCall);
    const target = typeof number === "number"
      ? this.hostObjects.get(number)
      : undefined;
    if (typeof target !== "function" || !Array.isArray(args)) {
      throw new InternalError("The guest called what is no host function");
    }
    return target(...args);
  }

  readonly #live: Live = {
    pythonNumber: (value) => numberOfHandle(value, this),
    hostParts: (value) => this.hostObjects.hold(value),
    release: (number) => this.hostObjects.release(number),
    errorParts: (error) => errorParts(error, this.#exceptions),
    pythonObject: (number, kind, name) =>
      pythonHandle(this, number, kind, name),
    hostObject: (number) => this.hostObjects.get(number),
    pythonError: (parts) => pythonErrorOf(parts, this.#exceptions),
  };

  #guest(): { instance: Instance; wrapper: WrapperExports; mailbox: Mailbox } {
    const instance = this.#instance;
    const mailbox = this.#mailbox;
    if (instance?.wrapper === undefined || mailbox === undefined) {
      throw new InternalError("The bridge has no Python to call");
    }
    return { instance, wrapper: instance.wrapper, mailbox };
  }
}

function writeArguments(
  encoder: Encoder,
  args: readonly unknown[],
  kwargs: Kwargs | undefined,
): void {
  try {
    encoder.value(args);
  } catch (error) {
    throw error instanceof CannotPass ? error.asArgument() : error;
  }
  if (kwargs === undefined || Object.keys(kwargs).length === 0) return;
  try {
    encoder.value(kwargs);
  } catch (error) {
    throw error instanceof CannotPass ? error.asKeyword() : error;
  }
}

function writeResult(encoder: Encoder, result: unknown): void {
  try {
    encoder.value(result);
  } catch (error) {
    throw error instanceof CannotPass ? error.asResult() : error;
  }
}

/** The number of what the guest calls, and all its arguments. */
function readCall(decoder: Decoder): [number: unknown, args: unknown] {
  const number = decoder.value();
  const args = decoder.value();
  if (decoder.left > 0 && Array.isArray(args)) args.push(decoder.value());
  return [number, args];
}
