/**
 * What Python is told of an error that a function of the host's threw.
 *
 * @module
 */

import { PythonError } from "../errors.ts";
import { HostReference } from "./host_objects.ts";

/** What Python is told of an error that the host's function threw. */
export function errorParts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) {
    return {
      name: "Error",
      message: wellFormed(Deno.inspect(error)),
      stack: "",
    };
  }
  return {
    name: wellFormed(error instanceof PythonError ? error.type : error.name),
    message: wellFormed(error.message),
    stack: wellFormed(error.stack ?? ""),
    error: new HostReference(error),
  };
}

function wellFormed(text: unknown): string {
  return String(text).toWellFormed();
}
