/**
 * The first of the two parts of a split module.
 *
 * @module
 */

import { SPLIT_NAMES } from "../../../src/runtime/split_names.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import {
  bodyOf,
  type Functions,
  indicesOf,
  parameterCounts,
  typeOf,
} from "./functions.ts";
import { customName, type Section, SectionId } from "./sections.ts";
import { readGlobals, writeTable } from "./shared.ts";
import type { Layout } from "./split_layout.ts";
import { writeElements, writeIndirectCall } from "./split_writing.ts";

/** The first part: what stays, and what stands in for the rest. */
export function firstPart(
  sections: readonly Section[],
  functions: Functions,
  layout: Layout,
  bring: number,
): Section[] {
  const size = layout.tableSize + layout.slots.size;
  const globals = readGlobals(sections);
  return sections.filter(isNeeded).map((section) => {
    switch (section.id) {
      case SectionId.TABLE:
        return { ...section, body: writeTable(size) };
      case SectionId.GLOBAL:
        return { ...section, body: withFlag(section.body) };
      case SectionId.EXPORT:
        return { ...section, body: withShared(section.body, globals) };
      case SectionId.ELEMENT:
        return { ...section, body: withKept(section.body, layout) };
      case SectionId.CODE: {
        const code = firstCode(sections, functions, layout, {
          bring,
          flag: globals.length,
        });
        return { ...section, body: code };
      }
      default:
        return section;
    }
  });
}

/** Of the custom sections, ours say something to the host. */
function isNeeded(section: Section): boolean {
  return section.id !== SectionId.DATA &&
    (section.id !== SectionId.CUSTOM ||
      customName(section).startsWith("py_plugin."));
}

/** One more global: whether the rest is there. */
function withFlag(body: Uint8Array): Uint8Array {
  // i32, mutable, i32.const 0, end
  return withItem(
    body,
    (writer) => writer.put(Uint8Array.of(0x7f, 1, 0x41, 0, 0x0b)),
  );
}

function withShared(
  body: Uint8Array,
  globals: ReturnType<typeof readGlobals>,
): Uint8Array {
  const [table, global] = [1, 3];
  let all = withExport(body, SPLIT_NAMES.table, table, 0);
  for (const { index } of globals) {
    all = withExport(all, `${SPLIT_NAMES.global}${index}`, global, index);
  }
  return withExport(all, SPLIT_NAMES.isThere, global, globals.length);
}

function withExport(
  body: Uint8Array,
  name: string,
  kind: number,
  index: number,
): Uint8Array {
  return withItem(body, (writer) => {
    writer.name(name);
    writer.byte(kind);
    writer.u32(index);
  });
}

/** The functions that the rest calls, in the table's first new slots. */
function withKept(body: Uint8Array, layout: Layout): Uint8Array {
  return withItem(
    body,
    (writer) => writeElements(writer, layout.tableSize, layout.kept),
  );
}

/** A vector with one more item. */
function withItem(
  body: Uint8Array,
  write: (writer: ByteWriter) => void,
): Uint8Array {
  const reader = new ByteReader(body);
  const count = reader.u32();
  const writer = new ByteWriter();
  writer.u32(count + 1);
  writer.put(body.subarray(reader.at));
  write(writer);
  return writer.bytes.slice();
}

function firstCode(
  sections: readonly Section[],
  functions: Functions,
  { moved, slots }: Layout,
  { bring, flag }: { readonly bring: number; readonly flag: number },
): Uint8Array {
  const parameters = parameterCounts(sections);
  const writer = new ByteWriter();
  writer.u32(functions.bodies.length);
  for (const index of indicesOf(functions)) {
    const type = typeOf(functions, index);
    const slot = slots.get(index);
    if (!moved.has(index)) writer.vector(bodyOf(functions, index));
    else if (slot === undefined) writer.vector(NOTHING);
    else {
      const count = parameters[type] ?? 0;
      writer.vector(standIn({ count, type, slot, bring, flag }));
    }
  }
  return writer.bytes.slice();
}

/** A body that nothing calls: unreachable. */
const NOTHING = Uint8Array.of(0, 0x00, 0x0b);

/** The body of a function that moved: bring the rest, call it there. */
function standIn(
  { count, type, slot, bring, flag }: {
    readonly count: number;
    readonly type: number;
    readonly slot: number;
    readonly bring: number;
    readonly flag: number;
  },
): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(0); // no locals
  writer.byte(0x23); // global.get
  writer.u32(flag);
  writer.byte(0x45); // i32.eqz
  writer.byte(0x04); // if
  writer.byte(0x40); // without a result
  writer.byte(0x10); // call
  writer.u32(bring);
  writer.byte(0x0b); // end
  for (let index = 0; index < count; index++) {
    writer.byte(0x20); // local.get
    writer.u32(index);
  }
  writeIndirectCall(writer, slot, type);
  writer.byte(0x0b); // end
  return writer.bytes.slice();
}
