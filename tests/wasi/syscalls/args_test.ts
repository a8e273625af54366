import { assertEquals, assertThrows } from "@std/assert";
import { Context } from "../../../src/wasi/mod.ts";
import { Guest } from "../guest.ts";

const ARGS = ["app", "--name=é", "", "last"];
const ENV = { HOME: "/", EMPTY: "", PAIR: "a=b" };

/** Ask for sizes, then for strings, as wasi-libc does. */
function strings(guest: Guest, sizes: string, get: string): string[] {
  const [count, size] = [guest.room(4), guest.room(4)];
  guest.must(sizes, count, size);
  const pointers = guest.room(guest.u32(count) * 4);
  const buf = guest.room(guest.u32(size));
  guest.must(get, pointers, buf);
  guest.assertAround(pointers, guest.u32(count) * 4);
  guest.assertAround(buf, guest.u32(size));
  return Array.from({ length: guest.u32(count) }, (_, index) => {
    const start = guest.u32(pointers + index * 4);
    const bytes = guest.bytes(start, 64);
    return guest.text(start, bytes.indexOf(0));
  });
}

Deno.test("args_get() writes the arguments, and nothing around them", () => {
  const guest = new Guest({ args: ARGS });
  assertEquals(strings(guest, "args_sizes_get", "args_get"), ARGS);
});

Deno.test("environ_get() writes the variables as NAME=VALUE", () => {
  const guest = new Guest({ env: ENV });
  assertEquals(strings(guest, "environ_sizes_get", "environ_get"), [
    "HOME=/",
    "EMPTY=",
    "PAIR=a=b",
  ]);
});

Deno.test("a guest has no arguments and no variables by default", () => {
  const guest = new Guest();
  assertEquals(strings(guest, "args_sizes_get", "args_get"), []);
  assertEquals(strings(guest, "environ_sizes_get", "environ_get"), []);
});

Deno.test("Context refuses strings that a guest would read otherwise", () => {
  assertThrows(() => new Context({ args: ["a\0b"] }), TypeError, "argument");
  assertThrows(() => new Context({ env: { A: "\0" } }), TypeError, "variable");
  assertThrows(() => new Context({ env: { "A=B": "" } }), TypeError, '"="');
  assertThrows(() => new Context({ env: { "": "" } }), TypeError, "not empty");
});
