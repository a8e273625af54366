/**
 * A saved plugin that every thread sees, and none has a copy of.
 *
 * @module
 */

import type { Origin, SavedPlugin } from "../open.ts";

/**
 * What is saved besides the files. Whole buffers, and no views of them: when a
 * view is posted, Deno looks at every item of it, for ports.
 */
export interface SharedSave {
  readonly offered: readonly string[];
  readonly check: boolean;
  readonly size: number;
  readonly pages: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
}

/** Put what is saved where all threads see it; what is there stays there. */
export function shareSaved({ image, offered, check }: SavedPlugin): SharedSave {
  const { size, pages, bytes } = image;
  return { offered, check, size, pages: shared(pages), bytes: shared(bytes) };
}

/** The saved plugin, over the same memory. */
export function savedOf(
  save: SharedSave,
  source: Origin["source"],
): SavedPlugin {
  const { offered, check, size } = save;
  const pages = new Uint32Array(save.pages);
  const bytes = new Uint8Array(save.bytes);
  return { source, offered, check, image: { size, pages, bytes } };
}

function shared(view: Uint8Array | Uint32Array): SharedArrayBuffer {
  const { buffer, byteOffset, byteLength } = view;
  if (buffer instanceof SharedArrayBuffer && byteLength === buffer.byteLength) {
    return buffer;
  }
  const memory = new SharedArrayBuffer(byteLength);
  new Uint8Array(memory).set(new Uint8Array(buffer, byteOffset, byteLength));
  return memory;
}
