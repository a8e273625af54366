/**
 * The values of calls and answers, with errors that say which one cannot cross.
 *
 * @module
 */

import { CannotPass, type Encoder } from "./encode.ts";

/** Keyword arguments of a call, by name. */
export type Kwargs = Readonly<Record<string, unknown>>;

/** Write a call's arguments; keyword arguments when there are some. */
export function writeArguments(
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

/** Write what a function returned. */
export function writeResult(encoder: Encoder, result: unknown): void {
  try {
    encoder.value(result);
  } catch (error) {
    throw error instanceof CannotPass ? error.asResult() : error;
  }
}
