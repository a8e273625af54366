import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PluginCrashed, PluginLoadError } from "../../mod.ts";
import { importObject } from "../../src/runtime/imports.ts";
import { Instance } from "../../src/runtime/mod.ts";
import {
  DEFAULT_MAXIMUM,
  INITIAL_PAGES,
  PAGE_SIZE,
  pagesFor,
} from "../../src/runtime/memory_size.ts";
import { assemble } from "../fixtures/wat.ts";

const SE2_EXPORTS = `
  (func (export "allocate") (param i32) (result i32) (i32.const 8))
  (func (export "deallocate") (param i32 i32))
  (func (export "run_e") (param i32 i32 i32))`;

async function instanceOf(text: string): Promise<Instance> {
  return await Instance.create({
    module: await WebAssembly.compile(await assemble(text)),
    late: undefined,
    offer: { "env": { "add": (a: number, b: number) => a + b } },
    maximum: DEFAULT_MAXIMUM,
    bind: () => {},
    begin: () => {},
  });
}

Deno.test("importObject() finds names that publishing has rewritten", async () => {
  const module = await WebAssembly.compile(
    await assemble(
      '(module (import "./env" "add" (func (param i32 i32) (result i32))) (import "env" "add" (func (param i32 i32) (result i32))))',
    ),
  );
  const add = () => 0;
  assertEquals(importObject(module, { "env": { "add": add } }), {
    "./env": { "add": add },
    "env": { "add": add },
  });
});

Deno.test("importObject() names everything that is not offered", async () => {
  const module = await WebAssembly.compile(
    await assemble(
      '(module (import "env" "a" (func)) (import "x" "b" (func)))',
    ),
  );
  assertThrows(
    () => importObject(module, { "env": {} }),
    PluginLoadError,
    "it imports env.a, x.b, which",
  );
});

Deno.test("importObject() gives nothing that every object has", async () => {
  const wanted = [
    '"env" "constructor" (func)',
    '"env" "toString" (func)',
    '"env" "__proto__" (func)',
    '"constructor" "constructor" (func)',
    '"./constructor" "freeze" (func)',
    '"constructor" "prototype" (global externref)',
    '"__proto__" "constructor" (func)',
    '"toString" "call" (func)',
    '"env" "add" (memory 1)',
    '"env" "add" (global i32)',
  ];
  for (const each of wanted) {
    const [module = "", name = ""] = each.split(" ").map((part) =>
      part.replaceAll('"', "").replace("./", "")
    );
    const compiled = await WebAssembly.compile(
      await assemble(`(module (import ${each.replace(/" \(/, '" (')}))`),
    );
    assertThrows(
      () => importObject(compiled, { "env": { "add": () => 0 } }),
      PluginLoadError,
      `it imports ${module}.${name}, which`,
    );
  }
});

Deno.test("Instance gives a guest that imports memory one of the right size", async () => {
  using instance = await instanceOf(
    `(module (import "env" "memory" (memory 1)) ${SE2_EXPORTS})`,
  );
  const end = INITIAL_PAGES * PAGE_SIZE;
  assertEquals(instance.memory.contains(0, end), true);
  assertEquals(instance.memory.contains(0, end + 1), false);
});

Deno.test("Instance refuses a guest that wants more memory than it is given", async () => {
  await assertRejects(
    () =>
      instanceOf(
        `(module (import "env" "memory" (memory 9999)) ${SE2_EXPORTS})`,
      ),
    PluginLoadError,
    "Cannot instantiate the plugin: ",
  );
});

Deno.test("Instance refuses a guest without memory", async () => {
  await assertRejects(
    () => instanceOf(`(module ${SE2_EXPORTS})`),
    PluginLoadError,
    "neither imports nor exports a memory",
  );
});

Deno.test("a trap in the start function is a crash", async () => {
  await assertRejects(
    () =>
      instanceOf(
        `(module (memory (export "memory") 1) ${SE2_EXPORTS} (func $s unreachable) (start $s))`,
      ),
    PluginCrashed,
    "its start function",
  );
});

Deno.test("a bug of the host passes through the guest unchanged", async () => {
  const instance = await instanceOf(
    `(module (memory (export "memory") 1) ${SE2_EXPORTS})`,
  );
  const bug = new SyntaxError("bug");
  assertThrows(
    () =>
      instance.enter("a test", () => {
        throw bug;
      }),
    SyntaxError,
    "bug",
  );
  assertEquals(instance.alive, false);
});

Deno.test("pagesFor() turns a limit into pages, within what wasm32 can have", () => {
  assertEquals(pagesFor(64 * 1024 * 1024), 1024);
  assertEquals(pagesFor(64 * 1024 * 1024 + 1), 1024);
  assertEquals(pagesFor(1e12), 65536);
  for (const wrong of [0, -1, NaN, Infinity, INITIAL_PAGES * PAGE_SIZE - 1]) {
    assertThrows(() => pagesFor(wrong), RangeError, "Cannot limit");
  }
});
