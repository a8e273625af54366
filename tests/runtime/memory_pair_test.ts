import { assertEquals } from "@std/assert";
import { MEMORY_PAIR_WASM, MemoryPair } from "../../src/runtime/memory_pair.ts";
import { assemble } from "../fixtures/wat.ts";

const SOURCE = new URL("../../src/runtime/memory_pair.ts", import.meta.url);
const PAGE = 4096;
const END = 65536;

function pair() {
  const now = new WebAssembly.Memory({ initial: 2 });
  const then = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(then.buffer).fill(7);
  new Uint8Array(now.buffer).fill(7);
  return {
    bytes: new Uint8Array(now.buffer),
    pair: new MemoryPair(now, then),
  };
}

Deno.test("the module that compares memories is the one in the comment", async () => {
  const text = await Deno.readTextFile(SOURCE);
  const [, block = ""] = /```wat\n(.*?)```/s.exec(text) ?? [];
  const wat = block.replaceAll(/^ \* ?/gm, "");
  const bytes = await assemble(wat, { multi_memory: true });
  assertEquals(bytes.toBase64(), MEMORY_PAIR_WASM);
});

Deno.test("MemoryPair finds every byte that has changed", () => {
  const { bytes, pair: memories } = pair();
  const changed = (start?: number) => [
    ...memories.changedPages(PAGE, start),
  ];
  assertEquals(changed(), []);
  for (let at = 0; at < END; at += 61) {
    bytes[at] = 1;
    const page = Math.floor(at / PAGE);
    assertEquals(changed(), [page]);
    assertEquals(changed(page * PAGE), [page]);
    assertEquals(changed((page + 1) * PAGE), []);
    bytes[at] = 7;
  }
  bytes[5] = bytes[END - 1] = 1;
  assertEquals(changed(), [0, 15]);
});

Deno.test("MemoryPair.restore() makes a memory what it was, and no more", () => {
  const { bytes, pair: memories } = pair();
  for (const at of [0, 63, 64, PAGE - 1, 3 * PAGE, END - 1, END]) {
    bytes[at] = 1;
  }
  memories.restore(PAGE);
  assertEquals(bytes.subarray(0, END).every((byte) => byte === 7), true);
  assertEquals([bytes[END], bytes[END + 1]], [1, 7]);
});
