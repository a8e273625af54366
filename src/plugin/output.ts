/**
 * What a plugin writes to its standard output and error.
 *
 * @module
 */

import type { Context } from "../wasi/mod.ts";

/**
 * Where a plugin's output goes: this process's own, nowhere, a callback, or a
 * Web stream. A stream is left open, and may be given for both; a call answers
 * when the stream has taken all of its output, so read it meanwhile.
 */
export type OutputOption =
  | "inherit"
  | "null"
  | ((chunk: Uint8Array) => void)
  | WritableStream<Uint8Array>;

/**
 * Take a step in the guest, and wait until streams took what it wrote.
 *
 * @param context What holds the streams.
 * @param step The step.
 * @returns What it returns.
 * @throws What the step threw, or else what a stream failed with.
 */
export async function afterOutput<T>(
  context: Context,
  step: () => T | Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await step();
  } catch (error) {
    await context.drained()?.catch(() => {});
    throw error;
  }
  await context.drained();
  return result;
}
