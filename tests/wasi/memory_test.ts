import { assertEquals, assertThrows } from "@std/assert";
import { GuestMemory } from "../../src/wasi/mod.ts";
import { errnoOf } from "./guest.ts";

const PAGE = 65_536;

function memory(pages = 1): [GuestMemory, WebAssembly.Memory] {
  const raw = new WebAssembly.Memory({ initial: pages, maximum: 65_536 });
  return [new GuestMemory(raw), raw];
}

Deno.test("GuestMemory.bytes() reaches the last byte and no further", () => {
  const [guest] = memory();
  assertEquals(guest.bytes(PAGE - 1, 1).length, 1);
  assertEquals(guest.bytes(PAGE, 0).length, 0);
  assertEquals(errnoOf(() => guest.bytes(PAGE - 1, 2)), "FAULT");
  assertEquals(errnoOf(() => guest.bytes(PAGE + 1, 0)), "FAULT");
});

Deno.test("GuestMemory takes pointers and lengths as unsigned words", () => {
  const [guest] = memory();
  assertEquals(errnoOf(() => guest.bytes(-1, 1)), "FAULT");
  assertEquals(errnoOf(() => guest.bytes(0, -1)), "FAULT");
  assertEquals(errnoOf(() => guest.struct(-8, 16)), "FAULT");
});

Deno.test("GuestMemory does not wrap around at 4 GiB", () => {
  const [guest] = memory();
  // 0xffff_fff0 + 0x20 is 0x10 in 32 bits.
  assertEquals(errnoOf(() => guest.bytes(0xffff_fff0, 0x20)), "FAULT");
  assertEquals(guest.contains(0xffff_ffff, 0xffff_ffff), false);
});

Deno.test("GuestMemory reaches past 2 GiB", () => {
  const [guest] = memory(32_769);
  const ptr = 2 ** 31 + 16;
  // As wasm hands it over: a signed word.
  guest.setUint32(ptr | 0, 0xdead_beef);
  assertEquals(guest.struct(ptr, 4).getUint32(0, true), 0xdead_beef);
});

Deno.test("GuestMemory follows memory that grows", () => {
  const [guest, raw] = memory();
  const before = guest.bytes(0, 4);
  raw.grow(1);
  assertEquals(before.length, 0, "the old view is detached");
  guest.setUint32(PAGE + 4, 7);
  assertEquals(guest.bytes(PAGE + 4, 1), Uint8Array.of(7));
});

Deno.test("GuestMemory follows shared memory, which is not detached", () => {
  const raw = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  const guest = new GuestMemory(raw);
  guest.setUint32(0, 1);
  assertEquals(errnoOf(() => guest.setUint32(PAGE, 7)), "FAULT");
  raw.grow(1);
  guest.setUint32(PAGE, 7);
  assertEquals(guest.bytes(PAGE, 1), Uint8Array.of(7));
});

Deno.test("GuestMemory knows memory that was empty, and empty ranges of it", () => {
  const [guest, raw] = memory(0);
  assertEquals(guest.bytes(0, 0).length, 0);
  assertEquals(errnoOf(() => guest.bytes(0, 1)), "FAULT");
  raw.grow(1);
  raw.grow(0); // detaches the buffer as well
  assertEquals(guest.bytes(0, 0).length, 0);
  assertEquals(guest.bytes(PAGE - 1, 1).length, 1);
});

Deno.test("GuestMemory.setUint64() writes little-endian", () => {
  const [guest] = memory();
  guest.setUint64(8, 0x0102_0304_0506_0708n);
  assertEquals(guest.bytes(8, 8), Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1));
});

Deno.test("GuestMemory.vectors() checks all buffers before any is used", () => {
  const [guest] = memory();
  const list = guest.struct(0, 16);
  list.setUint32(0, 100, true);
  list.setUint32(4, 3, true);
  list.setUint32(8, PAGE - 1, true);
  list.setUint32(12, 1, true);
  assertEquals(guest.vectors(0, 2).map((each) => each.length), [3, 1]);
  list.setUint32(12, 2, true);
  assertEquals(errnoOf(() => guest.vectors(0, 2)), "FAULT");
  assertEquals(errnoOf(() => guest.vectors(PAGE - 8, 2)), "FAULT");
});

Deno.test("GuestMemory.vectors() refuses more than a size can say", () => {
  const [guest] = memory();
  assertEquals(errnoOf(() => guest.vectors(0, 1025)), "INVAL");
  assertEquals(errnoOf(() => guest.vectors(0, -1)), "INVAL");
  const [large, raw] = memory(65_536);
  const list = new DataView(raw.buffer);
  for (let at = 0; at < 16; at += 8) {
    list.setUint32(at, 0, true);
    list.setUint32(at + 4, 2 ** 31, true);
  }
  assertEquals(errnoOf(() => large.vectors(0, 2)), "INVAL");
});

Deno.test("GuestMemory needs a real memory", () => {
  assertThrows(
    () => new GuestMemory({} as WebAssembly.Memory).bytes(0, 1),
    TypeError,
  );
});
