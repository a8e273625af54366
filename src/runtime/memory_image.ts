/**
 * What a guest's memory holds, as the difference to the artifact's.
 *
 * @module
 */

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

/**
 * The pages in which a memory differs from the one it began as.
 *
 * @param memory All of the memory.
 * @param base What it was; zeros where it ends.
 */
export function captureImage(
  memory: Uint8Array,
  base: Uint8Array,
): MemoryImage {
  const pages = changedPages(wordsOf(memory), wordsOf(base));
  const bytes = new Uint8Array(pages.length * IMAGE_PAGE);
  for (const [index, page] of pages.entries()) {
    const start = page * IMAGE_PAGE;
    bytes.set(memory.subarray(start, start + IMAGE_PAGE), index * IMAGE_PAGE);
  }
  return { size: memory.length / PAGE_SIZE, pages, bytes };
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

function changedPages(
  memory: Int32Array,
  base: Int32Array,
): Uint32Array<ArrayBuffer> {
  const words = IMAGE_PAGE / 4;
  const changed: number[] = [];
  for (let start = STACK_END / 4; start < memory.length; start += words) {
    if (differs(memory, base, start, start + words)) {
      changed.push(start / words);
    }
  }
  return Uint32Array.from(changed);
}

/** Two loops, so that neither has to ask where the base ends. */
function differs(
  memory: Int32Array,
  base: Int32Array,
  start: number,
  end: number,
): boolean {
  if (start >= base.length) {
    for (let at = start; at < end; at++) if (memory[at] !== 0) return true;
    return false;
  }
  for (let at = start; at < end; at++) {
    if (memory[at] !== base[at]) return true;
  }
  return false;
}

function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length / 4);
}
