/**
 * A module whose functions note that they ran.
 *
 * @module
 */

import { ByteReader, ByteWriter } from "./bytes.ts";
import { functionsOf } from "./functions.ts";
import {
  readSections,
  type Section,
  sectionBody,
  SectionId,
  writeSections,
} from "./sections.ts";

/** The export with the marks: one byte for each function, by index. */
export const MARKS = "marks";

/** The number of the memory for them; the program's own is imported. */
const MEMORY = 1;
const PAGE = 65536;

/**
 * Let each of a module's own functions begin by noting that it ran.
 *
 * @param file A module that imports its only memory.
 */
export function mark(file: Uint8Array): Uint8Array {
  const sections = readSections(file);
  const { imported, types, bodies } = functionsOf(sections);
  const pages = Math.ceil(types.length / PAGE);
  const code = new ByteWriter();
  code.u32(bodies.length);
  for (const [number, body] of bodies.entries()) {
    code.vector(markedBody(body, imported + number));
  }
  return writeSections(sections.flatMap((section) => {
    switch (section.id) {
      case SectionId.GLOBAL: // the memories come before
        return [memorySection(pages), section];
      case SectionId.EXPORT:
        return [{ ...section, body: withMarks(sections) }];
      case SectionId.CODE:
        return [{ ...section, body: code.bytes.slice() }];
      default:
        return [section];
    }
  }));
}

function memorySection(pages: number): Section {
  const writer = new ByteWriter();
  writer.put(Uint8Array.of(1, 0));
  writer.u32(pages);
  return { id: SectionId.MEMORY, body: writer.bytes.slice() };
}

function withMarks(sections: readonly Section[]): Uint8Array {
  const exported = sectionBody(sections, SectionId.EXPORT) ?? Uint8Array.of(0);
  const reader = new ByteReader(exported);
  const writer = new ByteWriter();
  writer.u32(reader.u32() + 1);
  writer.put(exported.subarray(reader.at));
  writer.name(MARKS);
  writer.put(Uint8Array.of(2, MEMORY));
  return writer.bytes.slice();
}

function markedBody(body: Uint8Array, index: number): Uint8Array {
  const reader = new ByteReader(body);
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.skipNumber();
    reader.byte();
  }
  const writer = new ByteWriter();
  writer.put(body.subarray(0, reader.at));
  writer.put(Uint8Array.of(0x41, 0, 0x41, 1)); // i32.const 0, i32.const 1
  writer.put(Uint8Array.of(0x3a, 0x40, MEMORY)); // i32.store8 in that memory
  writer.u32(index);
  writer.put(body.subarray(reader.at));
  return writer.bytes.slice();
}
