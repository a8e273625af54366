/**
 * The sections of a WebAssembly module, read and written.
 *
 * ```text
 *   00 61 73 6D 01 00 00 00     magic and version
 *   id  size  body              one section after the other; numbers are LEB128
 * ```
 *
 * @module
 */

import { BuildError } from "../build_error.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/** Numbers of the sections. */
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
  /** One of {@linkcode SectionId}, or another. */
  readonly id: number;
  /** What follows its size. */
  readonly body: Uint8Array;
}

/** One export: `kind` and `index` say what of the module. */
export interface ExportEntry {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

const MAGIC = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/**
 * Take a module apart.
 *
 * @throws {BuildError} When it is no module, or ends too early.
 */
export function readSections(module: Uint8Array): Section[] {
  if (MAGIC.some((byte, index) => module[index] !== byte)) {
    throw new BuildError("Cannot read the module: it is not WebAssembly");
  }
  const reader = new ByteReader(module, MAGIC.length);
  const sections: Section[] = [];
  while (!reader.done) {
    sections.push({ id: reader.byte(), body: reader.vector() });
  }
  return sections;
}

/** Put a module together. */
export function writeSections(
  sections: readonly Section[],
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.put(MAGIC);
  for (const { id, body } of sections) {
    writer.byte(id);
    writer.vector(body);
  }
  return writer.bytes.slice();
}

/** A section with a name, for whoever knows it. */
export function customSection(name: string, contents: Uint8Array): Section {
  const writer = new ByteWriter();
  writer.name(name);
  writer.put(contents);
  return { id: SectionId.CUSTOM, body: writer.bytes.slice() };
}

/** The name of a custom section. */
export function customName({ body }: Section): string {
  return new ByteReader(body).name();
}

/** The entries of an export section. */
export function readExports(body: Uint8Array): ExportEntry[] {
  return itemsOf(body, (reader) => ({
    name: reader.name(),
    kind: reader.byte(),
    index: reader.u32(),
  }));
}

/** The export section with these entries. */
export function exportSection(entries: readonly ExportEntry[]): Section {
  const writer = new ByteWriter();
  writer.u32(entries.length);
  for (const { name, kind, index } of entries) {
    writer.name(name);
    writer.byte(kind);
    writer.u32(index);
  }
  return { id: SectionId.EXPORT, body: writer.bytes.slice() };
}

/** What the only section with a number holds; nothing when there is none. */
export function sectionBody(
  sections: readonly Section[],
  id: number,
): Uint8Array | undefined {
  return sections.find((section) => section.id === id)?.body;
}

/** The items of a section that is a vector, each as `read` reads it. */
export function itemsOf<T>(
  body: Uint8Array | undefined,
  read: (reader: ByteReader) => T,
): T[] {
  if (body === undefined) return [];
  const reader = new ByteReader(body);
  return Array.from({ length: reader.u32() }, () => read(reader));
}
