/**
 * Which image of a started Python an artifact holds.
 *
 * @module
 */

import { InternalError } from "../errors.ts";

/** The custom section of python.wasm that holds the image's id. */
export const IMAGE_SECTION = "py_plugin.image";

/**
 * The id: the SHA-256, in hex, of the module that python.wasm, memory.wasm and
 * rest.wasm are made from, without the section that holds it. What was saved of one image goes on only upon the same one.
 *
 * @throws {InternalError} When the module is not ours.
 */
export function imageId(python: WebAssembly.Module): string {
  const [bytes] = WebAssembly.Module.customSections(python, IMAGE_SECTION);
  const id = bytes && new TextDecoder().decode(bytes);
  if (id !== undefined && /^[0-9a-f]{64}$/.test(id)) return id;
  throw new InternalError("python.wasm does not say which image it holds");
}
