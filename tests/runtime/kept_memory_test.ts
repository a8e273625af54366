import { assert, assertEquals } from "@std/assert";
import { fillFromKept, toBeKept } from "../../src/runtime/kept_memory.ts";
import { STACK_END } from "../../src/runtime/memory_image.ts";
import { MEMORY_SUM_WASM, memorySum } from "../../src/runtime/memory_sum.ts";
import { assemble } from "../fixtures/wat.ts";

const SOURCE = new URL("../../src/runtime/memory_sum.ts", import.meta.url);
const PAGES = STACK_END / 65536 + 8;

function memory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: PAGES });
}

/** Runs of all kinds: at both ends, near each other, and far. */
function base(): WebAssembly.Memory {
  const made = memory();
  const bytes = new Uint8Array(made.buffer, STACK_END);
  bytes.fill(1, 0, 100);
  bytes.fill(2, 200, 233);
  bytes.fill(3, 100_001, 100_003);
  bytes.fill(4, 300_000, 390_000);
  bytes.fill(5, bytes.length - 1);
  return made;
}

/** Fill a memory with what is kept, as it is read. */
function filled(kept: Uint8Array): [boolean, WebAssembly.Memory] {
  const made = memory();
  const isFilled = fillFromKept(made, {
    read: (bytes) => {
      if (kept.length > bytes.length) return 0;
      bytes.set(kept);
      return kept.length;
    },
    missed: () => {},
  });
  return [isFilled, made];
}

function isSame(one: WebAssembly.Memory, other: WebAssembly.Memory): boolean {
  const bytes = new Uint8Array(other.buffer);
  return new Uint8Array(one.buffer).every((byte, at) => byte === bytes[at]);
}

Deno.test("the module that sums up is the one in the comment", async () => {
  const text = await Deno.readTextFile(SOURCE);
  const [, block = ""] = /```wat\n(.*?)```/s.exec(text) ?? [];
  const wat = block.replaceAll(/^ \* ?/gm, "");
  assertEquals(
    (await assemble(wat, { simd: true })).toBase64(),
    MEMORY_SUM_WASM,
  );
});

Deno.test("memorySum() changes with each byte and its place, and leaves nothing", () => {
  const made = base();
  const sum = () => memorySum(made, STACK_END, STACK_END + 4096).toHex();
  const bytes = new Uint8Array(made.buffer);
  const first = sum();
  for (const at of [0, 31, 32, 2047, 4095]) {
    bytes[STACK_END + at] = 255 - (bytes[STACK_END + at] ?? 0);
    assert(sum() !== first, `${at}`);
    bytes[STACK_END + at] = 255 - (bytes[STACK_END + at] ?? 0);
  }
  assertEquals(sum(), first);
  bytes.copyWithin(STACK_END + 32, STACK_END, STACK_END + 1024);
  assert(sum() !== first);
  assert(bytes.subarray(0, STACK_END).every((byte) => byte === 0));
});

Deno.test("what is kept of a memory fills another one", () => {
  const made = base();
  const kept = toBeKept(made);
  assert(kept.length < 230_000, `${kept.length}`);
  const [isFilled, copy] = filled(kept);
  assert(isFilled && isSame(copy, made));
  const [isEmpty, empty] = filled(toBeKept(memory()));
  assert(isEmpty && isSame(empty, memory()));
});

Deno.test("what is not whole fills nothing", () => {
  const kept = toBeKept(base());
  const { length } = kept;
  const damaged = [
    new Uint8Array(),
    new Uint8Array(64),
    kept.subarray(0, 32),
    kept.subarray(32),
    kept.subarray(0, -1),
    kept.subarray(0, -32),
    new Uint8Array([...kept, ...new Uint8Array(32)]),
    new Uint8Array(PAGES * 65536),
    ...[0, length >> 1, length - 33, length - 64, length - 90, length - 1]
      .map((at) => kept.with(at, 0x55)),
  ];
  for (const [at, bytes] of damaged.entries()) {
    const [isFilled, made] = filled(bytes);
    assert(!isFilled && isSame(made, memory()), `${at}`);
  }
});
