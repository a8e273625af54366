import { assert, assertEquals, assertThrows } from "@std/assert";
import { FdFlags, OFlags, Rights } from "../../src/wasi/abi.ts";
import {
  type Access,
  Filetype,
  HostDirectory,
  MemoryDirectory,
  type Refusal,
} from "../../src/wasi/mod.ts";
import { OpenFiles } from "../../src/wasi/host_anchor.ts";
import { Guest } from "./guest.ts";
import { FREELY, HostTree } from "./host_tree.ts";

const CREATE = { oflags: OFlags.CREAT, rights: Rights.FD_WRITE };
const WRITE = { rights: Rights.FD_WRITE };
const READ = { rights: Rights.FD_READ };

function guestOf(tree: HostTree, access?: Access): Guest {
  return new Guest({ preopens: { "/": tree.directory(access) } });
}

function read(guest: Guest, path: string, size = 64): string {
  const fd = guest.open(path, READ);
  const text = guest.read(fd, size);
  guest.must("fd_close", fd);
  return text;
}

function names(guest: Guest, fd: number): string[] {
  return guest.list(fd).map(({ name }) => name).slice(2).sort();
}

Deno.test("HostDirectory reads, writes and lists what the host has", () => {
  using tree = new HostTree();
  Deno.mkdirSync(`${tree.mount}/sub`);
  Deno.writeTextFileSync(`${tree.mount}/sub/old`, "old text");
  const guest = guestOf(tree);
  assertEquals(read(guest, "sub/old"), "old text");
  const fd = guest.open("sub/new", CREATE);
  assertEquals(guest.write(fd, "new text"), "SUCCESS");
  guest.must("fd_close", fd);
  assertEquals(Deno.readTextFileSync(`${tree.mount}/sub/new`), "new text");
  assertEquals(names(guest, guest.open("sub")), ["new", "old"]);
  guest.context.fds[Symbol.dispose]();
});

Deno.test("HostDirectory has the host's numbers, and the same in listings", () => {
  using tree = new HostTree();
  Deno.writeTextFileSync(`${tree.mount}/file`, "12345");
  Deno.mkdirSync(`${tree.mount}/dir`);
  const guest = guestOf(tree);
  const { ino, mtime } = Deno.statSync(`${tree.mount}/file`);
  const stat = guest.stat("file");
  assert(typeof stat !== "string");
  assertEquals(stat.ino, BigInt(ino ?? -1));
  assertEquals(stat.mtim, BigInt(mtime?.getTime() ?? -1) * 1_000_000n);
  assertEquals([stat.filetype, stat.size], [Filetype.REGULAR_FILE, 5]);
  for (const { name, ino } of guest.list(3)) {
    const stat = guest.stat(name === ".." ? "." : name);
    assert(typeof stat !== "string" && stat.ino === ino, name);
  }
});

Deno.test("HostDirectory is read-only unless told otherwise", () => {
  using tree = new HostTree();
  Deno.writeTextFileSync(`${tree.mount}/file`, "as it was");
  Deno.mkdirSync(`${tree.mount}/dir`);
  const root = new HostDirectory(tree.mount);
  const guest = new Guest({ preopens: { "/": root } });
  assertEquals(read(guest, "file"), "as it was");
  assertEquals(guest.tryOpen("file", WRITE), "ACCES");
  assertEquals(guest.tryOpen("file", { oflags: OFlags.TRUNC }), "ACCES");
  assertEquals(guest.tryOpen("new", CREATE), "ACCES");
  assertEquals(guest.path("path_create_directory", "new"), "ACCES");
  assertEquals(guest.path("path_unlink_file", "file"), "ACCES");
  assertEquals(guest.path("path_remove_directory", "dir"), "ACCES");
  const [from, to] = [guest.put("file"), guest.put("new")];
  assertEquals(guest.call("path_rename", 3, ...from, 3, ...to), "ACCES");
  assertEquals(guest.call("path_link", 3, 0, ...from, 3, ...to), "ACCES");
  assertEquals(guest.call("path_symlink", ...from, 3, ...to), "ACCES");
  for (const path of ["file", "dir", "."]) {
    const times = [0n, 0n, 5] as const;
    const words = [3, 0, ...guest.put(path), ...times] as const;
    assertEquals(guest.call("path_filestat_set_times", ...words), "ACCES");
  }
  const fd = guest.open("file", { rights: Rights.FD_FILESTAT_SET_TIMES });
  assertEquals(guest.call("fd_filestat_set_times", fd, 0n, 0n, 5), "ACCES");
  assertEquals(Deno.readTextFileSync(`${tree.mount}/file`), "as it was");
  guest.context.fds[Symbol.dispose]();
});

Deno.test("HostDirectory can be written without being read", () => {
  using tree = new HostTree();
  Deno.writeTextFileSync(`${tree.mount}/file`, "secret");
  Deno.symlinkSync("file", `${tree.mount}/link`);
  Deno.mkdirSync(`${tree.mount}/dir`);
  const guest = guestOf(tree, { read: false, write: true });
  assertEquals(guest.tryOpen("file", READ), "ACCES");
  assertEquals(
    guest.tryOpen("file", { rights: Rights.FD_READ | Rights.FD_WRITE }),
    "ACCES",
  );
  const made = guest.open("new", CREATE);
  assertEquals(guest.write(made, "mine"), "SUCCESS");
  const fd = guest.open("file", { ...WRITE, fdflags: FdFlags.APPEND });
  assertEquals(guest.write(fd, " and more"), "SUCCESS");
  const out = guest.room(96);
  for (const each of [3, guest.open("dir")]) {
    const words = [each, out, 64, 0n, out + 64] as const;
    assertEquals(guest.call("fd_readdir", ...words), "ACCES");
  }
  const words = [3, ...guest.put("link"), out, 64, out + 64];
  assertEquals(guest.call("path_readlink", ...words), "ACCES");
  assertEquals(Deno.readTextFileSync(`${tree.mount}/file`), "secret and more");
  guest.context.fds[Symbol.dispose]();
});

Deno.test("HostDirectory hides what may be neither read nor written", () => {
  using tree = new HostTree();
  const secret = { read: false, write: false };
  const inside = new Map<string, Access>([["key", secret], ["no", secret]]);
  Deno.writeTextFileSync(`${tree.mount}/key`, "secret");
  Deno.symlinkSync("key", `${tree.mount}/to-key`);
  Deno.symlinkSync("no", `${tree.mount}/to-no`);
  Deno.linkSync(`${tree.mount}/key`, `${tree.mount}/key2`);
  const guest = guestOf(tree, { ...FREELY, inside });
  const everything = (name: string) => [
    guest.tryOpen(name, READ),
    guest.tryOpen(`to-${name}`, READ),
    guest.tryOpen(name, CREATE),
    guest.tryOpen(name, { ...CREATE, oflags: OFlags.CREAT | OFlags.EXCL }),
    guest.tryOpen(`to-${name}`, CREATE),
    guest.tryOpen(`${name}/x`, READ),
    guest.stat(name),
    guest.stat(`${name}/`),
    guest.path("path_create_directory", name),
    guest.path("path_unlink_file", name),
    guest.path("path_remove_directory", name),
    guest.call("path_rename", 3, ...guest.put(name), 3, ...guest.put("z")),
    guest.call("path_link", 3, 0, ...guest.put(name), 3, ...guest.put("z")),
    guest.call("path_symlink", ...guest.put("x"), 3, ...guest.put(name)),
  ];
  assertEquals(everything("key"), everything("no"), "told apart");
  assertEquals(everything("key").slice(0, 3), ["NOENT", "NOENT", "ACCES"]);
  assertEquals(guest.tryOpen("key2", READ), "NOENT", "another name beside it");
  assertEquals(names(guest, 3), ["to-key", "to-no"]);
  assertEquals(Deno.readTextFileSync(`${tree.mount}/key`), "secret");
});

Deno.test("HostDirectory never moves what has exceptions inside", () => {
  using tree = new HostTree();
  const hidden = new Map<string, Access>([["key", {
    read: false,
    write: false,
  }]]);
  const inside = new Map<string, Access>([
    ["kept", { ...FREELY, inside: hidden }],
    ["bare", { ...FREELY, inside: hidden }],
  ]);
  for (const name of ["kept", "bare", "other"]) {
    Deno.mkdirSync(`${tree.mount}/${name}`);
  }
  Deno.writeTextFileSync(`${tree.mount}/kept/key`, "secret");
  Deno.writeTextFileSync(`${tree.mount}/other/x`, "x");
  const guest = guestOf(tree, { ...FREELY, inside });
  const rename = (from: string, to: string) =>
    guest.call("path_rename", 3, ...guest.put(from), 3, ...guest.put(to));
  for (const name of ["kept", "bare"]) {
    assertEquals(rename(name, "moved"), "ACCES", name);
    assertEquals(rename("other", name), "ACCES", name);
    assertEquals(guest.path("path_remove_directory", name), "ACCES", name);
    assertEquals(guest.tryOpen(`${name}/key`, READ), "NOENT");
    assertEquals(guest.tryOpen(`${name}/../${name}/key`, READ), "NOENT");
  }
  assertEquals(rename("other/x", "kept/x"), "SUCCESS");
});

Deno.test("HostDirectory gives no name where more could be done", () => {
  using tree = new HostTree();
  const inside = new Map<string, Access>([
    ["in", { read: false, write: true }],
    ["fixed", { read: true, write: false }],
  ]);
  for (const name of ["in", "fixed"]) Deno.mkdirSync(`${tree.mount}/${name}`);
  Deno.writeTextFileSync(`${tree.mount}/in/secret`, "secret");
  Deno.writeTextFileSync(`${tree.mount}/fixed/file`, "fixed");
  const guest = guestOf(tree, { ...FREELY, inside });
  const both = (name: string, from: string, to: string) => {
    const flags = name === "path_link" ? [0] : [];
    const words = [3, ...flags, ...guest.put(from), 3, ...guest.put(to)];
    return guest.call(name, ...words);
  };
  assertEquals(both("path_rename", "in/secret", "out"), "ACCES");
  assertEquals(both("path_link", "in/secret", "out"), "ACCES");
  assertEquals(both("path_rename", "in", "out"), "ACCES");
  assertEquals(both("path_link", "fixed/file", "file"), "ACCES");
  assertEquals(both("path_rename", "fixed/file", "file"), "ACCES");
  assertEquals(both("path_rename", "in/secret", "in/other"), "SUCCESS");
});

Deno.test("HostDirectory tells of each refusal, and who refused", () => {
  using tree = new HostTree();
  const told: Refusal[] = [];
  const inside = new Map([["key", { read: false, write: false }]]);
  const root = new HostDirectory(tree.mount, {
    access: { read: true, write: false, inside },
    denied: (refusal) => told.push(refusal),
  });
  const guest = new Guest({ preopens: { "/": root } });
  guest.stat("absent");
  assertEquals(told, [], "what is absent is not refused");
  guest.stat("key");
  guest.path("path_create_directory", "new");
  assertEquals(told, [
    { operation: "find", path: `${tree.mount}/key`, need: "read", by: "grant" },
    {
      operation: "mkdir",
      path: `${tree.mount}/new`,
      need: "write",
      by: "grant",
    },
  ]);
});

Deno.test("an open directory is followed when the guest moves it", () => {
  using tree = new HostTree();
  Deno.mkdirSync(`${tree.mount}/a/b`, { recursive: true });
  Deno.writeTextFileSync(`${tree.mount}/a/b/file`, "text");
  const guest = guestOf(tree);
  const fd = guest.open("a/b");
  const moves = [["a/b", "c"], ["c", "a/d"], ["a", "e"]];
  for (const [from = "", to = ""] of moves) {
    const words = [3, ...guest.put(from), 3, ...guest.put(to)];
    guest.must("path_rename", ...words);
    assertEquals(typeof guest.stat("file", { from: fd }), "object", to);
  }
  assertEquals(names(guest, fd), ["file"]);
});

Deno.test("an open directory is gone when another has its place", () => {
  using tree = new HostTree();
  Deno.mkdirSync(`${tree.mount}/a`);
  const guest = guestOf(tree);
  const fd = guest.open("a");
  const held = guest.stat(".", { from: fd });
  Deno.renameSync(`${tree.mount}/a`, `${tree.mount}/b`);
  assertEquals(guest.stat(".", { from: fd }), "NOENT");
  Deno.mkdirSync(`${tree.mount}/a`);
  assertEquals(guest.stat(".", { from: fd }), "NOENT");
  assertEquals(guest.path("path_create_directory", "x", fd), "NOENT");
  Deno.removeSync(`${tree.mount}/a`);
  Deno.symlinkSync("b", `${tree.mount}/a`);
  assertEquals(guest.stat(".", { from: fd }), "NOENT");
  Deno.removeSync(`${tree.mount}/a`);
  Deno.renameSync(`${tree.mount}/b`, `${tree.mount}/a`);
  assertEquals(guest.stat(".", { from: fd }), held);
});

Deno.test("fd_readdir() of the host goes on where it was", () => {
  using tree = new HostTree();
  const all = Array.from({ length: 300 }, (_, index) => `file-${index}`);
  for (const name of all) Deno.writeTextFileSync(`${tree.mount}/${name}`, "");
  const guest = guestOf(tree);
  const seen: string[] = [];
  let cookie = 0n;
  for (let rest = true; rest;) {
    const { found, used } = guest.readdir(3, 300, cookie);
    seen.push(...found.map(({ name }) => name));
    cookie = found.at(-1)?.next ?? cookie;
    rest = used === 300;
    // The host, and a second reader that starts again, change things.
    const gone = seen.at(-1) ?? "";
    if (gone.startsWith("file")) Deno.removeSync(`${tree.mount}/${gone}`);
    Deno.writeTextFileSync(`${tree.mount}/new-${seen.length}`, "");
    guest.readdir(3, 300, 0n);
  }
  assertEquals(new Set(seen).size, seen.length, "a name came twice");
  const old = seen.filter((name) => name.startsWith("file"));
  assertEquals(old.sort(), all.sort(), "a name was skipped");
  const { found } = guest.readdir(3, 300, 0xffff_ffff_ffff_ffffn);
  assertEquals(found, []);
});

Deno.test("links of the host are followed inside and nowhere else", () => {
  using tree = new HostTree();
  Deno.mkdirSync(`${tree.mount}/a/b`, { recursive: true });
  Deno.writeTextFileSync(`${tree.mount}/a/file`, "inside");
  Deno.symlinkSync("../file", `${tree.mount}/a/b/up`);
  Deno.symlinkSync("../../../outside/canary", `${tree.mount}/a/b/out`);
  Deno.symlinkSync(`${tree.mount}/a/file`, `${tree.mount}/a/b/absolute`);
  const root = new MemoryDirectory().set(
    "x",
    new MemoryDirectory().set("mount", tree.directory()),
  );
  const guest = new Guest({ preopens: { "/": root } });
  assertEquals(read(guest, "x/mount/a/b/up"), "inside");
  assertEquals(guest.tryOpen("x/mount/a/b/out", READ), "PERM");
  assertEquals(guest.tryOpen("x/mount/a/b/absolute", READ), "PERM");
  // Above the mount the guest's tree goes on, but not for the host's links.
  Deno.symlinkSync("../../x/mount/a/file", `${tree.mount}/around`);
  assertEquals(guest.tryOpen("x/mount/around", READ), "PERM");
  const symlink = (text: string, path: string) =>
    guest.call("path_symlink", ...guest.put(text), 3, ...guest.put(path));
  assertEquals(symlink("../../x", "x/mount/l"), "PERM");
  assertEquals(symlink("../../a/file", "x/mount/a/b/l"), "SUCCESS");
  assertEquals(read(guest, "x/mount/a/b/l"), "inside");
  const move = [
    3,
    ...guest.put("x/mount/a/b/l"),
    3,
    ...guest.put("x/mount/l"),
  ];
  assertEquals(guest.call("path_rename", ...move), "PERM");
});

Deno.test("FIFOs of the host are seen and removed, not opened", {
  ignore: Deno.build.os === "windows", // it has no such files
}, async () => {
  using tree = new HostTree();
  const args = [`${tree.mount}/fifo`];
  assert((await new Deno.Command("mkfifo", { args }).output()).success);
  const guest = guestOf(tree);
  for (const options of [READ, WRITE, CREATE, {}]) {
    assertEquals(guest.tryOpen("fifo", options), "ACCES");
  }
  const words = [3, 0, ...guest.put("fifo"), 0n, 0n, 5] as const;
  assertEquals(guest.call("path_filestat_set_times", ...words), "ACCES");
  assertEquals(guest.path("path_unlink_file", "fifo"), "SUCCESS");
});

Deno.test("sockets and devices of the host are seen, not opened", {
  // Without --allow-all Deno shows neither; `host_openat_test.ts` gives it.
  ignore: !OpenFiles.available(),
}, () => {
  using tree = new HostTree();
  const path = `${tree.mount}/socket`;
  const socket = Deno.listen({ transport: "unix", path });
  const guest = guestOf(tree);
  assertEquals(guest.tryOpen("socket", READ), "NXIO");
  const stat = guest.stat("socket");
  assert(typeof stat !== "string");
  assertEquals(stat.filetype, Filetype.SOCKET_STREAM);
  socket.close();
  const devices = new HostDirectory("/dev", { access: FREELY });
  const other = new Guest({ preopens: { "/": devices } });
  for (const options of [READ, WRITE, CREATE]) {
    assertEquals(other.tryOpen("zero", options), "ACCES");
  }
});

Deno.test("a file of the host keeps offset, flags and sizes as POSIX does", () => {
  using tree = new HostTree();
  const guest = guestOf(tree);
  const rights = Rights.FD_READ | Rights.FD_WRITE | Rights.FD_SEEK |
    Rights.FD_TELL | Rights.FD_FILESTAT_SET_SIZE | Rights.FD_ALLOCATE |
    Rights.FD_SYNC | Rights.FD_DATASYNC | Rights.FD_FDSTAT_SET_FLAGS |
    Rights.FD_FILESTAT_SET_TIMES | Rights.FD_FILESTAT_GET;
  const fd = guest.open("file", { oflags: OFlags.CREAT, rights });
  assertEquals(guest.write(fd, "0123456789"), "SUCCESS");
  const [iovs, count] = guest.iovecs(guest.put("AB"), guest.put("CD"));
  guest.must("fd_pwrite", fd, iovs, count, 2n, guest.room(4));
  assertEquals(guest.write(fd, "!"), "SUCCESS");
  const place = guest.room(8);
  guest.must("fd_seek", fd, 1n, 0, place);
  assertEquals(guest.read(fd, 64), "1ABCD6789!");
  guest.must("fd_filestat_set_size", fd, 4n);
  guest.must("fd_fdstat_set_flags", fd, FdFlags.APPEND);
  guest.must("fd_seek", fd, 0n, 0, place);
  assertEquals(guest.write(fd, "end"), "SUCCESS");
  guest.must("fd_allocate", fd, 0n, 9n);
  guest.must("fd_allocate", fd, 0n, 3n);
  guest.must("fd_sync", fd);
  guest.must("fd_datasync", fd);
  guest.must("fd_filestat_set_times", fd, 0n, 5_000_000_000n, 4);
  const path = `${tree.mount}/file`;
  assertEquals(Deno.readTextFileSync(path), "01ABend\0\0");
  assertEquals(Deno.statSync(path).mtime?.getTime(), 5000);
  guest.must("fd_close", fd);
});

Deno.test("a host directory is mounted by its absolute path", () => {
  const error = assertThrows(() => new HostDirectory("data"), TypeError);
  assert(error.message.includes("Deno.realPathSync()"), error.message);
});

Deno.test("what a directory hides does not show in its number of names", () => {
  using tree = new HostTree();
  for (const name of ["d/seen", "d/hidden", "e/one"]) {
    Deno.mkdirSync(`${tree.mount}/${name}`, { recursive: true });
  }
  const hidden = { read: false, write: false };
  const guest = guestOf(tree, {
    ...FREELY,
    inside: new Map([
      ["d", { ...FREELY, inside: new Map([["hidden", hidden]]) }],
    ]),
  });
  const nlink = (path: string) => {
    const stat = guest.stat(path);
    return typeof stat === "string" ? stat : stat.nlink;
  };
  const before = [nlink("d"), nlink(".")];
  assertEquals(nlink("e"), Deno.statSync(`${tree.mount}/e`).nlink ?? 1);
  Deno.removeSync(`${tree.mount}/d/hidden`);
  assertEquals([nlink("d"), nlink(".")], before);
});

Deno.test("fdstat of a directory says what may be done there", () => {
  using tree = new HostTree();
  Deno.mkdirSync(`${tree.mount}/out`);
  const guest = guestOf(tree, {
    read: true,
    write: false,
    inside: new Map([["out", { read: false, write: true }]]),
  });
  using _fds = guest.context.fds;
  const shown = (path: string) => {
    const out = guest.room(24);
    guest.must("fd_fdstat_get", guest.open(path), out);
    const rights = Number(guest.u64(out + 8));
    return [Rights.FD_READDIR, Rights.PATH_CREATE_FILE]
      .map((right) => (rights & right) !== 0);
  };
  assertEquals(shown("."), [true, false]);
  assertEquals(shown("out"), [false, true]);
  const made = { oflags: OFlags.CREAT, rights: Rights.FD_WRITE };
  const fd = guest.open(".");
  assertEquals(typeof guest.tryOpen("out/f", { ...made, from: fd }), "number");
});

Deno.test("a directory that a walk came back to can be opened and listed", () => {
  using tree = new HostTree();
  Deno.mkdirSync(`${tree.mount}/b/a`, { recursive: true });
  const guest = new Guest({ preopens: { "/": tree.directory() } });
  const fd = guest.open("b/a/..", { oflags: OFlags.DIRECTORY });
  assertEquals(guest.list(fd).map(({ name }) => name).sort(), [".", "..", "a"]);
});
