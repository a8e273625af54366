import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  Context,
  MemoryDirectory,
  MemoryFile,
  MemoryLink,
  NullDevice,
} from "../../src/wasi/mod.ts";
import { OFlags, Rights } from "../../src/wasi/abi.ts";
import { ENTRY_COST } from "../../src/wasi/volume.ts";
import { errnoOf, FakeClock, Guest } from "./guest.ts";

const READ_WRITE = Rights.FD_READ | Rights.FD_WRITE | Rights.FD_SEEK |
  Rights.FD_FILESTAT_SET_SIZE | Rights.FD_ALLOCATE;

function writable(name: string, guest: Guest, oflags: number = OFlags.CREAT) {
  return guest.open(name, { oflags, rights: READ_WRITE });
}

Deno.test("MemoryFile keeps a copy of what it is given", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const file = new MemoryFile(bytes);
  bytes[0] = 9;
  file.bytes()[1] = 9;
  assertEquals(file.bytes(), Uint8Array.of(1, 2, 3));
  assertEquals(new MemoryFile("é").size, 2);
});

Deno.test("MemoryFile has the times it is given", () => {
  const stat = new MemoryFile("", { mtime: 5n }).stat();
  assertEquals([stat.atim, stat.mtim, stat.ctim], [5n, 5n, 5n]);
});

Deno.test("MemoryDirectory.set() refuses what is no name", () => {
  const directory = new MemoryDirectory();
  for (const name of ["", ".", "..", "a/b", "a\0", "\udc00", "x".repeat(256)]) {
    assertThrows(
      () => directory.set(name, new MemoryFile()),
      TypeError,
      "Cannot name a file",
    );
  }
});

Deno.test("MemoryDirectory.set() gives a directory one place", () => {
  const inner = new MemoryDirectory();
  const outer = new MemoryDirectory().set("a", inner);
  assertThrows(() => outer.set("b", inner), TypeError, "another place");
  assertThrows(() => outer.set("b", outer), TypeError, "another place");
  assertThrows(() => inner.set("b", outer), TypeError, "another place");
  outer.delete("a");
  outer.set("b", inner);
  assertStrictEquals(outer.get("b"), inner);
});

Deno.test("MemoryDirectory.set() replaces, delete() forgets", () => {
  const [first, second] = [new MemoryFile("1"), new MemoryFile("22")];
  const directory = new MemoryDirectory().set("a", first).set("a", second);
  assertEquals([first.stat().nlink, second.stat().nlink], [0, 1]);
  assertEquals([...directory.names()], ["a"]);
  assertEquals(directory.delete("a"), true);
  assertEquals(directory.delete("a"), false);
  assertEquals(directory.volume.used, 0);
});

Deno.test("a file with two names is one file", () => {
  const file = new MemoryFile("x");
  const guest = new Guest({
    preopens: { "/": new MemoryDirectory().set("a", file).set("b", file) },
  });
  assertEquals(guest.stat("a"), guest.stat("b"));
  assertEquals(file.stat().nlink, 2);
  assertEquals(guest.path("path_unlink_file", "a"), "SUCCESS");
  assertEquals(file.stat().nlink, 1);
  assertEquals(file.text(), "x");
});

Deno.test("nlink of a directory counts the directories inside", () => {
  const guest = new Guest({ preopens: { "/": new MemoryDirectory() } });
  const links = () => {
    const stat = guest.stat(".");
    assert(typeof stat === "object");
    return stat.nlink;
  };
  assertEquals(links(), 2);
  guest.path("path_create_directory", "a");
  guest.path("path_create_directory", "b");
  guest.open("file", { oflags: OFlags.CREAT });
  assertEquals(links(), 4);
  guest.path("path_remove_directory", "a");
  assertEquals(links(), 3);
});

Deno.test("times come from the volume's clock", () => {
  const clock = new FakeClock();
  const directory = new MemoryDirectory({ clock });
  const file = new MemoryFile("", { mtime: 1n });
  directory.set("a", file);
  const guest = new Guest({ preopens: { "/": directory } });
  clock.time = 5_000n;
  assertEquals(guest.write(writable("a", guest), "x"), "SUCCESS");
  assertEquals([file.stat().atim, file.stat().mtim], [1n, 5_000n]);
  clock.time = 6_000n;
  guest.path("path_create_directory", "d");
  assertEquals(directory.stat().mtim, 6_000n);
});

Deno.test("a read-only tree can't be changed, a mount inside can", () => {
  const root = new MemoryDirectory({ readOnly: true })
    .set("file", new MemoryFile("kept"))
    .set("link", new MemoryLink("file"))
    .set("tmp", new MemoryDirectory());
  const guest = new Guest({ preopens: { "/": root } });
  for (const name of ["path_unlink_file", "path_create_directory"]) {
    const path = name === "path_unlink_file" ? "file" : "new";
    assertEquals(guest.path(name, path), "ROFS", name);
  }
  assertEquals(guest.tryOpen("file", { rights: READ_WRITE }), "ROFS");
  assertEquals(guest.tryOpen("file", { oflags: OFlags.TRUNC }), "ROFS");
  assertEquals(guest.tryOpen("new", { oflags: OFlags.CREAT }), "ROFS");
  assertEquals(guest.path("path_remove_directory", "tmp"), "ROFS");
  assertEquals(guest.write(writable("tmp/new", guest), "x"), "SUCCESS");
  assertEquals(
    guest.read(guest.open("link", { rights: READ_WRITE & 6 }), 9),
    "kept",
  );
});

Deno.test("a mount can't be removed, moved or replaced", () => {
  const root = new MemoryDirectory()
    .set("mount", new MemoryDirectory())
    .set("null", new NullDevice());
  const guest = new Guest({ preopens: { "/": root } });
  guest.path("path_create_directory", "own");
  const rename = (from: string, to: string) =>
    guest.call("path_rename", 3, ...guest.put(from), 3, ...guest.put(to));
  assertEquals(guest.path("path_remove_directory", "mount"), "BUSY");
  assertEquals(guest.path("path_unlink_file", "null"), "BUSY");
  assertEquals(rename("mount", "b"), "BUSY");
  assertEquals(rename("null", "b"), "BUSY");
  assertEquals(rename("own", "mount"), "BUSY");
  assertEquals(rename("own", "mount/own"), "XDEV");
  assertEquals([...root.names()], ["mount", "null", "own"]);
});

Deno.test("the quota bounds contents", () => {
  const quota = ENTRY_COST + 1 + 10;
  const root = new MemoryDirectory({ quota });
  const guest = new Guest({ preopens: { "/": root } });
  const fd = writable("a", guest);
  const [iovs, count] = guest.iovecs(guest.put("0123456789ABC"));
  const result = guest.room(4);
  guest.must("fd_write", fd, iovs, count, result);
  assertEquals(guest.u32(result), 10, "as much as fits");
  assertEquals(guest.write(fd, "x"), "NOSPC");
  assertEquals(guest.call("fd_filestat_set_size", fd, 11n), "NOSPC");
  assertEquals(guest.call("fd_allocate", fd, 0n, 11n), "NOSPC");
  assertEquals(root.volume.used, quota);
  guest.must("fd_filestat_set_size", fd, 4n);
  assertEquals(root.volume.used, quota - 6);
  assertEquals((root.get("a") as MemoryFile).text(), "0123");
});

Deno.test("a write that fits in part tells how much, whatever the buffers", () => {
  const root = new MemoryDirectory({ quota: ENTRY_COST + 1 + 4 });
  const guest = new Guest({ preopens: { "/": root } });
  const fd = writable("a", guest);
  const [iovs, count] = guest.iovecs(guest.put("0123"), guest.put("4"));
  const result = guest.room(4);
  guest.must("fd_write", fd, iovs, count, result);
  assertEquals(guest.u32(result), 4);
  assertEquals(guest.call("fd_write", fd, iovs, count, result), "NOSPC");
});

Deno.test("the quota bounds names, links and directories", () => {
  const root = new MemoryDirectory({ quota: 3 * (ENTRY_COST + 1) + 4 });
  const guest = new Guest({ preopens: { "/": root } });
  assertEquals(guest.path("path_create_directory", "a"), "SUCCESS");
  assertEquals(
    guest.call("path_symlink", ...guest.put("text"), 3, ...guest.put("b")),
    "SUCCESS",
  );
  writable("c", guest);
  assertEquals(root.volume.free, 0);
  assertEquals(guest.path("path_create_directory", "d"), "NOSPC");
  assertEquals(guest.tryOpen("d", { oflags: OFlags.CREAT }), "NOSPC");
  assertEquals(
    guest.call("path_rename", 3, ...guest.put("c"), 3, ...guest.put("cc")),
    "NOSPC",
  );
  assertEquals([...root.names()], ["a", "b", "c"]);
  for (const name of ["b", "c"]) guest.path("path_unlink_file", name);
  guest.path("path_remove_directory", "a");
  guest.context.fds[Symbol.dispose]();
  assertEquals(root.volume.used, 0);
});

Deno.test("a removed file takes room until it is closed", () => {
  const root = new MemoryDirectory();
  const guest = new Guest({ preopens: { "/": root } });
  const fd = writable("a", guest);
  guest.write(fd, "12345");
  guest.path("path_unlink_file", "a");
  assertEquals(root.volume.used, 5);
  guest.must("fd_seek", fd, 0n, 0, guest.room(8));
  assertEquals(guest.read(fd, 9), "12345");
  guest.must("fd_close", fd);
  assertEquals(root.volume.used, 0);
});

Deno.test("what is cut off is not held any more", () => {
  const root = new MemoryDirectory();
  const guest = new Guest({ preopens: { "/": root } });
  const fd = writable("a", guest);
  const file = root.get("a") as MemoryFile;
  for (const [size, most] of [[1_000_000, 4e6], [10, 1024], [0, 1024]]) {
    guest.must("fd_filestat_set_size", fd, BigInt(size ?? 0));
    assert(file.capacity <= (most ?? 0), `${file.capacity} for ${size}`);
  }
  const many = 1000;
  for (let count = 0; count < many; count++) guest.write(fd, "0123456789");
  assert(file.capacity <= 4 * file.size);
});

Deno.test("a file that grows again is full of zeros, not of old bytes", () => {
  const root = new MemoryDirectory();
  const guest = new Guest({ preopens: { "/": root } });
  const fd = writable("a", guest);
  guest.write(fd, "secret");
  guest.must("fd_filestat_set_size", fd, 1n);
  guest.must("fd_filestat_set_size", fd, 4n);
  assertEquals((root.get("a") as MemoryFile).text(), "s\0\0\0");
});

Deno.test("nothing can be made in a directory that is gone", () => {
  const guest = new Guest({ preopens: { "/": new MemoryDirectory() } });
  guest.path("path_create_directory", "d");
  const fd = guest.open("d", { oflags: OFlags.DIRECTORY });
  guest.path("path_remove_directory", "d");
  const create = { from: fd, oflags: OFlags.CREAT };
  assertEquals(guest.tryOpen("x", create), "NOENT");
  assertEquals(guest.path("path_create_directory", "x", fd), "NOENT");
  assertEquals(
    guest.call("path_rename", 3, ...guest.put("d"), fd, ...guest.put("x")),
    "NOENT",
  );
});

Deno.test("one tree can serve two guests, which count serials on their own", () => {
  const root = new MemoryDirectory().set("a", new MemoryFile("shared"));
  const [one, two] = [1, 2].map(() => new Guest({ preopens: { "/": root } }));
  assert(one !== undefined && two !== undefined);
  one.write(writable("b", one), "new");
  assertEquals(two.read(two.open("b", { rights: Rights.FD_READ }), 9), "new");
});

Deno.test("serial numbers stay, and no two nodes have the same", () => {
  const context = new Context();
  const nodes = [1, 2, 3].map(() => new MemoryFile());
  const serials = nodes.map((node) => context.serial(node));
  assertEquals(new Set(serials).size, 3);
  assertEquals(nodes.map((node) => context.serial(node)), serials);
});

Deno.test("a volume refuses to be overdrawn, but not by the host", () => {
  const root = new MemoryDirectory({ quota: 0 });
  root.set("a", new MemoryFile("large"));
  assertEquals(root.volume.free, 0);
  assertEquals(errnoOf(() => root.createDirectory("b")), "NOSPC");
  root.delete("a");
  assertEquals(root.volume.used, 0);
});
