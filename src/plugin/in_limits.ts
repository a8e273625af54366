/**
 * What a plugin has used up, seen from the error it ended with.
 *
 * @module
 */

import { MemoryFull } from "../bridge/mod.ts";
import { LimitError, PythonError } from "../errors.ts";
import { Errno } from "../wasi/mod.ts";
import type { OpenGuest } from "./open.ts";

/** What the parser says with a MemoryError: it is about nesting. */
const PARSERS = /\bpars(?:er|e)\b|nested/i;

/** What of a guest is looked at. */
export type LimitedGuest = Pick<
  OpenGuest,
  "instance" | "context" | "limits" | "output" | "volumes"
>;

/**
 * Take a step in the guest.
 *
 * @throws {LimitError} Instead of what the step threw, when that is what
 * Python says about a limit, or when it wrote too much.
 */
export async function inLimits<T>(
  guest: LimitedGuest,
  step: () => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await step();
  } catch (error) {
    throw limitOf(guest, error);
  }
  demandOutput(guest);
  return result;
}

/** The same for a step that answers at once. */
export function inLimitsSync<T>(guest: LimitedGuest, step: () => T): T {
  let result: T;
  try {
    result = step();
  } catch (error) {
    throw limitOf(guest, error);
  }
  demandOutput(guest);
  return result;
}

/** @throws {LimitError} When the guest has written too much. */
function demandOutput({ output }: LimitedGuest, cause?: unknown): void {
  if (!output.isExceeded) return;
  throw new LimitError({
    limit: "output",
    value: output.maximum,
    used: output.used,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The limit that is behind an error of Python's, or else the error. */
export function limitOf(guest: LimitedGuest, error: unknown): unknown {
  const { limits, context } = guest;
  if (!(error instanceof PythonError)) return fullMemory(guest, error);
  if (error.is("MemoryError") && !PARSERS.test(error.message)) {
    return memoryError(guest, error);
  }
  if (error.is("OSError") && error.args?.[0] === Errno.MFILE) {
    const value = limits.files ?? context.fds.maximum;
    const used = value; // some have been closed on the way here
    return new LimitError({ limit: "files", value, used, cause: error });
  }
  if (error.is("OSError") && error.args?.[0] === Errno.NOSPC) {
    return fullVolume(guest, error);
  }
  const { depth } = limits;
  if (error.is("RecursionError") && depth !== undefined) {
    return new LimitError({
      limit: "depth",
      value: depth,
      used: depth,
      cause: error,
    });
  }
  return error;
}

/** The files in memory are full, unless it is the disk. */
function fullVolume({ volumes }: LimitedGuest, error: PythonError): Error {
  const full = volumes.find(({ refused }) => refused !== undefined);
  if (full === undefined) return error;
  return new LimitError({
    limit: "tmp",
    value: full.quota,
    used: full.refused ?? full.used,
    cause: error,
  });
}

/** The host finds the memory full when it has something to pass. */
function fullMemory(guest: LimitedGuest, error: unknown): unknown {
  return error instanceof MemoryFull ? memoryError(guest, error) : error;
}

function memoryError(
  { limits, instance }: LimitedGuest,
  cause: unknown,
): LimitError {
  const { memory: value } = limits;
  const used = instance.memory.size;
  return new LimitError({ limit: "memory", value, used, cause });
}
