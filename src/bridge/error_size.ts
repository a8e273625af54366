/**
 * How large an error of the guest's may be.
 *
 * @module
 */

import { LimitError } from "../errors.ts";

/** Bytes that the description of an exception may always have. */
export const LEAST_FOR_ERRORS = 2 ** 20;

/**
 * Hold the size of an error against the limit of results.
 *
 * @param size Its bytes.
 * @param maximum The limit; an error may have a mebibyte even so.
 * @returns What is to be said instead of an error that is too large.
 */
export function errorTooLarge(
  size: number,
  maximum: number,
): LimitError | undefined {
  if (size <= Math.max(LEAST_FOR_ERRORS, maximum)) return undefined;
  return new LimitError({ limit: "result", value: maximum, used: size });
}
