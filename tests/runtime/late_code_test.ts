import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InternalError } from "../../src/errors.ts";
import { importObject } from "../../src/runtime/imports.ts";
import { LateCode, RestOfCode } from "../../src/runtime/late_code.ts";
import { split } from "../../wrapper/build/wasm/split.ts";
import { assemble } from "../fixtures/wat.ts";

/** `work(may_wait)` is 42, and is in the rest; `wrapper/code.c` has the same. */
const PROGRAM = `(module
  (import "env" "memory" (memory 1))
  (import "py_plugin" "host_code" (func $code (param i32) (result i32)))
  (import "py_plugin" "host_code_soon" (func $soon))
  (table 1 1 funcref)
  (global $stack (mut i32) (i32.const 0))
  (global $may_wait (mut i32) (i32.const 0))
  (export "memory" (memory 0))
  (func $bring (export "bring")
    (loop $again
      (if (i32.eqz (call $code (global.get $may_wait)))
        (then (call $soon) (br $again)))))
  (func $cold (result i32) (i32.const 42))
  (func (export "work") (param i32) (result i32)
    (global.set $may_wait (local.get 0))
    (call $cold))
  (elem (i32.const 0) $bring)
)`;
const BRING = 2;
const WORK = 4;

async function open(
  load?: (rest: WebAssembly.Module) => Promise<WebAssembly.Module>,
) {
  const { first, rest } = split(await assemble(PROGRAM), {
    isFirst: (index) => index === BRING || index === WORK,
    bring: "bring",
    plain: [],
  });
  let loads = 0;
  const module = new WebAssembly.Module(rest as BufferSource);
  const code = new RestOfCode(async () => {
    loads++;
    return await (load?.(module) ?? Promise.resolve(module));
  });
  const instance = () => {
    const late = new LateCode(code);
    const program = new WebAssembly.Module(first as BufferSource);
    const memory = new WebAssembly.Memory({ initial: 1 });
    const instance = new WebAssembly.Instance(
      program,
      importObject(program, { "env": { memory }, "py_plugin": late.imports }),
    );
    late.attach(instance);
    return instance.exports as Record<string, (mayWait: number) => number>;
  };
  return { code, instance, loads: () => loads };
}

// deno-lint-ignore no-explicit-any -- TypeScript does not know JSPI yet
const { promising } = WebAssembly as any;

Deno.test("a guest that may wait is suspended until its code is there", async () => {
  const { instance, loads } = await open();
  const [one, other] = [instance(), instance()];
  const results = [one, other].map(({ work }) => promising(work)(1));
  assertEquals(await Promise.all(results), [42, 42]);
  assertEquals([one["work"]?.(0), loads()], [42, 1]); // it stays
});

Deno.test("a guest that cannot wait ends, unless its code is loaded", async () => {
  const { instance, code } = await open();
  assertThrows(() => instance()["work"]?.(0), InternalError, "cannot wait");
  await code.load();
  assertEquals(instance()["work"]?.(0), 42);
});

Deno.test("what fails to load is said to who waits for it, and tried again", async () => {
  let fails = true;
  const { instance } = await open((module) =>
    fails ? Promise.reject(new Error("offline")) : Promise.resolve(module)
  );
  const { work } = instance();
  await assertRejects(() => promising(work)(1), Error, "offline");
  fails = false;
  assertEquals(await promising(instance()["work"])(1), 42);
});
