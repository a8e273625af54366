/**
 * One module as three: the code that most runs need; what its memory holds at
 * first, which is also found elsewhere by who has kept it; and the rest of the
 * code, which is brought when one of its functions is called for the first time.
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
import { ByteReader } from "./bytes.ts";
import { callsIn } from "./code.ts";
import { bodyOf, type Functions, functionsOf, indicesOf } from "./functions.ts";
import {
  itemsOf,
  readExports,
  readSections,
  type Section,
  sectionBody,
  SectionId,
  writeSections,
} from "./sections.ts";
import { readTable } from "./shared.ts";
import { firstPart } from "./split_first.ts";
import { memoryPart } from "./split_memory.ts";
import type { Layout } from "./split_layout.ts";
import { restPart } from "./split_rest.ts";

/** The parts. */
export interface Parts {
  readonly first: Uint8Array;
  readonly memory: Uint8Array;
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
    memory: writeSections(memoryPart(sections)),
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
  return readExports(
    sectionBody(sections, SectionId.EXPORT) ?? Uint8Array.of(0),
  );
}
