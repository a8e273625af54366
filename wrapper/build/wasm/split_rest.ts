/**
 * The second of the two parts of a split module.
 *
 * @module
 */

import { SPLIT_NAMES } from "../../../src/runtime/split_names.ts";
import { BuildError } from "../build_error.ts";
import { ByteWriter } from "./bytes.ts";
import { callsIn } from "./code.ts";
import { bodyOf, type Functions, typeOf } from "./functions.ts";
import { type Section, sectionBody, SectionId } from "./sections.ts";
import { readGlobals, writeTable } from "./shared.ts";
import type { Layout } from "./split_layout.ts";
import { writeElements, writeIndirectCall } from "./split_writing.ts";

/** The rest: the functions that moved. */
export function restPart(
  sections: readonly Section[],
  functions: Functions,
  layout: Layout,
): Section[] {
  const types = sectionBody(sections, SectionId.TYPE);
  if (types === undefined) throw new BuildError("Cannot split the module");
  const globals = readGlobals(sections);
  const indices = [...layout.moved.keys()];
  return [
    { id: SectionId.TYPE, body: types },
    { id: SectionId.IMPORT, body: restImports(globals, layout) },
    {
      id: SectionId.FUNCTION,
      body: vector(
        indices,
        (writer, index) => writer.u32(typeOf(functions, index)),
      ),
    },
    {
      id: SectionId.ELEMENT,
      body: vector([layout.called], (writer, called) =>
        writeElements(
          writer,
          layout.tableSize + layout.kept.length,
          called.map((index) => layout.moved.get(index) ?? 0),
        )),
    },
    {
      id: SectionId.CODE,
      body: vector(
        indices,
        (writer, index) => writer.vector(movedBody(functions, index, layout)),
      ),
    },
  ];
}

function restImports(
  globals: ReturnType<typeof readGlobals>,
  layout: Layout,
): Uint8Array {
  const size = layout.tableSize + layout.slots.size;
  const imports: [string, (writer: ByteWriter) => void][] = [
    [SPLIT_NAMES.memory, (writer) => {
      writer.put(Uint8Array.of(2, 0, 0)); // a memory of any size
    }],
    [SPLIT_NAMES.table, (writer) => {
      writer.byte(1);
      writer.put(writeTable(size).subarray(1));
    }],
    // All of them, so that their indices stay.
    ...globals.map(({ index, type, mutable }) =>
      [`${SPLIT_NAMES.global}${index}`, (writer: ByteWriter) => {
        writer.put(Uint8Array.of(3, type, mutable ? 1 : 0));
      }] as [string, (writer: ByteWriter) => void]
    ),
  ];
  return vector(imports, (writer, [name, describe]) => {
    writer.name(SPLIT_NAMES.module);
    writer.name(name);
    describe(writer);
  });
}

/** A body whose calls are those of the rest. */
function movedBody(
  functions: Functions,
  index: number,
  { moved, slots }: Layout,
): Uint8Array {
  const body = bodyOf(functions, index);
  const writer = new ByteWriter();
  let done = 0;
  for (const { at, end, index: callee } of callsIn(body)) {
    writer.put(body.subarray(done, at));
    done = end;
    const number = moved.get(callee);
    if (number !== undefined) {
      writer.byte(0x10);
      writer.u32(number);
    } else {
      writeIndirectCall(
        writer,
        slots.get(callee) ?? 0,
        typeOf(functions, callee),
      );
    }
  }
  writer.put(body.subarray(done));
  return writer.bytes.slice();
}

function vector<T>(
  items: readonly T[],
  write: (writer: ByteWriter, item: T) => void,
): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(items.length);
  for (const item of items) write(writer, item);
  return writer.bytes.slice();
}
