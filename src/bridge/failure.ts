/**
 * From the wrapper's description of an exception to a {@linkcode PythonError}.
 *
 * @module
 */

import { InternalError, PythonError, type PythonFrame } from "../errors.ts";
import type { Instance } from "../runtime/mod.ts";
import { errorTooLarge } from "./error_size.ts";
import type { HeldExceptions } from "./held_exceptions.ts";
import { PyObject } from "./py_object.ts";
import { showPythonFrames } from "./stack.ts";

/** What came with a failure through SE2. */
export interface Returned {
  /** The code. */
  readonly code: number;
  /** The text, which is the traceback. */
  readonly text: string;
}

/**
 * The guest's last failure, if it has one.
 *
 * @param maximum The limit of results.
 * @param returned What came with it through SE2, if that is how it came.
 * @throws {LimitError} When it is too large.
 */
export function takeFailure(
  instance: Instance,
  maximum: number,
  returned?: Returned,
): PythonError | undefined {
  const { wrapper, memory } = instance;
  if (wrapper === undefined || !instance.alive) return undefined;
  const [pointer, size] = instance.enter(
    "describing an error",
    () => [wrapper.error(), wrapper.errorSize()] as const,
  );
  if (pointer === 0 || !memory.contains(pointer, size)) return undefined;
  const tooLarge = errorTooLarge(size >>> 0, maximum);
  if (tooLarge !== undefined) throw tooLarge;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    memory.bytes(pointer, size).slice(),
  );
  return pythonError(parseJson(text), returned, 0);
}

/**
 * The failure that a wrapper call has just reported.
 *
 * @param maximum The limit of results.
 * @throws {LimitError} When it is too large.
 * @throws {InternalError} When it reported none.
 */
export function failureOf(
  instance: Instance,
  what: string,
  maximum = Infinity,
): PythonError {
  const failure = takeFailure(instance, maximum);
  if (failure !== undefined) return failure;
  throw new InternalError(`${what} failed without saying why`);
}

/**
 * The error for an exception that crossed as values.
 *
 * An error of the host's that went through Python comes back as itself.
 */
export function pythonErrorOf(parts: unknown, held: HeldExceptions): Error {
  const { host, exception } = recordOf(parts);
  const error = host instanceof Error ? host : pythonError(parts, undefined, 0);
  const frames = framesOf(recordOf(parts)["frames"]);
  held.setKnown(error, showPythonFrames(error, frames));
  if (exception instanceof PyObject) held.hold(error, exception);
  return error;
}

/** How many causes are believed. */
const MAX_CAUSES = 64;

/**
 * A description as an error. It is the plugin's word, which may have got at
 * `wrapper/python/_py_plugin_errors.py` itself: nothing in it is relied on.
 */
function pythonError(
  description: unknown,
  returned: Returned | undefined,
  depth: number,
): PythonError {
  const parts = recordOf(description);
  const { type, message, traceback, cause, args } = parts;
  const whole = depth < MAX_CAUSES && isRecord(cause);
  const within = depth < MAX_CAUSES ? listOf(parts["errors"]) : [];
  return new PythonError({
    type: textOf(type, "Exception"),
    message: textOf(message, returned?.text ?? ""),
    traceback: textOf(traceback, returned?.text ?? ""),
    frames: framesOf(parts["frames"]),
    bases: listOf(parts["bases"]).map((base) => textOf(base, "?")),
    ...(Array.isArray(args) ? { args } : {}),
    notes: listOf(parts["notes"]).map((note) => textOf(note, "")),
    errors: within.map((each) => otherError(each, depth + 1)),
    ...(returned === undefined ? {} : { code: returned.code }),
    ...(whole ? { cause: otherError(cause, depth + 1) } : {}),
  });
}

function pythonFrame(description: unknown): PythonFrame {
  const frame = recordOf(description);
  const column = frame["column"];
  return {
    file: textOf(frame["file"], "?"),
    line: typeof frame["line"] === "number" ? frame["line"] : 1,
    ...(typeof column === "number" ? { column } : {}),
    function: textOf(frame["function"], "?"),
    source: textOf(frame["source"], ""),
  };
}

/** A cause, or one of a group: perhaps an error of the host's. */
function otherError(description: unknown, depth: number): Error {
  const { host } = recordOf(description);
  return host instanceof Error
    ? host
    : pythonError(description, undefined, depth);
}

function framesOf(list: unknown): PythonFrame[] {
  return listOf(list).map(pythonFrame);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
