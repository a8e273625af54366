/**
 * The classes of errors that stay what they are between two threads.
 *
 * @module
 */

import * as errors from "../../errors.ts";
import { NotBegun } from "../../runtime/mod.ts";

/** A description, as it was read. */
export type Parts = Readonly<Record<string, unknown>>;

/** Makes an error of a class. */
type Make = (message: string, parts: Parts, options: ErrorOptions) => Error;

/** A class, what it has besides what every error has, and how it is made. */
interface ErrorClass {
  // deno-lint-ignore no-explicit-any -- each takes arguments of its own
  readonly of: new (...args: any[]) => Error;
  readonly fields: readonly string[];
  readonly make: Make;
}

/** Errors of the platform's are made of their message. */
function builtIn(
  of: new (message: string, options?: ErrorOptions) => Error,
): ErrorClass {
  return {
    of,
    fields: [],
    make: (message, _, options) => new of(message, options),
  };
}

/** By name; what is derived from another stands before it. */
const CLASSES: ReadonlyMap<string, ErrorClass> = new Map<string, ErrorClass>([
  ["PythonError", {
    of: errors.PythonError,
    fields: ["type", "bases", "args", "notes", "traceback", "frames", "code"],
    make: (message, parts, options) =>
      new errors.PythonError(
        { ...parts, message, ...options } as unknown as errors.PythonErrorInit,
      ),
  }],
  ["ReturnedError", {
    of: errors.ReturnedError,
    fields: ["code"],
    make: (message, parts, options) =>
      new errors.ReturnedError(Number(parts["code"]), message, options),
  }],
  ["LimitError", {
    of: errors.LimitError,
    fields: ["limit", "value", "used", "waited", "frames"],
    make: (_, parts, options) =>
      new errors.LimitError(
        { ...parts, ...options } as unknown as errors.LimitErrorInit,
      ),
  }],
  ["PluginCrashed", {
    of: errors.PluginCrashed,
    fields: ["frames", "syscalls"],
    make: (message, parts, options) =>
      new errors.PluginCrashed(message, { ...parts, ...options }),
  }],
  ["PermissionError", {
    of: errors.PermissionError,
    fields: ["flags"],
    make: (message, parts, options) =>
      new errors.PermissionError(message, { ...parts, ...options }),
  }],
  ["PluginLoadError", builtIn(errors.PluginLoadError)],
  ["ProtocolError", builtIn(errors.ProtocolError)],
  ["NotBegun", builtIn(NotBegun)],
  ["PluginClosed", builtIn(errors.PluginClosed)],
  ["InternalError", builtIn(errors.InternalError)],
  ["PluginError", {
    of: errors.PluginError,
    fields: ["fault"],
    make: (message, parts, options) =>
      new errors.PluginError(message, {
        ...options,
        fault: parts["fault"] as errors.Fault,
      }),
  }],
  ["DOMException", {
    of: DOMException,
    fields: [],
    make: (message, parts) => new DOMException(message, String(parts["name"])),
  }],
  ["AggregateError", {
    of: AggregateError,
    fields: [],
    make: (message, parts, options) =>
      new AggregateError(
        Array.isArray(parts["errors"]) ? parts["errors"] : [],
        message,
        options,
      ),
  }],
  ["RuntimeError", builtIn(WebAssembly.RuntimeError)],
  ["NotFound", builtIn(Deno.errors.NotFound)],
  ["NotCapable", builtIn(Deno.errors.NotCapable)],
  ["PermissionDenied", builtIn(Deno.errors.PermissionDenied)],
  ["BrokenPipe", builtIn(Deno.errors.BrokenPipe)],
  ["TypeError", builtIn(TypeError)],
  ["RangeError", builtIn(RangeError)],
  ["SyntaxError", builtIn(SyntaxError)],
  ["ReferenceError", builtIn(ReferenceError)],
  ["Error", builtIn(Error)],
]);

/** The name and the fields of an error's class: of the nearest one known. */
export function classOf(error: Error): {
  readonly name: string;
  readonly fields: readonly string[];
} {
  for (const [name, { of, fields }] of CLASSES) {
    if (error instanceof of) return { name, fields };
  }
  return { name: "Error", fields: [] };
}

/** An error of a class; of `Error` when it is not known. */
export function errorOf(
  name: unknown,
  message: string,
  parts: Parts,
  options: ErrorOptions,
): Error {
  const known = typeof name === "string" ? CLASSES.get(name) : undefined;
  return (known ?? builtIn(Error)).make(message, parts, options);
}
