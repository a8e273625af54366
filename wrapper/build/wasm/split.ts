/**
 * One module as two: the code that most runs need, and the rest, which is
 * brought when one of its functions is called for the first time.
 *
 * ```text
 *   first                               rest
 *   f: …                                g, h: as they were, but what stays
 *   g: if not there: bring it()             in `first` is called through
 *      call_indirect slot of g              the table
 *   table: [as it was … | f … | g, h …]
 *                          ^      ^
 *        what the rest calls      what is called of the rest
 * ```
 *
 * Indices of functions stay what they were in the first part, so nothing else
 * in it changes; pointers to functions mean the same before and after. Both
 * parts share memory, table, and the globals that can change.
 *
 * @module
 */

import { BuildError } from "../build_error.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { callsIn } from "./code.ts";
import { type Functions, functionsOf, parameterCounts } from "./functions.ts";
import { readGlobals, readTable, writeTable } from "./shared.ts";
import {
  customName,
  itemsOf,
  readSections,
  type Section,
  sectionBody,
  SectionId,
  writeSections,
} from "./sections.ts";

/** Names under which the first part exports what the rest imports. */
export const SHARED = {
  /** Module name of all that the rest imports. */
  module: "python",
  table: "table",
  /** Followed by the global's index. */
  global: "global",
  memory: "memory",
  /** A global: whether the rest is there, which the host sets. */
  isThere: "code_is_there",
} as const;

/** The two parts. */
export interface Parts {
  readonly first: Uint8Array;
  readonly rest: Uint8Array;
}

/** What {@linkcode split} decides with. */
export interface SplitOptions {
  /** Whether a function of the module's own stays in the first part. */
  readonly isFirst: (index: number) => boolean;
  /** The export, without parameters or results, that brings the rest. */
  readonly bring: string;
  /** More exports that must do without the rest. */
  readonly plain: readonly string[];
}

/** Split a module that LLVM made. */
export function split(file: Uint8Array, options: SplitOptions): Parts {
  const sections = readSections(file);
  const functions = functionsOf(sections);
  const bring = exportedFunction(sections, options.bring);
  const plain = options.plain.map((name) => exportedFunction(sections, name));
  const bound = calledFrom(functions, [bring, ...plain]);
  const moved = indicesOf(functions).filter((index) =>
    !bound.has(index) && !options.isFirst(index)
  );
  const layout = layoutOf(sections, functions, moved);
  return {
    first: writeSections(firstPart(sections, functions, layout, bring)),
    rest: writeSections(restPart(sections, functions, layout)),
  };
}

/** Functions, and all that they call by name, directly or not. */
function calledFrom(
  functions: Functions,
  indices: readonly number[],
): Set<number> {
  const found = new Set<number>();
  const pending = [...indices];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    if (index < functions.imported) continue;
    for (const call of callsIn(bodyOf(functions, index))) {
      pending.push(call.index);
    }
  }
  return found;
}

/** Where everything is. */
interface Layout {
  /** Functions that move, with their indices in the rest. */
  readonly moved: ReadonlyMap<number, number>;
  /** Functions that are called through the table, with their slots. */
  readonly slots: ReadonlyMap<number, number>;
  /** Those that stay and the rest calls: the first new slots. */
  readonly kept: readonly number[];
  /** Those that move and are called from what stays: the slots after them. */
  readonly called: readonly number[];
  /** How large the table was. */
  readonly tableSize: number;
}

function layoutOf(
  sections: readonly Section[],
  functions: Functions,
  moved: readonly number[],
): Layout {
  const numbers = new Map(moved.map((index, number) => [index, number]));
  const called = new Set(namedOutside(sections));
  const kept = new Set<number>();
  for (const index of indicesOf(functions)) {
    const isMoved = numbers.has(index);
    for (const call of callsIn(bodyOf(functions, index))) {
      if (isMoved && !numbers.has(call.index)) kept.add(call.index);
      if (!isMoved && numbers.has(call.index)) called.add(call.index);
    }
  }
  const tableSize = readTable(sections);
  const inOrder = (set: ReadonlySet<number>) =>
    [...set].sort((one, other) => one - other);
  const keptOnes = inOrder(kept);
  const calledOnes = inOrder(called).filter((index) => numbers.has(index));
  const slots = [...keptOnes, ...calledOnes].map((index, at) =>
    [index, tableSize + at] as const
  );
  return {
    moved: numbers,
    slots: new Map(slots),
    kept: keptOnes,
    called: calledOnes,
    tableSize,
  };
}

/** Functions that are named by exports, by the start, and in the table. */
function namedOutside(sections: readonly Section[]): number[] {
  const exported = exportsOf(sections)
    .filter(({ kind }) => kind === 0).map(({ index }) => index);
  const start = sectionBody(sections, SectionId.START);
  const listed = itemsOf(
    sectionBody(sections, SectionId.ELEMENT),
    readElements,
  );
  return [
    ...exported,
    ...(start === undefined ? [] : [new ByteReader(start).u32()]),
    ...listed.flat(),
  ];
}

/** One active segment of the only table, as LLVM writes it. */
function readElements(reader: ByteReader): number[] {
  if (reader.u32() !== 0) {
    throw new BuildError("Cannot split the module: elements of another kind");
  }
  reader.byte(); // i32.const
  reader.skipNumber();
  reader.byte(); // end
  return Array.from({ length: reader.u32() }, () => reader.u32());
}

function firstPart(
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
  return section.id !== SectionId.CUSTOM ||
    customName(section).startsWith("py_plugin.");
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
  let all = withExport(body, SHARED.table, table, 0);
  for (const { index } of globals) {
    all = withExport(all, `${SHARED.global}${index}`, global, index);
  }
  return withExport(all, SHARED.isThere, global, globals.length);
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

function writeElements(
  writer: ByteWriter,
  offset: number,
  indices: readonly number[],
): void {
  writer.u32(0);
  writer.byte(0x41); // i32.const
  writer.s32(offset);
  writer.byte(0x0b); // end
  writer.u32(indices.length);
  for (const index of indices) writer.u32(index);
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

function writeIndirectCall(
  writer: ByteWriter,
  slot: number,
  type: number,
): void {
  writer.byte(0x41); // i32.const
  writer.s32(slot);
  writer.byte(0x11); // call_indirect
  writer.u32(type);
  writer.u32(0); // the table
}

function restPart(
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
    [SHARED.memory, (writer) => {
      writer.put(Uint8Array.of(2, 0, 0)); // a memory of any size
    }],
    [SHARED.table, (writer) => {
      writer.byte(1);
      writer.put(writeTable(size).subarray(1));
    }],
    // All of them, so that their indices stay.
    ...globals.map(({ index, type, mutable }) =>
      [`${SHARED.global}${index}`, (writer: ByteWriter) => {
        writer.put(Uint8Array.of(3, type, mutable ? 1 : 0));
      }] as [string, (writer: ByteWriter) => void]
    ),
  ];
  return vector(imports, (writer, [name, describe]) => {
    writer.name(SHARED.module);
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

/** The indices of a module's own functions. */
function indicesOf({ imported, bodies }: Functions): number[] {
  return bodies.map((_body, number) => imported + number);
}

function bodyOf({ imported, bodies }: Functions, index: number): Uint8Array {
  return bodies[index - imported] ?? NOTHING;
}

function typeOf({ types }: Functions, index: number): number {
  const type = types[index];
  if (type !== undefined) return type;
  throw new BuildError(`Cannot split the module: no function ${index}`);
}

function exportedFunction(
  sections: readonly Section[],
  wanted: string,
): number {
  const found = exportsOf(sections).find(({ name }) => name === wanted);
  if (found !== undefined) return found.index;
  throw new BuildError(
    `Cannot split the module: it does not export ${wanted}()`,
  );
}

function exportsOf(sections: readonly Section[]) {
  return itemsOf(sectionBody(sections, SectionId.EXPORT), (reader) => ({
    name: reader.name(),
    kind: reader.byte(),
    index: reader.u32(),
  }));
}
