/**
 * A linked module and its memory after a while, as one module that begins
 * there: what Wizer does.
 *
 * ```text
 *   linked                     saved
 *   export _initialize         the function that was plug_awake
 *   start: zero the .bss       gone, it would zero what is saved
 *   data: as compiled          what the memory holds
 *   custom                     + "py_plugin.image": which image this is
 * ```
 *
 * @module
 */

import { IMAGE_SECTION } from "../../src/runtime/mod.ts";
import { BuildError } from "./build_error.ts";
import { sha256 } from "./files.ts";
import { dataSection, nonZeroRuns } from "./memory_image.ts";
import { ByteReader } from "./wasm/bytes.ts";
import {
  customSection,
  type ExportEntry,
  exportSection,
  readExports,
  type Section,
  SectionId,
  writeSections,
} from "./wasm/sections.ts";

const I32 = 0x7f;
const I32_CONST = 0x41;

/** Make the module; `sections` are of the one whose memory it is. */
export async function savedModule(
  sections: readonly Section[],
  memory: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const stack = stackPointer(sections);
  const data = dataSection(memory, nonZeroRuns(memory, stack));
  const saved = sections
    .filter(({ id }) => id !== SectionId.START)
    .map((section) => {
      switch (section.id) {
        case SectionId.DATA:
          return data;
        case SectionId.EXPORT:
          return exportSection(awakened(readExports(section.body)));
        case SectionId.DATA_COUNT:
          throw new BuildError(
            "Cannot save the module: its code reads data segments by number",
          );
        default:
          return section;
      }
    });
  const id = await sha256(writeSections(saved));
  const text = new TextEncoder().encode(id);
  return writeSections([...saved, customSection(IMAGE_SECTION, text)]);
}

/** What was constructed is saved: nothing is constructed again. */
function awakened(entries: readonly ExportEntry[]): ExportEntry[] {
  const awake = entries.find(({ name }) => name === "plug_awake");
  if (awake === undefined) {
    throw new BuildError("Cannot save the module: it has no plug_awake");
  }
  return entries
    .filter((entry) => entry !== awake)
    .map((entry) =>
      entry.name === "_initialize" ? { ...awake, name: entry.name } : entry
    );
}

/**
 * Where the stack begins, which has nothing on it between two calls: below
 * lies what is left of earlier ones. All else that a module holds outside its
 * memory would have to be saved as well, so there must not be any.
 */
function stackPointer(sections: readonly Section[]): number {
  const globals = sections.find(({ id }) => id === SectionId.GLOBAL);
  const reader = new ByteReader(globals?.body ?? Uint8Array.of(0));
  const mutable: number[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    const type = reader.byte();
    const isMutable = reader.byte() === 1;
    if (type !== I32 || reader.byte() !== I32_CONST) {
      throw new BuildError(
        "Cannot save the module: it has a global variable that is no number of 32 bits",
      );
    }
    const value = reader.s32() >>> 0;
    reader.byte(); // the end of the expression
    if (isMutable) mutable.push(value);
  }
  const [stack, ...others] = mutable;
  if (stack !== undefined && others.length === 0) return stack;
  throw new BuildError(
    `Cannot save the module: it has ${mutable.length} global variables, not the stack pointer alone`,
  );
}
