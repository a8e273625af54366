/**
 * What Python is told of an error that a function of the host's threw.
 *
 * @module
 */

import { PythonError } from "../errors.ts";
import type { HeldExceptions } from "./held_exceptions.ts";
import { HostReference } from "./host_objects.ts";
import { hostFrames } from "./stack.ts";

/** How many causes are told. */
const MAX_CAUSES = 8;
/** How many errors of an AggregateError are told. */
const MAX_ERRORS = 64;

/**
 * An error as `_py_plugin_host.exception()` wants it.
 *
 * @param error What was thrown.
 * @param held The exceptions that came from Python: such a one goes back as
 * itself.
 */
export function errorParts(
  error: unknown,
  held: HeldExceptions,
): Record<string, unknown> {
  try {
    return partsOf(error, held, 0);
  } catch {
    // What throws when it is looked at has said all that can be said of it.
    return {
      name: "Error",
      message: "the host threw what cannot be described",
      stack: "",
    };
  }
}

function partsOf(
  error: unknown,
  held: HeldExceptions,
  depth: number,
): Record<string, unknown> {
  if (!(error instanceof Error)) {
    return {
      name: "Error",
      message: wellFormed(Deno.inspect(error)),
      stack: "",
    };
  }
  const cause = depth < MAX_CAUSES && error.cause instanceof Error;
  const several = depth < MAX_CAUSES && error instanceof AggregateError;
  return {
    name: wellFormed(error instanceof PythonError ? error.type : error.name),
    message: wellFormed(error.message),
    stack: wellFormed(error.stack ?? ""),
    frames: hostFrames(error, held.known(error)).map(([name, file, line]) => [
      wellFormed(name),
      wellFormed(file),
      line,
    ]),
    error: new HostReference(error),
    python: held.objectOf(error),
    ...(cause ? { cause: partsOf(error.cause, held, depth + 1) } : {}),
    ...(several
      ? {
        errors: error.errors.slice(0, MAX_ERRORS).map((each) =>
          partsOf(each, held, depth + 1)
        ),
      }
      : {}),
  };
}

function wellFormed(text: unknown): string {
  return String(text).toWellFormed();
}
