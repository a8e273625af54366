import { assert, assertEquals } from "@std/assert";
import { ALL_RIGHTS, FdFlags, OFlags, Rights } from "../../../src/wasi/abi.ts";
import {
  MemoryDirectory,
  MemoryFile,
  MemoryLink,
  NullDevice,
} from "../../../src/wasi/mod.ts";
import { FakeClock, Guest } from "../guest.ts";

const DIRECTORY = { oflags: OFlags.DIRECTORY };

/** `file` (5 bytes), `dir/inner`, `dir/empty/`, links to each, `null`. */
function makeGuest(
  root = new MemoryDirectory({ clock: new FakeClock() }),
): [Guest, MemoryDirectory] {
  const guest = new Guest({ preopens: { "/": root } });
  const setup = ["dir", "dir/empty"];
  for (const path of setup) guest.path("path_create_directory", path);
  guest.must("fd_close", guest.open("dir/inner", { oflags: OFlags.CREAT }));
  root.set("file", new MemoryFile("hello", { mtime: 3n }))
    .set("null", new NullDevice())
    .set("filelink", new MemoryLink("file"))
    .set("dirlink", new MemoryLink("dir"))
    .set("dangling", new MemoryLink("dir/none"))
    .set("loop", new MemoryLink("loop"));
  return [guest, root];
}

function rename(guest: Guest, from: string, to: string): string {
  return guest.call("path_rename", 3, ...guest.put(from), 3, ...guest.put(to));
}

function link(guest: Guest, from: string, to: string, flags = 0): string {
  const words = [...guest.put(from), 3, ...guest.put(to)];
  return guest.call("path_link", 3, flags, ...words);
}

function symlink(guest: Guest, target: string, path: string): string {
  return guest.call(
    "path_symlink",
    ...guest.put(target),
    3,
    ...guest.put(path),
  );
}

function readlink(guest: Guest, path: string, size: number): string {
  const buf = guest.room(size);
  const result = guest.room(4);
  const words = [...guest.put(path), buf, size, result];
  const errno = guest.call("path_readlink", 3, ...words);
  guest.assertAround(buf, size);
  return errno === "SUCCESS" ? guest.text(buf, guest.u32(result)) : errno;
}

Deno.test("path_create_directory() makes one directory", () => {
  const [guest] = makeGuest();
  const make = (path: string) => guest.path("path_create_directory", path);
  assertEquals(make("new"), "SUCCESS");
  assertEquals(make("slash/"), "SUCCESS");
  assertEquals(make("dirlink/new"), "SUCCESS");
  assertEquals(guest.list(guest.open("dir/new")).length, 2);
});

Deno.test("path_create_directory() refuses what is there", () => {
  const [guest] = makeGuest();
  const make = (path: string) => guest.path("path_create_directory", path);
  for (const path of ["dir", "dir/", "file", "file/", "dirlink", "dangling"]) {
    assertEquals(make(path), "EXIST", path);
  }
  for (const path of [".", "dir/.", "dir/.."]) {
    assertEquals(make(path), "EXIST", path);
  }
  assertEquals(make("none/new"), "NOENT");
  assertEquals(make("new/."), "NOENT");
  assertEquals(make("file/new"), "NOTDIR");
  assertEquals(make(""), "NOENT");
  assertEquals(make("../new"), "PERM");
  assertEquals(make("/new"), "PERM");
  assertEquals(make("loop/new"), "LOOP");
  assertEquals(make("a\0b"), "INVAL");
});

Deno.test("path_filestat_get() follows links when it is told to", () => {
  const [guest] = makeGuest();
  const stat = (path: string, follow: boolean) => {
    const result = guest.stat(path, { follow });
    return typeof result === "string"
      ? result
      : `${result.filetype} ${result.size} ${result.nlink}`;
  };
  assertEquals(stat("file", true), "4 5 1");
  assertEquals(stat("filelink", true), "4 5 1");
  assertEquals(stat("filelink", false), "7 4 1");
  assertEquals(stat("dirlink/", false), "3 0 3");
  assertEquals(stat("null", true), "2 0 1");
  assertEquals(stat("dangling", true), "NOENT");
  assertEquals(stat("dangling", false), "7 8 1");
  assertEquals(stat("loop", true), "LOOP");
  assertEquals(stat("file/", true), "NOTDIR");
  assertEquals(stat("file/x", true), "NOTDIR");
});

Deno.test("path_filestat_get() refuses unknown flags", () => {
  const [guest] = makeGuest();
  const words = [2, ...guest.put("file"), guest.room(64)];
  assertEquals(guest.call("path_filestat_get", 3, ...words), "INVAL");
});

Deno.test("path_filestat_set_times() sets times of links and targets", () => {
  const [guest, root] = makeGuest();
  const set = (path: string, follow: number, flags: number) =>
    guest.call(
      "path_filestat_set_times",
      3,
      follow,
      ...guest.put(path),
      5n,
      6n,
      flags,
    );
  assertEquals(set("filelink", 1, 1 | 4), "SUCCESS");
  assertEquals(root.get("file")?.stat().mtim, 6n);
  assertEquals(set("filelink", 0, 4), "SUCCESS");
  assertEquals(root.get("filelink")?.stat().mtim, 6n);
  assertEquals(set("dir", 1, 4), "SUCCESS");
  assertEquals(root.get("dir")?.stat().mtim, 6n);
  assertEquals(set("none", 1, 0), "NOENT");
  assertEquals(set("file", 1, 1 | 2), "INVAL");
});

Deno.test("path_link() gives a file one more name", () => {
  const [guest, root] = makeGuest();
  assertEquals(link(guest, "file", "dir/second"), "SUCCESS");
  assertEquals(guest.stat("file"), guest.stat("dir/second"));
  assertEquals(root.get("file")?.stat().nlink, 2);
  assertEquals(link(guest, "filelink", "link2"), "SUCCESS");
  assertEquals(readlink(guest, "link2", 9), "file");
});

Deno.test("path_link() refuses what can't be", () => {
  const [guest] = makeGuest();
  assertEquals(link(guest, "file", "dir"), "EXIST");
  assertEquals(link(guest, "file", "file"), "EXIST");
  assertEquals(link(guest, "file", "dangling"), "EXIST");
  assertEquals(link(guest, "file", "new/"), "NOENT");
  assertEquals(link(guest, "file", "none/new"), "NOENT");
  assertEquals(link(guest, "none", "new"), "NOENT");
  assertEquals(link(guest, "dir", "new"), "PERM");
  assertEquals(link(guest, "null", "new"), "XDEV");
  assertEquals(link(guest, "file", "../new"), "PERM");
  assertEquals(link(guest, "file", "new", 1), "INVAL");
});

Deno.test("path_open() makes, truncates and opens files", () => {
  const [guest, root] = makeGuest();
  const write = { rights: Rights.FD_WRITE };
  const made = guest.open("new", { ...write, oflags: OFlags.CREAT });
  assertEquals(guest.write(made, "abc"), "SUCCESS");
  assertEquals((root.get("new") as MemoryFile).text(), "abc");
  guest.open("new", { ...write, oflags: OFlags.CREAT });
  assertEquals((root.get("new") as MemoryFile).text(), "abc");
  guest.open("new", { ...write, oflags: OFlags.TRUNC });
  assertEquals((root.get("new") as MemoryFile).text(), "");
});

Deno.test("path_open() makes the file that a dangling link stands for", () => {
  const [guest] = makeGuest();
  const exclusive = { oflags: OFlags.CREAT | OFlags.EXCL };
  assertEquals(guest.tryOpen("dangling", exclusive), "EXIST");
  assertEquals(guest.stat("dir/none"), "NOENT");
  guest.open("dangling", { oflags: OFlags.CREAT });
  assertEquals(typeof guest.stat("dir/none"), "object");
});

Deno.test("path_open() answers as open() does", () => {
  const [guest] = makeGuest();
  const create = { oflags: OFlags.CREAT };
  const exclusive = { oflags: OFlags.CREAT | OFlags.EXCL };
  const write = { rights: Rights.FD_WRITE };
  const both = { oflags: OFlags.CREAT | OFlags.DIRECTORY };
  assertEquals(guest.tryOpen("none"), "NOENT");
  assertEquals(guest.tryOpen("none/"), "NOENT");
  assertEquals(guest.tryOpen("none/", create), "ISDIR");
  assertEquals(guest.tryOpen("file/"), "NOTDIR");
  assertEquals(guest.tryOpen("file", DIRECTORY), "NOTDIR");
  assertEquals(guest.tryOpen("file", exclusive), "EXIST");
  assertEquals(guest.tryOpen("dir", create), "ISDIR");
  assertEquals(guest.tryOpen("dir", write), "ISDIR");
  assertEquals(guest.tryOpen("dir", { ...write, ...DIRECTORY }), "ISDIR");
  assertEquals(guest.tryOpen("dir", { oflags: OFlags.TRUNC }), "ISDIR");
  assertEquals(guest.tryOpen("dir", exclusive), "EXIST");
  assertEquals(guest.tryOpen("filelink", { follow: false }), "LOOP");
  assertEquals(guest.tryOpen("loop"), "LOOP");
  assertEquals(guest.tryOpen("new", both), "INVAL");
  assertEquals(guest.tryOpen("file", { oflags: 16 }), "INVAL");
  assertEquals(guest.tryOpen("file", { fdflags: 32 }), "INVAL");
  assertEquals(guest.tryOpen("file", { from: 1 }), "NOTDIR");
  assertEquals(guest.tryOpen("/file"), "PERM");
  assertEquals(guest.tryOpen("dir/../../file"), "PERM");
});

Deno.test("path_open() starts at any directory, and stays below it", () => {
  const [guest, root] = makeGuest();
  const fd = guest.open("dir", DIRECTORY);
  assertEquals(typeof guest.tryOpen("inner", { from: fd }), "number");
  assertEquals(typeof guest.tryOpen("empty/..", { from: fd }), "number");
  assertEquals(guest.tryOpen("../file", { from: fd }), "PERM");
  assert(root.get("dir") instanceof MemoryDirectory);
  (root.get("dir") as MemoryDirectory).set("up", new MemoryLink("../file"));
  assertEquals(typeof guest.tryOpen("dir/up"), "number");
  assertEquals(guest.tryOpen("up", { from: fd }), "PERM");
});

Deno.test("path_open() gives no right that the directory has not to give", () => {
  const [guest] = makeGuest();
  const fd = guest.open("dir", { ...DIRECTORY, inheriting: Rights.FD_READ });
  const open = (rights: number, inheriting = 0, oflags = 0) =>
    guest.tryOpen("inner", { from: fd, rights, inheriting, oflags });
  assertEquals(typeof open(Rights.FD_READ), "number");
  assertEquals(open(Rights.FD_WRITE), "NOTCAPABLE");
  assertEquals(open(0, Rights.FD_WRITE), "NOTCAPABLE");
  const narrow = guest.open("dir", {
    ...DIRECTORY,
    rights: Rights.PATH_OPEN,
  });
  const through = (oflags: number) =>
    guest.tryOpen("new", { from: narrow, rights: 0, inheriting: 0, oflags });
  assertEquals(through(OFlags.CREAT), "NOTCAPABLE");
  assertEquals(through(OFlags.TRUNC), "NOTCAPABLE");
  assertEquals(through(0), "NOENT");
  assertEquals(guest.path("path_unlink_file", "inner", narrow), "NOTCAPABLE");
});

Deno.test("path_open() keeps flags, and the offset starts at 0", () => {
  const [guest, root] = makeGuest();
  const fd = guest.open("file", {
    rights: ALL_RIGHTS,
    fdflags: FdFlags.APPEND | FdFlags.NONBLOCK,
  });
  assertEquals(guest.read(fd, 2), "he");
  guest.write(fd, "!");
  assertEquals((root.get("file") as MemoryFile).text(), "hello!");
});

Deno.test("path_open() leaves nothing open when there is no room", () => {
  const [guest] = makeGuest();
  const before = guest.context.fds.size;
  const [ptr, length] = guest.put("file");
  const words = [ptr, length, 0, 0n, 0n, 0, -1];
  assertEquals(guest.call("path_open", 3, 0, ...words), "FAULT");
  assertEquals(guest.context.fds.size, before);
});

Deno.test("path_readlink() gives as much as fits", () => {
  const [guest] = makeGuest();
  assertEquals(readlink(guest, "dangling", 99), "dir/none");
  assertEquals(readlink(guest, "dangling", 3), "dir");
  assertEquals(readlink(guest, "dangling", 0), "");
  assertEquals(readlink(guest, "file", 9), "INVAL");
  assertEquals(readlink(guest, "dirlink/", 9), "INVAL");
  assertEquals(readlink(guest, "none", 9), "NOENT");
});

Deno.test("path_remove_directory() removes an empty directory", () => {
  const [guest] = makeGuest();
  const remove = (path: string) => guest.path("path_remove_directory", path);
  assertEquals(remove("dir"), "NOTEMPTY");
  assertEquals(remove("file"), "NOTDIR");
  assertEquals(remove("dirlink"), "NOTDIR");
  assertEquals(remove("dirlink/"), "NOTDIR");
  assertEquals(remove("none"), "NOENT");
  assertEquals(remove("."), "INVAL");
  assertEquals(remove("dir/empty/."), "INVAL");
  assertEquals(remove("dir/empty/.."), "INVAL");
  assertEquals(remove("dir/empty/"), "SUCCESS");
  assertEquals(remove("dir/empty"), "NOENT");
});

Deno.test("path_rename() moves and replaces", () => {
  const [guest, root] = makeGuest();
  assertEquals(rename(guest, "file", "dir/moved"), "SUCCESS");
  assertEquals(rename(guest, "dir/moved", "dir/inner"), "SUCCESS");
  assertEquals(rename(guest, "dir/inner", "file"), "SUCCESS");
  assertEquals((root.get("file") as MemoryFile).text(), "hello");
  assertEquals(rename(guest, "dir/", "moved/"), "SUCCESS");
  assertEquals(typeof guest.stat("moved/empty"), "object");
  assertEquals(rename(guest, "filelink", "link2"), "SUCCESS");
  assertEquals(readlink(guest, "link2", 9), "file");
});

Deno.test("path_rename() answers as rename() does", () => {
  const [guest] = makeGuest();
  guest.path("path_create_directory", "other");
  assertEquals(rename(guest, "none", "new"), "NOENT");
  assertEquals(rename(guest, "file", "dir"), "ISDIR");
  assertEquals(rename(guest, "dir", "file"), "NOTDIR");
  assertEquals(rename(guest, "other", "dir"), "NOTEMPTY");
  assertEquals(rename(guest, "dir", "dir/empty/new"), "INVAL");
  assertEquals(rename(guest, "dir", "dir/new"), "INVAL");
  assertEquals(rename(guest, "file/", "new"), "NOTDIR");
  assertEquals(rename(guest, "file", "new/"), "NOTDIR");
  assertEquals(rename(guest, "dirlink/", "new"), "NOTDIR");
  assertEquals(rename(guest, "file", "none/new"), "NOENT");
  assertEquals(rename(guest, ".", "new"), "BUSY");
  assertEquals(rename(guest, "dir", "."), "BUSY");
  assertEquals(rename(guest, "file", "../file"), "PERM");
  assertEquals(rename(guest, "file", "file"), "SUCCESS");
  assertEquals(rename(guest, "dir", "dir"), "SUCCESS");
  assertEquals(rename(guest, "other", "dir/empty"), "SUCCESS");
});

Deno.test("a name that does not fit is NOSPC, and nothing has moved", () => {
  const [guest, root] = makeGuest(new MemoryDirectory({ quota: 6000 }));
  while (root.volume.free > 512) {
    const room = Math.min(255, root.volume.free - 512);
    const name = `x${root.volume.free}`.padEnd(room, "-").slice(0, room);
    guest.must("fd_close", guest.open(name, { oflags: OFlags.CREAT }));
  }
  assertEquals(link(guest, "file", "second"), "NOSPC");
  assertEquals(symlink(guest, "file", "second"), "NOSPC");
  assertEquals(guest.stat("second"), "NOENT");
  const long = "l".repeat(200).padEnd(200);
  assertEquals(rename(guest, "file", long), "NOSPC");
  assertEquals([guest.stat(long), typeof guest.stat("file")], [
    "NOENT",
    "object",
  ]);
  assertEquals(rename(guest, "file", "f"), "SUCCESS", "a shorter name fits");
});

Deno.test("path_symlink() makes links that stay inside", () => {
  const [guest] = makeGuest();
  assertEquals(symlink(guest, "file", "new"), "SUCCESS");
  assertEquals(guest.stat("new"), guest.stat("file"));
  assertEquals(symlink(guest, "../file", "dir/new"), "SUCCESS");
  assertEquals(guest.stat("dir/new"), guest.stat("file"));
  assertEquals(symlink(guest, "./nowhere/é", "new2"), "SUCCESS");
  assertEquals(readlink(guest, "new2", 99), "./nowhere/é");
});

Deno.test("path_symlink() refuses links that climb out, and what is there", () => {
  const [guest] = makeGuest();
  assertEquals(symlink(guest, "/file", "new"), "PERM");
  assertEquals(symlink(guest, "../file", "new"), "PERM");
  assertEquals(symlink(guest, "dir/../../x", "new"), "PERM");
  assertEquals(symlink(guest, "../../x", "dir/new"), "PERM");
  assertEquals(symlink(guest, "", "new"), "NOENT");
  assertEquals(symlink(guest, "a\0b", "new"), "INVAL");
  assertEquals(symlink(guest, "file", "new/"), "NOENT");
  assertEquals(symlink(guest, "file", "file/"), "NOTDIR");
  for (const path of ["file", "dir", "dir/", "dangling", "."]) {
    assertEquals(symlink(guest, "x", path), "EXIST", path);
  }
});

Deno.test("path_unlink_file() removes a name", () => {
  const [guest] = makeGuest();
  const unlink = (path: string) => guest.path("path_unlink_file", path);
  assertEquals(unlink("dir"), "ISDIR");
  assertEquals(unlink("dir/"), "ISDIR");
  assertEquals(unlink("."), "ISDIR");
  assertEquals(unlink("file/"), "NOTDIR");
  assertEquals(unlink("dirlink/"), "NOTDIR");
  assertEquals(unlink("none"), "NOENT");
  assertEquals(unlink("dirlink"), "SUCCESS");
  assertEquals(unlink("file"), "SUCCESS");
  assertEquals(unlink("file"), "NOENT");
  assertEquals(typeof guest.stat("dir"), "object");
});
