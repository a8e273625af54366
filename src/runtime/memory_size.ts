/**
 * How large a guest's memory starts, and how large it may become.
 *
 * @module
 */

import { comparedText } from "../size_text.ts";

/** Bytes in one page of WebAssembly memory. */
export const PAGE_SIZE = 65536;

/** Pages that python.wasm starts with: it is linked for these, and saved with them. */
export const INITIAL_PAGES = 384;

/** Bytes a guest may grow to when the caller does not say. */
export const DEFAULT_MAXIMUM = 1024 * 1024 * 1024;

/** Pages of a memory that may hold `bytes`; never more than wasm32 can have. */
export function pagesFor(bytes: number): number {
  const least = INITIAL_PAGES * PAGE_SIZE;
  if (!Number.isFinite(bytes) || bytes < least) {
    const [asked, needed] = comparedText(bytes, least);
    throw new RangeError(
      `Cannot limit a plugin's memory to ${asked}: Python needs at least ${needed}`,
    );
  }
  return Math.min(65536, Math.floor(bytes / PAGE_SIZE));
}
