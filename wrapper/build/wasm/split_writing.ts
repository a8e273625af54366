/**
 * What both parts of a split module write.
 *
 * @module
 */

import type { ByteWriter } from "./bytes.ts";

/** An active segment of the only table. */
export function writeElements(
  writer: ByteWriter,
  offset: number,
  indices: readonly number[],
): void {
  writer.u32(0);
  writer.byte(0x41); // i32.const
  writer.s32(offset);
  writer.byte(0x0b); // end
  writer.u32(indices.length);
  for (const index of indices) writer.u32(index);
}

/** A call of what is in a slot of the table. */
export function writeIndirectCall(
  writer: ByteWriter,
  slot: number,
  type: number,
): void {
  writer.byte(0x41); // i32.const
  writer.s32(slot);
  writer.byte(0x11); // call_indirect
  writer.u32(type);
  writer.u32(0); // the table
}
