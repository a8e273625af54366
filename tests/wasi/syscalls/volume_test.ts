import { assertEquals } from "@std/assert";
import { ALL_RIGHTS, OFlags, Rights, Whence } from "../../../src/wasi/abi.ts";
import {
  ImageDirectory,
  MemoryDirectory,
  MemoryFile,
} from "../../../src/wasi/mod.ts";
import { Guest } from "../guest.ts";

Deno.test("fd_write() and fd_pwrite() tell a full volume from a long file", () => {
  const root = new MemoryDirectory({ quota: 1024 });
  const guest = new Guest({ preopens: { "/": root } });
  const fd = guest.open("a", { oflags: OFlags.CREAT, rights: ALL_RIGHTS });
  const pwrite = (text: string, offset: bigint) => {
    const [iovs, count] = guest.iovecs(guest.put(text));
    return guest.call("fd_pwrite", fd, iovs, count, offset, guest.room(4));
  };
  const tooLong = 2n ** 32n - 1n;
  assertEquals(pwrite("x", tooLong), "FBIG");
  assertEquals(pwrite("x", tooLong - 1n), "NOSPC");
  assertEquals(pwrite("x", 2048n), "NOSPC");
  guest.must("fd_seek", fd, tooLong, Whence.SET, guest.room(8));
  assertEquals(guest.write(fd, "x"), "FBIG");
  guest.must("fd_seek", fd, 2048n, Whence.SET, guest.room(8));
  assertEquals(guest.write(fd, "x"), "NOSPC");
  assertEquals((root.get("a") as MemoryFile).size, 0);
});

Deno.test("what is read-only has neither size nor times to set", () => {
  const image = new ImageDirectory({
    files: new Map([["a", 3]]),
    read: () => new Uint8Array(3),
  });
  const memory = new MemoryDirectory({ readOnly: true })
    .set("a", new MemoryFile("abc", { mtime: 1n }));
  for (const root of [image, memory]) {
    const guest = new Guest({ preopens: { "/": root } });
    const rights = Rights.FD_ALLOCATE | Rights.FD_FILESTAT_SET_TIMES;
    const fd = guest.open("a", { rights });
    const before = guest.stat("a");
    assertEquals(guest.call("fd_allocate", fd, 0n, 9n), "ROFS");
    const times = [5n, 6n, 1 | 4] as const;
    assertEquals(guest.call("fd_filestat_set_times", fd, ...times), "ROFS");
    assertEquals(guest.call("fd_filestat_set_times", 3, ...times), "ROFS");
    assertEquals(guest.stat("a"), before);
  }
});
