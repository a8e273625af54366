/**
 * The part of a split module that fills its memory.
 *
 * @module
 */

import { SPLIT_NAMES } from "../../../src/runtime/split_names.ts";
import { ByteWriter } from "./bytes.ts";
import { type Section, sectionBody, SectionId } from "./sections.ts";

/** A module without code: instantiated with a memory of zeros, it fills it. */
export function memoryPart(sections: readonly Section[]): Section[] {
  const data = sectionBody(sections, SectionId.DATA) ?? Uint8Array.of(0);
  const imports = new ByteWriter();
  imports.u32(1);
  imports.name(SPLIT_NAMES.module);
  imports.name(SPLIT_NAMES.memory);
  imports.put(Uint8Array.of(2, 0, 0)); // a memory of any size
  return [
    { id: SectionId.IMPORT, body: imports.bytes.slice() },
    { id: SectionId.DATA, body: data },
  ];
}
