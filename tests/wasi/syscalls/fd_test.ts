import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ALL_RIGHTS, FdFlags, OFlags, Rights } from "../../../src/wasi/abi.ts";
import {
  ImageDirectory,
  MemoryDirectory,
  MemoryFile,
} from "../../../src/wasi/mod.ts";
import { FakeClock, Guest } from "../guest.ts";

const READ_WRITE = ALL_RIGHTS;

/** A guest with one file, open for everything. */
function guestWithFile(
  text = "hello",
  fdflags = 0,
): [Guest, number, MemoryFile] {
  const file = new MemoryFile(text, { mtime: 1n });
  const root = new MemoryDirectory({ clock: new FakeClock() }).set("a", file);
  const guest = new Guest({ preopens: { "/": root } });
  return [guest, guest.open("a", { rights: READ_WRITE, fdflags }), file];
}

function seek(guest: Guest, fd: number, offset: bigint, whence: number) {
  const result = guest.room(8);
  const errno = guest.call("fd_seek", fd, offset, whence, result);
  guest.assertAround(result, 8);
  return errno === "SUCCESS" ? guest.u64(result) : errno;
}

Deno.test("fd_advise() takes any advice there is", () => {
  const [guest, fd] = guestWithFile();
  for (let advice = 0; advice < 6; advice++) {
    assertEquals(guest.call("fd_advise", fd, 0n, 9n, advice), "SUCCESS");
  }
  assertEquals(guest.call("fd_advise", fd, 0n, 0n, 6), "INVAL");
  assertEquals(guest.call("fd_advise", fd, 0n, 0n, -1), "INVAL");
  assertEquals(guest.call("fd_advise", fd, -1n, 0n, 0), "INVAL");
  assertEquals(guest.call("fd_advise", fd, 0n, -1n, 0), "INVAL");
  assertEquals(guest.call("fd_advise", 3, 0n, 0n, 0), "SUCCESS");
  assertEquals(guest.call("fd_advise", 1, 0n, 0n, 0), "SPIPE");
});

Deno.test("fd_allocate() makes a file longer, never shorter", () => {
  const [guest, fd, file] = guestWithFile();
  assertEquals(guest.call("fd_allocate", fd, 2n, 1n), "SUCCESS");
  assertEquals(file.text(), "hello");
  assertEquals(guest.call("fd_allocate", fd, 4n, 3n), "SUCCESS");
  assertEquals(file.text(), "hello\0\0");
  assertEquals(guest.call("fd_allocate", fd, 0n, 0n), "INVAL");
  assertEquals(guest.call("fd_allocate", fd, -1n, 1n), "INVAL");
  assertEquals(guest.call("fd_allocate", fd, 0n, 2n ** 60n), "FBIG");
  const readOnly = guest.open("a");
  assertEquals(guest.call("fd_allocate", readOnly, 0n, 9n), "BADF");
});

Deno.test("fd_close() frees the number", () => {
  const [guest, fd] = guestWithFile();
  guest.must("fd_close", fd);
  assertEquals(guest.open("a"), fd);
});

Deno.test("fd_sync() and fd_datasync() know what can be synced", () => {
  const [guest, fd] = guestWithFile();
  for (const name of ["fd_sync", "fd_datasync"]) {
    assertEquals(guest.call(name, fd), "SUCCESS");
    assertEquals(guest.call(name, 1), "SUCCESS");
    assertEquals(guest.call(name, 0), "INVAL");
  }
  assertEquals(guest.call("fd_sync", 3), "SUCCESS");
});

Deno.test("fd_fdstat_get() tells type, flags and rights", () => {
  const [guest] = guestWithFile();
  const fd = guest.open("a", {
    rights: Rights.FD_READ | Rights.FD_SEEK | Rights.PATH_OPEN,
    inheriting: Rights.FD_READ,
    fdflags: FdFlags.APPEND,
  });
  const out = guest.room(24);
  guest.must("fd_fdstat_get", fd, out);
  guest.assertAround(out, 24);
  assertEquals([guest.u8(out), guest.u16(out + 2)], [4, FdFlags.APPEND]);
  assertEquals(
    guest.u64(out + 8),
    BigInt(Rights.FD_READ | Rights.FD_SEEK),
    "a file can't be a place to open paths from",
  );
});

Deno.test("fd_fdstat_get() lets wasi-libc see no terminal in a stream", () => {
  const [guest] = guestWithFile();
  const out = guest.room(24);
  for (const fd of [0, 1, 2]) {
    guest.must("fd_fdstat_get", fd, out);
    assertNotEquals(guest.u8(out), 2, "a character device is a terminal");
  }
});

Deno.test("fd_fdstat_set_flags() sets flags there are", () => {
  const [guest, fd, file] = guestWithFile();
  guest.must("fd_fdstat_set_flags", fd, FdFlags.APPEND);
  assertEquals(guest.write(fd, "!"), "SUCCESS");
  assertEquals(file.text(), "hello!");
  assertEquals(guest.call("fd_fdstat_set_flags", fd, 32), "INVAL");
});

Deno.test("fd_fdstat_set_rights() only takes away", () => {
  const [guest, fd] = guestWithFile();
  const rights = BigInt(Rights.FD_READ | Rights.FD_TELL);
  guest.must("fd_fdstat_set_rights", fd, rights, 0n);
  assertEquals(guest.write(fd, "x"), "BADF");
  assertEquals(guest.read(fd, 2), "he");
  const call = (base: bigint, inheriting: bigint) =>
    guest.call("fd_fdstat_set_rights", fd, base, inheriting);
  assertEquals(call(rights | BigInt(Rights.FD_WRITE), 0n), "NOTCAPABLE");
  assertEquals(call(rights, 1n), "NOTCAPABLE");
  assertEquals(call(1n << 63n, 0n), "NOTCAPABLE");
  assertEquals(guest.call("fd_filestat_get", fd, guest.room(64)), "NOTCAPABLE");
  assertEquals(call(rights, 0n), "SUCCESS");
});

Deno.test("fd_filestat_get() tells size, links, times and serial", () => {
  const [guest, fd] = guestWithFile("hello");
  const out = guest.room(64);
  guest.must("fd_filestat_get", fd, out);
  guest.assertAround(out, 64);
  const words = [0, 8, 16, 24, 32, 40, 48, 56].map((at) => guest.u64(out + at));
  const serial = words[1];
  assert(serial !== undefined && serial > 0n);
  assertEquals(words, [1n, serial, 4n, 1n, 5n, 1n, 1n, 1n]);
});

Deno.test("fd_filestat_set_size() cuts and fills up", () => {
  const [guest, fd, file] = guestWithFile();
  guest.must("fd_filestat_set_size", fd, 2n);
  assertEquals(file.text(), "he");
  guest.must("fd_filestat_set_size", fd, 4n);
  assertEquals(file.text(), "he\0\0");
  const call = (fd: number, size: bigint) =>
    guest.call("fd_filestat_set_size", fd, size);
  assertEquals(call(fd, -1n), "INVAL");
  assertEquals(call(fd, 2n ** 53n), "FBIG");
  assertEquals(call(guest.open("a"), 0n), "INVAL", "not open for writing");
});

Deno.test("fd_filestat_set_times() sets what it is told", () => {
  const clock = new FakeClock();
  const file = new MemoryFile("", { mtime: 1n });
  const guest = new Guest({
    clock,
    preopens: { "/": new MemoryDirectory({ clock }).set("a", file) },
  });
  const fd = guest.open("a");
  const times = (flags: number) => {
    const errno = guest.call("fd_filestat_set_times", fd, 5n, 6n, flags);
    const { atim, mtim } = file.stat();
    return `${errno} ${atim} ${mtim}`;
  };
  assertEquals(times(0), "SUCCESS 1 1");
  assertEquals(times(1), "SUCCESS 5 1");
  assertEquals(times(4), "SUCCESS 5 6");
  assertEquals(times(2 | 8), "SUCCESS 1000000 1000000");
  assertEquals(times(1 | 2), "INVAL 1000000 1000000");
  assertEquals(times(4 | 8), "INVAL 1000000 1000000");
  assertEquals(times(16), "INVAL 1000000 1000000");
  assertEquals(guest.call("fd_filestat_set_times", 1, 0n, 0n, 0), "NOTCAPABLE");
});

Deno.test("fd_read() fills buffers in order and ends with 0", () => {
  const [guest, fd] = guestWithFile("hello world");
  const [first, second] = [guest.room(4), guest.room(20)];
  const [iovs, count] = guest.iovecs([first, 4], [second, 20]);
  const result = guest.room(4);
  guest.must("fd_read", fd, iovs, count, result);
  assertEquals(guest.u32(result), 11);
  assertEquals(guest.text(first, 4) + guest.text(second, 7), "hello world");
  assertEquals(guest.text(second + 7, 2), "??");
  guest.must("fd_read", fd, iovs, count, result);
  assertEquals(guest.u32(result), 0);
});

Deno.test("fd_read() refuses a directory, and a file open for writing", () => {
  const [guest] = guestWithFile();
  const [iovs, count] = guest.iovecs([guest.room(4), 4]);
  const read = (fd: number) =>
    guest.call("fd_read", fd, iovs, count, guest.room(4));
  assertEquals(read(3), "ISDIR");
  assertEquals(read(guest.open("a", { rights: Rights.FD_WRITE })), "BADF");
  assertEquals(read(1), "BADF");
});

Deno.test("fd_pread() and fd_pwrite() leave the offset alone", () => {
  const [guest, fd, file] = guestWithFile("0123456789");
  assertEquals(guest.read(fd, 2), "01");
  const buffer = guest.room(3);
  const [iovs, count] = guest.iovecs([buffer, 3]);
  guest.must("fd_pread", fd, iovs, count, 7n, guest.room(4));
  assertEquals(guest.text(buffer, 3), "789");
  guest.must("fd_pwrite", fd, iovs, count, 4n, guest.room(4));
  assertEquals(file.text(), "0123789789");
  assertEquals(guest.read(fd, 9), "23789789");
});

Deno.test("fd_pread() and fd_pwrite() refuse what has no offset", () => {
  const [guest, fd] = guestWithFile();
  const [iovs, count] = guest.iovecs([guest.room(3), 3]);
  for (const name of ["fd_pread", "fd_pwrite"]) {
    const call = (fd: number, offset: bigint) =>
      guest.call(name, fd, iovs, count, offset, guest.room(4));
    assertEquals(call(name === "fd_pread" ? 0 : 1, 0n), "SPIPE");
    assertEquals(call(3, 0n), "ISDIR");
    assertEquals(call(fd, -1n), "INVAL");
  }
});

Deno.test("fd_pwrite() past the end fills with zeros, as fd_write() does", () => {
  const [guest, fd, file] = guestWithFile("a");
  const [iovs, count] = guest.iovecs(guest.put("z"));
  guest.must("fd_pwrite", fd, iovs, count, 3n, guest.room(4));
  assertEquals(file.text(), "a\0\0z");
  assertEquals(seek(guest, fd, 5n, 0), 5n);
  guest.write(fd, "!");
  assertEquals(file.text(), "a\0\0z\0!");
});

Deno.test("fd_write() gathers buffers in order", () => {
  const [guest, fd, file] = guestWithFile("");
  const [iovs, count] = guest.iovecs(guest.put("ab"), [0, 0], guest.put("c"));
  const result = guest.room(4);
  guest.must("fd_write", fd, iovs, count, result);
  assertEquals([file.text(), guest.u32(result)], ["abc", 3]);
  guest.assertAround(result, 4);
});

Deno.test("fd_write() appends in append mode, wherever it was seeked", () => {
  const [guest, fd, file] = guestWithFile("ab", FdFlags.APPEND);
  seek(guest, fd, 0n, 0);
  guest.write(fd, "c");
  assertEquals(file.text(), "abc");
  assertEquals(seek(guest, fd, 0n, 1), 3n);
});

Deno.test("fd_pwrite() appends in append mode, whatever the offset", () => {
  const [guest, fd, file] = guestWithFile("ab", FdFlags.APPEND);
  const [iovs, count] = guest.iovecs(guest.put("c"));
  guest.must("fd_pwrite", fd, iovs, count, 0n, guest.room(4));
  assertEquals(file.text(), "abc");
});

Deno.test("fd_write() refuses what is open for reading", () => {
  const [guest] = guestWithFile();
  assertEquals(guest.write(guest.open("a"), "x"), "BADF");
  assertEquals(guest.write(0, "x"), "BADF");
  assertEquals(guest.write(3, "x"), "ISDIR");
});

Deno.test("fd_prestat_*() tell the name of a preopen", () => {
  const guest = new Guest({
    preopens: { "/": new MemoryDirectory(), "/dé": new MemoryDirectory() },
  });
  const out = guest.room(8);
  guest.must("fd_prestat_get", 4, out);
  guest.assertAround(out, 8);
  assertEquals([guest.u32(out), guest.u32(out + 4)], [0, 4]);
  const buf = guest.room(4);
  guest.must("fd_prestat_dir_name", 4, buf, 4);
  assertEquals(guest.text(buf, 4), "/dé");
  guest.assertAround(buf, 4);
  const short = guest.call("fd_prestat_dir_name", 4, buf, 3);
  assertEquals(short, "NAMETOOLONG");
  assertEquals(guest.call("fd_prestat_get", 5, out), "BADF");
  assertEquals(guest.call("fd_prestat_get", 0, out), "BADF");
  const again = guest.open(".");
  assertEquals(guest.call("fd_prestat_get", again, out), "BADF");
});

Deno.test("fd_readdir() lists . and .. and all names with their types", () => {
  const inner = new MemoryDirectory();
  const root = new MemoryDirectory().set("file", new MemoryFile())
    .set("inner", inner);
  const guest = new Guest({ preopens: { "/": root } });
  const fd = guest.open("inner", { oflags: OFlags.DIRECTORY });
  inner.set("é", new MemoryFile());
  const [self, parent, name] = guest.list(fd);
  assertEquals([self?.name, parent?.name, name?.name], [".", "..", "é"]);
  const stat = (path: string) => {
    const result = guest.stat(path);
    assert(typeof result === "object");
    return result.ino;
  };
  assertEquals(self?.ino, stat("inner"));
  assertEquals(parent?.ino, stat("."));
  assertEquals(name?.ino, stat("inner/é"));
  const types = guest.list(guest.open(".")).map(({ type }) => type);
  assertEquals(types, [3, 3, 4, 3]);
});

Deno.test("fd_readdir() of a preopen shows nothing above it", () => {
  const guest = new Guest({ preopens: { "/": new MemoryDirectory() } });
  const [self, parent] = guest.list(3);
  assertEquals(self?.ino, parent?.ino);
});

Deno.test("fd_readdir() gives the same with a buffer of any size", () => {
  const root = new MemoryDirectory();
  for (let count = 0; count < 50; count++) {
    root.set(`file-${"x".repeat(count)}`, new MemoryFile());
  }
  const guest = new Guest({ preopens: { "/": root } });
  const expected = [".", "..", ...root.names()];
  for (const size of [79, 80, 81, 100, 128, 1000, 100_000]) {
    const names = guest.list(3, size).map(({ name }) => name);
    assertEquals(names, expected, `${size} bytes`);
  }
});

Deno.test("fd_readdir() cuts the last entry and fills the buffer", () => {
  const root = new MemoryDirectory().set("name", new MemoryFile());
  const guest = new Guest({ preopens: { "/": root } });
  const full = 25 + 26 + 28;
  for (const size of [1, 24, 25, 50, full - 1, full, full + 1]) {
    const { used } = guest.readdir(3, size, 0n);
    assertEquals(used, Math.min(size, full), `${size} bytes`);
  }
});

Deno.test("fd_readdir() goes on where it was when names come and go", () => {
  const root = new MemoryDirectory();
  for (const name of ["a", "b", "c", "d"]) root.set(name, new MemoryFile());
  const guest = new Guest({ preopens: { "/": root } });
  const next = (cookie: bigint, size: number) =>
    guest.readdir(3, size, cookie).found.map(({ name }) => name);
  assertEquals(next(0n, 40), ["."]);
  assertEquals(next(1n, 40), [".."]);
  assertEquals(next(2n, 40), ["a"]);
  const { found } = guest.readdir(3, 25 + 26 + 25 + 25, 0n);
  assertEquals(found.map(({ name }) => name), [".", "..", "a", "b"]);
  root.delete("a");
  root.delete("c");
  root.set("e", new MemoryFile());
  const rest = guest.readdir(3, 999, found.at(-1)?.next ?? 0n).found;
  assertEquals(rest.map(({ name }) => name), ["d", "e"]);
});

Deno.test("fd_readdir() finds nothing after a cookie nobody gave", () => {
  const image = new ImageDirectory({
    files: new Map([["a", 0]]),
    read: () => new Uint8Array(0),
  });
  for (const root of [new MemoryDirectory(), image]) {
    const guest = new Guest({ preopens: { "/": root } });
    for (const cookie of [2n ** 63n, -1n, 2n ** 32n]) {
      assertEquals(guest.readdir(3, 99, cookie).used, 0);
    }
  }
});

Deno.test("fd_readdir() refuses what is no directory", () => {
  const [guest, fd] = guestWithFile();
  const words = [guest.room(9), 9, 0n, guest.room(4)];
  assertEquals(guest.call("fd_readdir", fd, ...words), "NOTDIR");
  assertEquals(guest.call("fd_readdir", 1, ...words), "NOTDIR");
});

Deno.test("fd_renumber() moves a descriptor", () => {
  const [guest, fd] = guestWithFile("hello");
  const other = guest.open("a");
  guest.must("fd_renumber", fd, other);
  assertEquals(guest.call("fd_close", fd), "BADF");
  assertEquals(guest.read(other, 9), "hello");
});

Deno.test("fd_seek() moves from start, place and end", () => {
  const [guest, fd] = guestWithFile("0123456789");
  assertEquals(seek(guest, fd, 4n, 0), 4n);
  assertEquals(seek(guest, fd, -1n, 1), 3n);
  assertEquals(seek(guest, fd, -2n, 2), 8n);
  assertEquals(guest.read(fd, 9), "89");
  assertEquals(seek(guest, fd, 99n, 0), 99n);
  assertEquals(guest.read(fd, 9), "");
});

Deno.test("fd_seek() stays where it is when it fails", () => {
  const [guest, fd] = guestWithFile("0123456789");
  seek(guest, fd, 4n, 0);
  assertEquals(seek(guest, fd, -5n, 1), "INVAL");
  assertEquals(seek(guest, fd, 0n, 3), "INVAL");
  assertEquals(seek(guest, fd, 2n ** 62n, 0), "INVAL");
  assertEquals(seek(guest, fd, 0n, 1), 4n);
  assertEquals(seek(guest, 0, 0n, 1), "SPIPE");
  assertEquals(seek(guest, 3, 0n, 1), "ISDIR");
});

Deno.test("fd_tell() tells where it is", () => {
  const [guest, fd] = guestWithFile("0123456789");
  guest.read(fd, 3);
  const result = guest.room(8);
  guest.must("fd_tell", fd, result);
  assertEquals(guest.u64(result), 3n);
  guest.assertAround(result, 8);
  assertEquals(guest.call("fd_tell", 1, result), "SPIPE");
  assertEquals(guest.call("fd_tell", 3, result), "ISDIR");
});

Deno.test("fd_tell() needs one of two rights, fd_seek() its own", () => {
  const [guest] = guestWithFile("0123");
  const tell = (rights: number) =>
    guest.call("fd_tell", guest.open("a", { rights }), guest.room(8));
  assertEquals(tell(Rights.FD_TELL), "SUCCESS");
  assertEquals(tell(Rights.FD_SEEK), "SUCCESS");
  assertEquals(tell(Rights.FD_READ), "BADF");
  const fd = guest.open("a", { rights: Rights.FD_TELL });
  assertEquals(seek(guest, fd, 0n, 1), 0n);
  assertEquals(seek(guest, fd, 1n, 1), "BADF");
});

Deno.test("nothing happens when there is no place for the result", () => {
  const [guest, fd, file] = guestWithFile("0123");
  const [iovs, count] = guest.iovecs(guest.put("new"));
  assertEquals(guest.call("fd_write", fd, iovs, count, -1), "FAULT");
  assertEquals(guest.call("fd_pwrite", fd, iovs, count, 0n, -1), "FAULT");
  assertEquals(guest.call("fd_read", fd, iovs, count, -1), "FAULT");
  assertEquals(guest.call("fd_seek", fd, 3n, 0, -1), "FAULT");
  assertEquals(file.text(), "0123");
  assertEquals(guest.read(fd, 9), "0123");
});

Deno.test("fd_fdstat_set_flags() needs its right", () => {
  const [guest] = guestWithFile();
  const fd = guest.open("a", { rights: Rights.FD_WRITE });
  const append = FdFlags.APPEND;
  assertEquals(guest.call("fd_fdstat_set_flags", fd, append), "NOTCAPABLE");
});
