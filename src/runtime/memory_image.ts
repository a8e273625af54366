/**
 * What a guest's memory holds, as the difference to the artifact's.
 *
 * @module
 */

import { MemoryPair } from "./memory_pair.ts";
import { INITIAL_PAGES, PAGE_SIZE } from "./memory_size.ts";

/** Bytes of one page of an image. */
export const IMAGE_PAGE = 4096;
/** Image pages in one page of WebAssembly memory. */
const PER_PAGE = PAGE_SIZE / IMAGE_PAGE;
/**
 * The stack ends here (`wrapper/build/link.ts`). Between two calls there is
 * nothing on it, only what is left of earlier ones: it is not saved.
 */
export const STACK_END = 8 * 1024 * 1024;

/** The pages of a memory that are not as the artifact has them. */
export interface MemoryImage {
  /** How large the memory is, in pages of WebAssembly. */
  readonly size: number;
  /** Numbers of image pages, ascending. */
  readonly pages: Uint32Array;
  /** {@linkcode IMAGE_PAGE} bytes for each of them; threads may share them. */
  readonly bytes: Uint8Array;
}

/** The pages in which a memory differs from the one it began as. */
export function captureImage(
  memory: WebAssembly.Memory,
  base: WebAssembly.Memory,
): MemoryImage {
  const all = new Uint8Array(memory.buffer);
  const pages = Uint32Array.from([
    ...new MemoryPair(memory, base).changedPages(IMAGE_PAGE, STACK_END),
    ...filledPages(all, base.buffer.byteLength),
  ]);
  const bytes = new Uint8Array(pages.length * IMAGE_PAGE);
  for (const [index, page] of pages.entries()) {
    const start = page * IMAGE_PAGE;
    bytes.set(all.subarray(start, start + IMAGE_PAGE), index * IMAGE_PAGE);
  }
  return { size: all.length / PAGE_SIZE, pages, bytes };
}

/**
 * Make a memory that is as the artifact has it what the image says.
 *
 * @throws {RangeError} When the memory may not become as large.
 */
export function placeImage(memory: WebAssembly.Memory, image: MemoryImage) {
  const missing = image.size - memory.buffer.byteLength / PAGE_SIZE;
  if (missing > 0) memory.grow(missing);
  const all = new Uint8Array(memory.buffer);
  // Neighbours go together: a call for each page would cost as much again.
  for (let first = 0; first < image.pages.length;) {
    const page = image.pages[first] ?? 0;
    let last = first + 1;
    while (image.pages[last] === page + last - first) last++;
    const bytes = image.bytes.subarray(first * IMAGE_PAGE, last * IMAGE_PAGE);
    all.set(bytes, page * IMAGE_PAGE);
    first = last;
  }
}

/** Whether an image, from wherever it came, fits into a memory. */
export function isPossible({ size, pages, bytes }: MemoryImage): boolean {
  return size >= INITIAL_PAGES && size <= 65536 &&
    bytes.length === pages.length * IMAGE_PAGE &&
    pages.every((page, index) =>
      page >= STACK_END / IMAGE_PAGE && page < size * PER_PAGE &&
      (index === 0 || page > (pages[index - 1] ?? 0))
    );
}

/** The pages from a place on that do not hold zeros alone. */
function* filledPages(memory: Uint8Array, start: number): Generator<number> {
  const words = new Int32Array(memory.buffer);
  const inPage = IMAGE_PAGE / 4;
  for (let first = start / 4; first < words.length; first += inPage) {
    if (!isZero(words, first, first + inPage)) yield first / inPage;
  }
}

function isZero(words: Int32Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (words[at] !== 0) return false;
  return true;
}
