/**
 * What two parts of one program share: a table and globals.
 *
 * @module
 */

import { BuildError } from "../build_error.ts";
import { type ByteReader, ByteWriter } from "./bytes.ts";
import { skipLimits } from "./functions.ts";
import { itemsOf, type Section, sectionBody, SectionId } from "./sections.ts";

const FUNCREF = 0x70;

/** A global of a module's own. */
export interface Global {
  readonly index: number;
  /** Its value type. */
  readonly type: number;
  /** Whether it can change. */
  readonly mutable: boolean;
}

/** All globals of a module, which imports none. */
export function readGlobals(sections: readonly Section[]): Global[] {
  let index = 0;
  return itemsOf(sectionBody(sections, SectionId.GLOBAL), (reader) => {
    const type = reader.byte();
    const mutable = reader.byte() === 1;
    skipConstant(reader);
    return { index: index++, type, mutable };
  });
}

/** How many slots the only table has: as many as it may have. */
export function readTable(sections: readonly Section[]): number {
  const sizes = itemsOf(sectionBody(sections, SectionId.TABLE), (reader) => {
    const type = reader.byte();
    const { at } = reader;
    reader.byte();
    const size = reader.u32();
    reader.at = at;
    skipLimits(reader);
    return type === FUNCREF ? size : NaN;
  });
  const [size = NaN] = sizes;
  if (sizes.length === 1 && !Number.isNaN(size)) return size;
  throw new BuildError("Cannot split the module: it has not one table");
}

/** A section with one table of just this size. */
export function writeTable(size: number): Uint8Array {
  const writer = new ByteWriter();
  writer.put(Uint8Array.of(1, FUNCREF, 1));
  writer.u32(size);
  writer.u32(size);
  return writer.bytes.slice();
}

/** `i32.const` or `i64.const` and `end`. */
function skipConstant(reader: ByteReader): void {
  const opcode = reader.byte();
  if (opcode !== 0x41 && opcode !== 0x42) {
    throw new BuildError(`Cannot split the module: a global of ${opcode}`);
  }
  reader.skipNumber();
  reader.byte();
}
