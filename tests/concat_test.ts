import { assertEquals } from "@std/assert";
import { concat } from "../src/concat.ts";

Deno.test("concat() puts parts behind each other", () => {
  const parts = [[1, 2], [], [3]].map((part) => Uint8Array.from(part));
  assertEquals(concat(parts), Uint8Array.of(1, 2, 3));
  assertEquals(concat([]), new Uint8Array(0));
});

Deno.test("concat() copies a single part as well", () => {
  const part = Uint8Array.of(1, 2);
  const all = concat([part]);
  part[0] = 9;
  assertEquals(all, Uint8Array.of(1, 2));
});
