import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { BuildError } from "../../wrapper/build/build_error.ts";
import { ByteReader, ByteWriter } from "../../wrapper/build/wasm/bytes.ts";
import {
  readExports,
  readSections,
  SectionId,
  writeSections,
} from "../../wrapper/build/wasm/sections.ts";
import { assemble } from "../fixtures/wat.ts";

const MODULE = `(module
  (memory (export "memory") 1)
  (func (export "seven") (result i32) (i32.const 7)))`;

Deno.test("a module that is taken apart and put together is the same module", async () => {
  const module = await assemble(MODULE);
  assertEquals(writeSections(readSections(module)), module);
});

Deno.test("readExports() gives each export its name, kind and index", async () => {
  const sections = readSections(await assemble(MODULE));
  const body = sections.find(({ id }) => id === SectionId.EXPORT)?.body;
  assertEquals(readExports(body ?? new Uint8Array()), [
    { name: "memory", kind: 2, index: 0 },
    { name: "seven", kind: 0, index: 0 },
  ]);
});

Deno.test("readSections() refuses what is no module, and what ends in a section", async () => {
  assertThrows(() => readSections(new Uint8Array(8)), BuildError, "not Web");
  const module = await assemble(MODULE);
  assertThrows(
    () => readSections(module.subarray(0, -1)),
    BuildError,
    "cut off",
  );
});

Deno.test("numbers are read as they were written", () => {
  fc.assert(fc.property(fc.nat(2 ** 32 - 1), (number) => {
    const writer = new ByteWriter();
    writer.u32(number);
    assertEquals(new ByteReader(writer.bytes).u32(), number);
  }));
  fc.assert(fc.property(fc.integer(), (number) => {
    const writer = new ByteWriter();
    writer.s32(number);
    assertEquals(new ByteReader(writer.bytes).s32(), number);
  }));
});
