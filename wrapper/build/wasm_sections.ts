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

import { BuildError } from "./build_error.ts";

/** Numbers of the sections that the build looks into. */
export const SectionId = {
  CUSTOM: 0,
  GLOBAL: 6,
  EXPORT: 7,
  START: 8,
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
  const reader = new SectionReader(module.subarray(MAGIC.length));
  const sections: Section[] = [];
  while (!reader.atEnd) {
    const id = reader.byte();
    sections.push({ id, body: reader.bytes(reader.number()) });
  }
  return sections;
}

/** Put a module together. */
export function writeSections(
  sections: readonly Section[],
): Uint8Array<ArrayBuffer> {
  const parts = sections.flatMap(({ id, body }) => [
    Uint8Array.of(id),
    leb128(body.length),
    body,
  ]);
  return concat([MAGIC, ...parts]);
}

/** A section with a name, for whoever knows it. */
export function customSection(name: string, contents: Uint8Array): Section {
  const nameBytes = new TextEncoder().encode(name);
  return {
    id: SectionId.CUSTOM,
    body: concat([leb128(nameBytes.length), nameBytes, contents]),
  };
}

/** The entries of an export section. */
export function readExports(body: Uint8Array): ExportEntry[] {
  const reader = new SectionReader(body);
  return Array.from({ length: reader.number() }, () => ({
    name: new TextDecoder().decode(reader.bytes(reader.number())),
    kind: reader.byte(),
    index: reader.number(),
  }));
}

/** The export section with these entries. */
export function exportSection(entries: readonly ExportEntry[]): Section {
  const parts = entries.flatMap(({ name, kind, index }) => {
    const text = new TextEncoder().encode(name);
    return [leb128(text.length), text, Uint8Array.of(kind), leb128(index)];
  });
  return {
    id: SectionId.EXPORT,
    body: concat([leb128(entries.length), ...parts]),
  };
}

/** Reads what a section holds, from its start to its end. */
export class SectionReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** @param bytes The section's body. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether all has been read. */
  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next byte. */
  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw cut();
    return byte;
  }

  /** The next unsigned number. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw cut();
  }

  /** The next signed number of 32 bits. */
  signed(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      return shift < 25 && (byte & 0x40) !== 0
        ? value | (-1 << (shift + 7))
        : value;
    }
    throw cut();
  }

  /** The next bytes. */
  bytes(size: number): Uint8Array {
    const end = this.#at + size;
    if (end > this.#bytes.length) throw cut();
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}

/** An unsigned integer as the wasm binary format writes it. */
export function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  do {
    const rest = Math.floor(value / 128);
    bytes.push((value % 128) | (rest === 0 ? 0 : 0x80));
    value = rest;
  } while (value !== 0);
  return Uint8Array.from(bytes);
}

/** A signed integer of 32 bits as the wasm binary format writes it. */
export function signedLeb128(value: number): Uint8Array {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 0x7f;
    value >>= 7;
    const isLast = value === (byte & 0x40 ? -1 : 0);
    bytes.push(isLast ? byte : byte | 0x80);
    if (isLast) return Uint8Array.from(bytes);
  }
}

/** Bytes one after the other. */
export function concat(
  parts: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(size);
  let start = 0;
  for (const part of parts) {
    bytes.set(part, start);
    start += part.length;
  }
  return bytes;
}

function cut(): BuildError {
  return new BuildError("Cannot read the module: it ends in a section");
}
