import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { imageId } from "../../src/runtime/mod.ts";
import { BuildError } from "../../wrapper/build/build_error.ts";
import { dataSection, nonZeroRuns } from "../../wrapper/build/memory_image.ts";
import { savedModule } from "../../wrapper/build/saved_module.ts";
import {
  readSections,
  writeSections,
} from "../../wrapper/build/wasm/sections.ts";
import { assemble } from "../fixtures/wat.ts";

const PAGE = 65536;

/** Counts in its memory at 2000; below 1024 is its stack. */
function counter(more = ""): string {
  return `(module
    (import "env" "memory" (memory 1))
    (global $stack (mut i32) (i32.const 1024))
    ${more}
    (func $zero (memory.fill (i32.const 1024) (i32.const 0) (i32.const 1500)))
    (func (export "_initialize")
      (i32.store (i32.const 2000) (i32.const 40)))
    (func (export "plug_awake"))
    (func (export "next") (result i32)
      (i32.store (i32.const 500) (i32.const 7))
      (i32.store (i32.const 2000)
        (i32.add (i32.load (i32.const 2000)) (i32.const 1)))
      (i32.load (i32.const 2000)))
    (start $zero)
    (data (i32.const 3000) "compiled"))`;
}

async function instantiate(bytes: Uint8Array<ArrayBuffer>) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = await WebAssembly.compile(bytes);
  const { exports } = await WebAssembly.instantiate(module, {
    "env": { "memory": memory },
  });
  const call = (name: string) => (exports[name] as () => number)();
  return { memory: new Uint8Array(memory.buffer), call, module };
}

Deno.test("savedModule() makes a module that goes on where the memory was", async () => {
  const linked = await assemble(counter());
  const first = await instantiate(linked);
  first.call("_initialize");
  assertEquals(first.call("next"), 41);
  const saved = await savedModule(readSections(linked), first.memory);

  const second = await instantiate(saved);
  second.call("_initialize");
  assertEquals(second.call("next"), 42);
  assertEquals(
    new TextDecoder().decode(second.memory.slice(3000, 3008)),
    "compiled",
  );
});

Deno.test("savedModule() leaves out what is left of earlier calls on the stack", async () => {
  const linked = await assemble(counter());
  const first = await instantiate(linked);
  first.call("next");
  assertEquals(first.memory[500], 7);
  const saved = await savedModule(readSections(linked), first.memory);
  assertEquals((await instantiate(saved)).memory[500], 0);
});

Deno.test("savedModule() names each image after what is in it", async () => {
  const linked = await assemble(counter());
  const { memory } = await instantiate(linked);
  const id = async () =>
    imageId(
      (await instantiate(await savedModule(readSections(linked), memory)))
        .module,
    );
  const one = await id();
  assertEquals(await id(), one);
  memory[5000] = 1;
  assert(await id() !== one);
});

Deno.test("savedModule() refuses a module whose memory is not all of its state", async () => {
  const refused = async (text: string, why: string) => {
    const sections = readSections(await assemble(text));
    const save = () => savedModule(sections, new Uint8Array(PAGE));
    await assertRejects(save, BuildError, why);
  };
  await refused(
    counter("(global (mut i32) (i32.const 0))"),
    "2 global variables",
  );
  await refused(
    counter("(global (mut f64) (f64.const 0))"),
    "no number of 32 bits",
  );
  await refused(counter().replace('"plug_awake"', '"other"'), "no plug_awake");
});

Deno.test("dataSection() gives a memory the bytes it was made from", () => {
  const spot = fc.record({
    at: fc.nat(PAGE - 1),
    byte: fc.integer({ min: 1, max: 255 }),
  });
  const empty = [...readSections(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))];
  // (import "env" "memory" (memory 1))
  const imports = {
    id: 2,
    body: Uint8Array.from([
      1,
      3,
      ...new TextEncoder().encode("env"),
      6,
      ...new TextEncoder().encode("memory"),
      2,
      0,
      1,
    ]),
  };
  fc.assert(
    fc.property(fc.array(spot, { maxLength: 60 }), (spots) => {
      const memory = new Uint8Array(PAGE);
      for (const { at, byte } of spots) memory[at] = byte;
      const data = dataSection(memory, nonZeroRuns(memory, 0));
      const module = new WebAssembly.Module(
        writeSections([...empty, imports, data]),
      );
      const placed = new WebAssembly.Memory({ initial: 1 });
      new WebAssembly.Instance(module, { "env": { "memory": placed } });
      assertEquals(new Uint8Array(placed.buffer), memory);
    }),
    { numRuns: 30 },
  );
});
