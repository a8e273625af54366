import { assertEquals } from "@std/assert";
import { ALL_RIGHTS, OFlags } from "../../src/wasi/abi.ts";
import {
  MemoryDirectory,
  NullDevice,
  RandomDevice,
} from "../../src/wasi/mod.ts";
import { Guest } from "./guest.ts";

function makeGuest(): Guest {
  const root = new MemoryDirectory({ readOnly: true })
    .set("null", new NullDevice())
    .set("urandom", new RandomDevice((buffer) => void buffer.fill(0x61)));
  return new Guest({ preopens: { "/": root } });
}

Deno.test("NullDevice is empty and swallows everything, even read-only", () => {
  const guest = makeGuest();
  const fd = guest.open("null", {
    rights: ALL_RIGHTS,
    oflags: OFlags.CREAT | OFlags.TRUNC,
  });
  assertEquals(guest.write(fd, "gone"), "SUCCESS");
  assertEquals(guest.read(fd, 9), "");
  assertEquals(guest.call("fd_seek", fd, 0n, 2, guest.room(8)), "SUCCESS");
});

Deno.test("RandomDevice is endless", () => {
  const guest = makeGuest();
  const fd = guest.open("urandom");
  assertEquals(guest.read(fd, 5), "aaaaa");
  assertEquals(guest.read(fd, 70_000), "a".repeat(70_000));
});

Deno.test("a device is a character device, but no terminal", () => {
  const guest = makeGuest();
  const stat = guest.room(24);
  guest.must("fd_fdstat_get", guest.open("null"), stat);
  const seekOrTell = guest.u64(stat + 8) & (1n << 2n | 1n << 5n);
  assertEquals([guest.u8(stat), seekOrTell !== 0n], [2, true]);
});
