/**
 * A WebAssembly file as a list of sections, and back.
 *
 * https://webassembly.github.io/spec/core/binary/modules.html
 *
 * @module
 */

import { BuildError } from "../build_error.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/** The sections by number. */
export const SectionId = {
  CUSTOM: 0,
  TYPE: 1,
  IMPORT: 2,
  FUNCTION: 3,
  TABLE: 4,
  MEMORY: 5,
  GLOBAL: 6,
  EXPORT: 7,
  START: 8,
  ELEMENT: 9,
  CODE: 10,
  DATA: 11,
  DATA_COUNT: 12,
} as const;

/** One section. */
export interface Section {
  readonly id: number;
  /** What it holds, without its head; a view. */
  readonly payload: Uint8Array;
}

/** `\0asm`, version 1. */
const HEAD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** Take a file apart. */
export function readSections(file: Uint8Array): Section[] {
  const reader = new ByteReader(file);
  const head = reader.take(HEAD.length);
  if (HEAD.some((byte, index) => head[index] !== byte)) {
    throw new BuildError("Cannot read the WebAssembly file: it is none");
  }
  const sections: Section[] = [];
  while (!reader.done) {
    sections.push({ id: reader.byte(), payload: reader.vector() });
  }
  return sections;
}

/** Put a file together. */
export function writeSections(sections: readonly Section[]): Uint8Array {
  const writer = new ByteWriter();
  writer.put(HEAD);
  for (const { id, payload } of sections) {
    writer.byte(id);
    writer.vector(payload);
  }
  return writer.bytes.slice();
}

/** What the only section with a number holds; nothing when there is none. */
export function payloadOf(
  sections: readonly Section[],
  id: number,
): Uint8Array | undefined {
  return sections.find((section) => section.id === id)?.payload;
}

/** The items of a section that is a vector, each as `read` reads it. */
export function itemsOf<T>(
  payload: Uint8Array | undefined,
  read: (reader: ByteReader) => T,
): T[] {
  if (payload === undefined) return [];
  const reader = new ByteReader(payload);
  return Array.from({ length: reader.u32() }, () => read(reader));
}

/** A custom section. */
export function customSection(name: string, content: Uint8Array): Section {
  const writer = new ByteWriter();
  writer.name(name);
  writer.put(content);
  return { id: SectionId.CUSTOM, payload: writer.bytes.slice() };
}
