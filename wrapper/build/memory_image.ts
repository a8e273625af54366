/**
 * The part of a module that fills its memory, made from a memory.
 *
 * @module
 */

import { ByteWriter } from "./wasm/bytes.ts";
import { type Section, SectionId } from "./wasm/sections.ts";

/**
 * So many zeros in a row end a run of bytes. Fewer cost less when they are
 * written out than a segment more, which V8 places by itself.
 */
const GAP = 64;
/** `i32.const`, and the end of an expression. */
const I32_CONST = 0x41;
const END = 0x0b;

/** Bytes of a memory from `start` to before `end`, zeros around them. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a memory is not zero.
 *
 * @param memory The memory.
 * @param from Where to begin: what lies below does not count.
 */
export function nonZeroRuns(memory: Uint8Array, from: number): Run[] {
  const runs: Run[] = [];
  let start = -1;
  let last = -1;
  for (let at = from; at < memory.length; at++) {
    if (memory[at] === 0) continue;
    if (start >= 0 && at - last > GAP) {
      runs.push({ start, end: last + 1 });
      start = at;
    } else if (start < 0) start = at;
    last = at;
  }
  if (start >= 0) runs.push({ start, end: last + 1 });
  return runs;
}

/** The data section that gives a memory of zeros these runs. */
export function dataSection(
  memory: Uint8Array,
  runs: readonly Run[],
): Section {
  const writer = new ByteWriter();
  writer.u32(runs.length);
  for (const { start, end } of runs) {
    writer.byte(0); // active, in the first memory
    writer.byte(I32_CONST);
    writer.s32(start);
    writer.byte(END);
    writer.vector(memory.subarray(start, end));
  }
  return { id: SectionId.DATA, body: writer.bytes.slice() };
}
