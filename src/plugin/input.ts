/**
 * What a plugin reads as its standard input.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";

/** Gives the next bytes of an input; `null` at its end. */
export type InputFunction = (wanted: number) => Uint8Array | null;

/** Input that is there when a guest asks for it. */
export type ReadyInput = "inherit" | "null" | Uint8Array | InputFunction;

/**
 * Where a plugin's input comes from: this process's own, nowhere, bytes, a
 * function that gives the next bytes (about as many as it is asked for) and
 * `null` at the end, or a Web stream, which is read to its end before the
 * plugin starts: Python's `read()` cannot wait for one.
 */
export type InputOption = ReadyInput | ReadableStream<Uint8Array>;

/**
 * Read a Web stream to its end; leave anything else as it is.
 *
 * @throws {PluginLoadError} When the stream fails, gives something other than
 * bytes, or somebody else reads it.
 */
export async function readyInput(input: InputOption): Promise<ReadyInput> {
  // To name Deno's streams is to load them, which takes 2.5 ms.
  if (typeof input !== "object") return input;
  if (!(input instanceof ReadableStream)) return input;
  try {
    return await new Response(input).bytes();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PluginLoadError(`Cannot read the plugin's stdin: ${reason}`, {
      cause: error,
    });
  }
}
