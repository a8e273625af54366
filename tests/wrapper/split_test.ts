import { assert, assertEquals, assertThrows } from "@std/assert";
import { SPLIT_NAMES } from "../../src/runtime/split_names.ts";
import { BuildError } from "../../wrapper/build/build_error.ts";
import { callsIn } from "../../wrapper/build/wasm/code.ts";
import { functionsOf } from "../../wrapper/build/wasm/functions.ts";
import { mark, MARKS } from "../../wrapper/build/wasm/mark.ts";
import {
  readSections,
  writeSections,
} from "../../wrapper/build/wasm/sections.ts";
import { type Parts, split } from "../../wrapper/build/wasm/split.ts";
import { assemble } from "../fixtures/wat.ts";

/** What LLVM gives: memory imported and exported, one table, two globals. */
const PROGRAM = `(module
  (type $none (func))
  (type $one (func (param i32) (result i32)))
  (type $two (func (param i64 f64) (result f64)))
  (import "env" "memory" (memory 1))
  (import "env" "bring" (func $host_bring))
  (import "env" "note" (func $note (param i32) (result i32)))
  (table 3 3 funcref)
  (global $stack (mut i32) (i32.const 1024))
  (global $base i32 (i32.const 7))
  (export "memory" (memory 0))
  (func $bring (export "bring") (call $host_bring))
  (func $double (type $one)
    (i32.mul (local.get 0) (i32.const 2)))
  (func $cold (export "cold") (type $one) (local i64)
    (local.set 1 (i64.const -123456789012345))
    (block $out
      (loop $again
        (br_table $out $again $out (i32.const 0))))
    (global.set $stack (i32.add (global.get $stack) (global.get $base)))
    (i32.store offset=8 (i32.const 0) (local.get 0))
    (call $note (call $double (call $colder (local.get 0)))))
  (func $colder (type $one)
    (i32.add (local.get 0) (i32.const 1)))
  (func $wide (export "wide") (type $two)
    (f64.add (local.get 1) (f64.convert_i64_s (local.get 0))))
  (func (export "hot") (type $one)
    (call $cold (local.get 0)))
  (func (export "pointed") (type $one)
    (call_indirect (type $one) (local.get 0) (i32.const 1)))
  (func (export "stack") (result i32) (global.get $stack))
  (elem (i32.const 1) $colder $double)
  (data (i32.const 64) "first")
  (data (i32.const 96) "then")
)`;
/** Those of them that stay, by name in the order above; imports come first. */
const BRING = 2;
const DOUBLE = 3;
const HOT = 7;
const POINTED = 8;
const STACK = 9;

async function parts(): Promise<Parts> {
  const first = new Set([BRING, DOUBLE, HOT, POINTED, STACK]);
  return split(await assemble(PROGRAM), {
    isFirst: (index) => first.has(index),
    bring: "bring",
    plain: [],
  });
}

type Exports = Record<string, (...words: (number | bigint)[]) => number>;

/** The first part, which is joined by the rest when it asks for it. */
function open({ first, rest }: Omit<Parts, "memory">) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const notes: number[] = [];
  let brought = 0;
  const instance = new WebAssembly.Instance(
    new WebAssembly.Module(first as BufferSource),
    {
      "env": {
        "memory": memory,
        "note": (number: number) => (notes.push(number), number),
        "bring": () => {
          brought++;
          new WebAssembly.Instance(
            new WebAssembly.Module(rest as BufferSource),
            {
              [SPLIT_NAMES.module]: instance
                .exports as WebAssembly.ModuleImports,
            },
          );
          (instance.exports[SPLIT_NAMES.isThere] as WebAssembly.Global).value =
            1;
        },
      },
    },
  );
  const exports = instance.exports as Exports;
  return { exports, memory, notes, brought: () => brought };
}

Deno.test("a split module does what it did, and brings its rest once", async () => {
  const { exports, memory, notes, brought } = open(await parts());
  assertEquals(exports["stack"]?.(), 1024);
  assertEquals(brought(), 0);
  assertEquals(exports["hot"]?.(20), 42);
  assertEquals(exports["cold"]?.(1), 4);
  assertEquals(exports["wide"]?.(2n, 0.5), 2.5);
  assertEquals(brought(), 1);
  assertEquals(notes, [42, 4]);
  assertEquals(exports["stack"]?.(), 1024 + 14); // one stack for both parts
  assertEquals(new Uint32Array(memory.buffer)[2], 1);
});

Deno.test("a pointer to a function that moved still leads to it", async () => {
  const { exports, brought } = open(await parts());
  assertEquals(exports["pointed"]?.(5), 6);
  assertEquals(brought(), 1);
});

Deno.test("a function that nothing reaches from outside needs no slot", async () => {
  const { first, rest } = await parts();
  const bodies = functionsOf(readSections(first)).bodies;
  assertEquals(bodies.length, 8);
  assertEquals(functionsOf(readSections(rest)).bodies.length, 3);
});

Deno.test("what must do without the rest keeps all that it calls by name", async () => {
  const { first, rest } = split(await assemble(PROGRAM), {
    isFirst: () => false,
    bring: "bring",
    plain: ["cold"],
  });
  const { exports, brought } = open({ first, rest });
  assertEquals(exports["cold"]?.(20), 42);
  assertEquals(brought(), 0);
  assertEquals(exports["hot"]?.(20), 42);
  assertEquals(brought(), 1);
});

Deno.test("split() refuses a module that cannot bring its rest", async () => {
  const options = { isFirst: () => true, plain: [] };
  const [program, nothing] = [
    await assemble(PROGRAM),
    await assemble("(module)"),
  ];
  assertThrows(
    () => split(program, { ...options, bring: "fetch" }),
    BuildError,
    "it does not export fetch()",
  );
  assertThrows(
    () => split(nothing, { ...options, bring: "bring" }),
    BuildError,
  );
  assertThrows(
    () => split(Uint8Array.of(1, 2, 3), { ...options, bring: "bring" }),
    BuildError,
    "not WebAssembly",
  );
});

Deno.test("callsIn() finds calls between instructions of every shape", async () => {
  const { bodies } = functionsOf(readSections(await assemble(PROGRAM)));
  const calls = bodies.map((body) => callsIn(body).map(({ index }) => index));
  assertEquals(calls, [[0], [], [5, DOUBLE, 1], [], [], [4], [], []]);
});

Deno.test("callsIn() refuses an instruction that it does not know", () => {
  assertThrows(
    () => callsIn(Uint8Array.of(0, 0xfe, 0, 0x0b)),
    BuildError,
    "fe",
  );
  assertThrows(
    () => callsIn(Uint8Array.of(0, 0x12, 1, 0x0b)),
    BuildError,
    "12",
  );
});

Deno.test("writeSections() gives back what readSections() took apart", async () => {
  const bytes = await assemble(PROGRAM);
  assertEquals(writeSections(readSections(bytes)), bytes);
});

Deno.test("mark() notes the functions that ran, and no others", async () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(mark(await assemble(PROGRAM)) as BufferSource),
    {
      "env": { memory, "bring": () => {}, "note": (number: number) => number },
    },
  );
  const marks = exports[MARKS];
  assert(marks instanceof WebAssembly.Memory);
  (exports as unknown as Exports)["hot"]?.(1);
  const ran = [...new Uint8Array(marks.buffer, 0, 10)];
  assertEquals(ran, [0, 0, 0, 1, 1, 1, 0, 1, 0, 0]);
});

Deno.test("what the memory holds at first is a module without code", async () => {
  const { first, memory } = await parts();
  const imports = WebAssembly.Module.imports(
    new WebAssembly.Module(memory as BufferSource),
  );
  assertEquals(imports, [{
    module: SPLIT_NAMES.module,
    name: SPLIT_NAMES.memory,
    kind: "memory",
  }]);
  const text = (part: Uint8Array) => new TextDecoder("latin1").decode(part);
  assert(!text(first).includes("first") && !text(first).includes("then"));
  const filled = new WebAssembly.Memory({ initial: 1 });
  new WebAssembly.Instance(new WebAssembly.Module(memory as BufferSource), {
    [SPLIT_NAMES.module]: { [SPLIT_NAMES.memory]: filled },
  });
  const bytes = new Uint8Array(filled.buffer);
  assertEquals(text(bytes.subarray(64, 70)), "first\0");
  assertEquals(text(bytes.subarray(96, 101)), "then\0");
  assertEquals(bytes.filter((byte) => byte !== 0).length, 9);
});
