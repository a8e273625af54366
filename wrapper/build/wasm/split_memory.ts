/**
 * The part of a split module that fills its memory.
 *
 * @module
 */

import { ByteWriter } from "./bytes.ts";
import { type Section, sectionBody, SectionId } from "./sections.ts";
import { SHARED } from "./split_layout.ts";

/** A module without code: instantiated with a memory of zeros, it fills it. */
export function memoryPart(sections: readonly Section[]): Section[] {
  const data = sectionBody(sections, SectionId.DATA) ?? Uint8Array.of(0);
  const imports = new ByteWriter();
  imports.u32(1);
  imports.name(SHARED.module);
  imports.name(SHARED.memory);
  imports.put(Uint8Array.of(2, 0, 0)); // a memory of any size
  return [
    { id: SectionId.IMPORT, body: imports.bytes.slice() },
    { id: SectionId.DATA, body: data },
  ];
}
