/**
 * From the wrapper's description of an exception to a {@linkcode PythonError}.
 *
 * @module
 */

import { InternalError, PythonError, type PythonFrame } from "../errors.ts";
import type { Instance } from "../runtime/mod.ts";

/** An exception as `wrapper/python/_py_plugin_errors.py` describes it. */
interface Description {
  readonly type: string;
  readonly message: string;
  readonly traceback: string;
  readonly frames: readonly FrameDescription[];
  readonly cause: Description | null;
}

interface FrameDescription {
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
  readonly function: string;
  readonly source: string;
}

/**
 * The guest's last failure, if it has one.
 *
 * @param code The SE2 code that came with it.
 */
export function takeFailure(
  instance: Instance,
  code?: number,
): PythonError | undefined {
  const { wrapper, memory } = instance;
  if (wrapper === undefined || !instance.alive) return undefined;
  const [pointer, size] = instance.enter(
    "describing an error",
    () => [wrapper.error(), wrapper.errorSize()] as const,
  );
  if (pointer === 0) return undefined;
  const text = new TextDecoder().decode(memory.bytes(pointer, size).slice());
  return pythonError(JSON.parse(text) as Description, code);
}

/**
 * The failure that a wrapper call has just reported.
 *
 * @throws {InternalError} When it reported none.
 */
export function failureOf(instance: Instance, what: string): PythonError {
  const failure = takeFailure(instance);
  if (failure !== undefined) return failure;
  throw new InternalError(`${what} failed without saying why`);
}

/**
 * The error for an exception that crossed as values.
 *
 * An error of the host's that went through Python comes back as itself.
 */
export function pythonErrorOf(parts: unknown): Error {
  if (typeof parts !== "object" || parts === null) {
    return new InternalError("The guest raised what is no exception");
  }
  if ("host" in parts && parts.host instanceof Error) return parts.host;
  return pythonError({ ...EMPTY, ...parts });
}

const EMPTY: Description = {
  type: "SystemError",
  message: "",
  traceback: "",
  frames: [],
  cause: null,
};

function pythonError(description: Description, code?: number): PythonError {
  return new PythonError({
    type: description.type,
    message: description.message,
    traceback: description.traceback,
    frames: description.frames.map(pythonFrame),
    ...(code === undefined ? {} : { code }),
    ...(description.cause ? { cause: pythonError(description.cause) } : {}),
  });
}

function pythonFrame(frame: FrameDescription): PythonFrame {
  const { column, ...rest } = frame;
  return column === null ? rest : { ...rest, column };
}
