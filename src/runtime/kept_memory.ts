/**
 * What the memory of every instance begins as, kept outside of the package.
 *
 * The module graph copies a file three times before V8 has it; what is read into
 * the memory itself is there at once. Runs of bytes with few zeros in a row are
 * kept, one right behind the other as they are read, and moved to their places:
 *
 * ```text
 *   runs    each a multiple of 32 bytes
 *   places  4 + 4 bytes for each: where in the memory it begins and ends; zeros
 *           up to a multiple of 32
 *   count   4 bytes, and 28 zeros: how many runs; numbers are this machine's
 *   sum     32 bytes: of all before
 * ```
 *
 * @module
 */

import { STACK_END } from "./memory_image.ts";
import { memorySum, SUM_SIZE } from "./memory_sum.ts";

/** Somebody who may have it. */
export interface KeptMemory {
  /**
   * Read what is kept.
   *
   * @param bytes Where to; zeros.
   * @returns How many bytes there are: 0 when nothing is kept, or more than fit.
   */
  read(bytes: Uint8Array): number;
  /**
   * Be told that nothing was kept, or nothing whole.
   *
   * @param make Makes what may be kept; it takes some milliseconds.
   */
  missed(make: () => Uint8Array<ArrayBuffer>): void;
}

/** Bytes of a memory, by where they lie. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/** So many zeros in a row are left out. */
const GAP = 64 * 1024;
/** All lengths are multiples of it. */
const UNIT = SUM_SIZE;
/** Two numbers of 4 bytes. */
const PLACE = 8;

/**
 * Fill a memory of zeros with what is kept.
 *
 * @returns Whether it was there, and whole; else the memory holds zeros.
 */
export function fillFromKept(
  memory: WebAssembly.Memory,
  kept: KeptMemory,
): boolean {
  const all = new Uint8Array(memory.buffer);
  const size = kept.read(all.subarray(STACK_END));
  const runs = runsIn(memory, size);
  if (runs === undefined) {
    all.fill(0, STACK_END, STACK_END + size);
    return false;
  }
  const lengths = runs.reduce((sum, { start, end }) => sum + end - start, 0);
  all.fill(0, STACK_END + lengths, STACK_END + size);
  let from = STACK_END + lengths;
  for (const { start, end } of runs.toReversed()) { // none is in another's way
    from -= end - start;
    all.copyWithin(start, from, from + end - start);
    all.fill(0, from, Math.min(start, from + end - start));
  }
  return true;
}

/** What may be kept of a memory that no guest runs in. */
export function toBeKept(memory: WebAssembly.Memory): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(memory.buffer);
  const runs = nonZeroRuns(bytes);
  const places = new Uint8Array(unitsOf(runs.length * PLACE) + UNIT);
  const numbers = runs.flatMap(({ start, end }) => [start, end]);
  new Uint32Array(places.buffer).set(numbers);
  new Uint32Array(places.buffer, places.length - UNIT).set([runs.length]);
  const parts = [
    ...runs.map(({ start, end }) => bytes.subarray(start, end)),
    places,
  ];
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const all = new WebAssembly.Memory({
    initial: Math.ceil((STACK_END + size + UNIT) / 65536),
  });
  let at = STACK_END;
  for (const part of parts) {
    new Uint8Array(all.buffer).set(part, at);
    at += part.length;
  }
  new Uint8Array(all.buffer).set(memorySum(all, STACK_END, at), at);
  return new Uint8Array(all.buffer).slice(STACK_END, at + UNIT);
}

/** Where to put what was read; nothing when that is not what was kept. */
function runsIn(memory: WebAssembly.Memory, size: number): Run[] | undefined {
  const sumAt = size - UNIT;
  const countAt = sumAt - UNIT;
  if (countAt < 0 || size % UNIT !== 0) return undefined;
  const bytes = new Uint8Array(memory.buffer, STACK_END, size);
  const sum = memorySum(memory, STACK_END, STACK_END + sumAt);
  if (!sum.every((byte, at) => byte === bytes[sumAt + at])) return undefined;
  const { buffer } = memory;
  const [count = 0] = new Uint32Array(buffer, STACK_END + countAt, 1);
  const placesAt = countAt - unitsOf(count * PLACE);
  if (placesAt < 0) return undefined;
  const numbers = new Uint32Array(buffer, STACK_END + placesAt, count * 2);
  const runs = Array.from({ length: count }, (_, at) => ({
    start: numbers[at * 2] ?? 0,
    end: numbers[at * 2 + 1] ?? 0,
  }));
  return fit(runs, { from: STACK_END, length: placesAt, to: buffer.byteLength })
    ? runs
    : undefined;
}

/** Whether runs lie one behind the other, in a memory that has such an end. */
function fit(
  runs: readonly Run[],
  { from, length, to }: {
    readonly from: number;
    /** How long they are together. */
    readonly length: number;
    readonly to: number;
  },
): boolean {
  let last = from;
  let sum = 0;
  for (const { start, end } of runs) {
    if (start < last || end < start) return false;
    last = end;
    sum += end - start;
  }
  return last <= to && sum === length;
}

function nonZeroRuns(bytes: Uint8Array): Run[] {
  const words = new Uint32Array(bytes.buffer);
  const runs: Run[] = [];
  const close = (first: number, last: number) =>
    runs.push({ start: first - first % UNIT, end: unitsOf(last + 4) });
  let first = -1;
  let last = -1;
  for (let at = STACK_END; at < bytes.length; at += 4) {
    if (words[at / 4] === 0) continue;
    if (first < 0) first = at;
    else if (at - last > GAP) {
      close(first, last);
      first = at;
    }
    last = at;
  }
  if (first >= 0) close(first, last);
  return runs;
}

function unitsOf(bytes: number): number {
  return Math.ceil(bytes / UNIT) * UNIT;
}
