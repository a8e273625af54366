import { assert, assertEquals, assertThrows } from "@std/assert";
import { Guest, UNTOUCHED } from "../guest.ts";

Deno.test("random_get() fills the buffer and nothing around it", () => {
  const guest = new Guest();
  const buf = guest.room(3);
  guest.must("random_get", buf, 3);
  assertEquals(guest.bytes(buf, 3), Uint8Array.of(7, 7, 7));
  guest.assertAround(buf, 3);
});

Deno.test("random_get() fills a buffer larger than Web Crypto allows", () => {
  const sizes: number[] = [];
  const guest = new Guest({
    random: (buffer) => {
      sizes.push(buffer.length);
      crypto.getRandomValues(buffer);
    },
  });
  const [buf, size] = [guest.room(150_000), 150_000];
  guest.must("random_get", buf, size);
  assertEquals(sizes, [65_536, 65_536, 18_928]);
  const rest = guest.bytes(buf + size - 64, 64);
  assert(rest.some((byte) => byte !== UNTOUCHED), "the end is filled too");
});

Deno.test("random_get() takes an empty buffer anywhere inside memory", () => {
  assertEquals(new Guest().call("random_get", 0, 0), "SUCCESS");
});

Deno.test("random_get() lets a host bug through instead of hiding it", () => {
  const guest = new Guest({
    random: () => {
      throw new SyntaxError("Bug");
    },
  });
  assertThrows(() => guest.call("random_get", 0, 1), SyntaxError, "Bug");
});
