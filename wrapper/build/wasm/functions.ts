/**
 * The functions of a module.
 *
 * @module
 */

import { BuildError } from "../build_error.ts";
import { ByteReader } from "./bytes.ts";
import { itemsOf, type Section, sectionBody, SectionId } from "./sections.ts";

/** Number of the part of the section `name` that names functions. */
const FUNCTION_NAMES = 1;

/** The functions that a module has of its own. */
export interface Functions {
  /** How many are imported: the index of the first of its own. */
  readonly imported: number;
  /** The type of each function by index, those imported included. */
  readonly types: readonly number[];
  /** Locals and code of each of its own; views. */
  readonly bodies: readonly Uint8Array[];
}

/** What a module's functions are. */
export function functionsOf(sections: readonly Section[]): Functions {
  const imported = importedTypes(sections);
  const own = itemsOf(
    sectionBody(sections, SectionId.FUNCTION),
    (reader) => reader.u32(),
  );
  return {
    imported: imported.length,
    types: [...imported, ...own],
    bodies: itemsOf(
      sectionBody(sections, SectionId.CODE),
      (reader) => reader.vector(),
    ),
  };
}

/** The names of a module's functions by index, if it has any. */
export function functionNames(
  sections: readonly Section[],
): Map<number, string> {
  const names = new Map<number, string>();
  for (const { id, body } of sections) {
    if (id !== SectionId.CUSTOM) continue;
    const reader = new ByteReader(body);
    if (reader.name() !== "name") continue;
    while (!reader.done) {
      const part = reader.byte();
      const content = reader.vector();
      if (part !== FUNCTION_NAMES) continue;
      itemsOf(content, (each) => names.set(each.u32(), each.name()));
    }
  }
  return names;
}

/** How many parameters each type has; LLVM's value types are one byte. */
export function parameterCounts(sections: readonly Section[]): number[] {
  return itemsOf(sectionBody(sections, SectionId.TYPE), (reader) => {
    reader.byte(); // `func`
    const parameters = reader.vector().length;
    reader.vector();
    return parameters;
  });
}

function importedTypes(sections: readonly Section[]): number[] {
  const kinds = itemsOf(sectionBody(sections, SectionId.IMPORT), (reader) => {
    reader.name();
    reader.name();
    return importedType(reader);
  });
  return kinds.filter((type) => type !== undefined);
}

/** The type of an imported function; nothing for anything else. */
function importedType(reader: ByteReader): number | undefined {
  switch (reader.byte()) {
    case 0:
      return reader.u32();
    case 1: // a table
      reader.byte();
      skipLimits(reader);
      return undefined;
    case 2: // a memory
      skipLimits(reader);
      return undefined;
    default: // a global
      reader.byte();
      reader.byte();
      return undefined;
  }
}

/** The least, and the most if there is one. */
export function skipLimits(reader: ByteReader): void {
  const hasMaximum = (reader.byte() & 1) === 1;
  reader.skipNumber();
  if (hasMaximum) reader.skipNumber();
}

/** The indices of a module's own functions. */
export function indicesOf({ imported, bodies }: Functions): number[] {
  return bodies.map((_body, number) => imported + number);
}

/** Locals and code of a function of its own. */
export function bodyOf(
  { imported, bodies }: Functions,
  index: number,
): Uint8Array {
  return bodies[index - imported] ?? Uint8Array.of();
}

/** The type of a function. */
export function typeOf({ types }: Functions, index: number): number {
  const type = types[index];
  if (type !== undefined) return type;
  throw new BuildError(`Cannot split the module: no function ${index}`);
}
