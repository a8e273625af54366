import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { OFlags, Rights } from "../../src/wasi/abi.ts";
import {
  type FileImage,
  ImageDirectory,
  MemoryDirectory,
} from "../../src/wasi/mod.ts";
import { Guest } from "./guest.ts";

const FILES: Readonly<Record<string, string>> = {
  "os.py": "import sys\n",
  "json/__init__.py": "from .decoder import *\n",
  "json/decoder.py": "",
  "xml/etree/deep.py": "x = 1\n",
};

/** An image that remembers what was read. */
function image(read: string[] = []): FileImage {
  const sizes = Object.entries(FILES).map(([path, text]) =>
    [path, text.length] as const
  );
  return {
    files: new Map(sizes),
    read(path) {
      read.push(path);
      return new TextEncoder().encode(FILES[path]);
    },
  };
}

function guestOver(directory: ImageDirectory): Guest {
  return new Guest({ preopens: { "/": directory } });
}

function names(guest: Guest, path: string): string[] {
  const fd = guest.open(path, { oflags: OFlags.DIRECTORY });
  return guest.list(fd).map(({ name }) => name).slice(2);
}

Deno.test("ImageDirectory lists directories that only paths speak of", () => {
  const guest = guestOver(new ImageDirectory(image()));
  assertEquals(names(guest, "."), ["os.py", "json", "xml"]);
  assertEquals(names(guest, "json"), ["__init__.py", "decoder.py"]);
  assertEquals(names(guest, "xml"), ["etree"]);
  assertEquals(names(guest, "xml/etree/../../xml/etree"), ["deep.py"]);
});

Deno.test("ImageDirectory reads a file when it is read, and not before", () => {
  const read: string[] = [];
  const guest = guestOver(new ImageDirectory(image(read)));
  names(guest, "json");
  guest.stat("json/decoder.py");
  const fd = guest.open("os.py");
  assertEquals(read, []);
  assertEquals(guest.read(fd, 6), "import");
  assertEquals(guest.read(fd, 99), " sys\n");
  assertEquals(guest.read(fd, 99), "");
  assertEquals(read, ["os.py"]);
});

Deno.test("ImageDirectory holds a file once, while it is open", () => {
  const read: string[] = [];
  const guest = guestOver(new ImageDirectory(image(read)));
  const [first, second] = [guest.open("os.py"), guest.open("os.py")];
  assertEquals(guest.read(first, 6), "import");
  guest.must("fd_close", first);
  assertEquals(guest.read(second, 6), "import");
  assertEquals(read, ["os.py"]);
  guest.must("fd_close", second);
  guest.read(guest.open("os.py"), 6);
  assertEquals(read, ["os.py", "os.py"]);
});

Deno.test("ImageDirectory tells sizes, links and its fixed time", () => {
  const guest = guestOver(new ImageDirectory(image(), { mtime: 42n }));
  const stat = (path: string) => {
    const result = guest.stat(path);
    assert(typeof result === "object");
    return [result.filetype, result.nlink, result.size, result.mtim];
  };
  assertEquals(stat("os.py"), [4, 1, 11, 42n]);
  assertEquals(stat("json/decoder.py"), [4, 1, 0, 42n]);
  assertEquals(stat("."), [3, 4, 0, 42n]);
  assertEquals(stat("xml/etree"), [3, 2, 0, 42n]);
});

Deno.test("ImageDirectory is as old as a ZIP file can tell", () => {
  const result = guestOver(new ImageDirectory(image())).stat("os.py");
  assert(typeof result === "object");
  const year = new Date(Number(result.mtim / 1_000_000n)).getUTCFullYear();
  assertEquals(year, 1980);
});

Deno.test("ImageDirectory gives each node one serial number", () => {
  const directory = new ImageDirectory(image());
  assertStrictEquals(directory.lookup("json"), directory.lookup("json"));
  const guest = guestOver(directory);
  const serials = guest.list(3).map(({ ino }) => ino);
  assertEquals(guest.list(3).map(({ ino }) => ino), serials);
  assertEquals(new Set(serials).size, serials.length - 1, "`.` is also `..`");
});

Deno.test("ImageDirectory knows names and nothing between them", () => {
  const guest = guestOver(new ImageDirectory(image()));
  assertEquals(guest.stat("jso"), "NOENT");
  assertEquals(guest.stat("json/none"), "NOENT");
  assertEquals(guest.stat("os.py/x"), "NOTDIR");
  assertEquals(guest.stat("constructor"), "NOENT");
  assertEquals(guest.stat("../x"), "PERM");
});

Deno.test("ImageDirectory can't be changed", () => {
  const guest = guestOver(new ImageDirectory(image()));
  const create = { oflags: OFlags.CREAT };
  const path = (name: string, path: string) => guest.path(name, path);
  assertEquals(guest.tryOpen("new", create), "ROFS");
  assertEquals(guest.tryOpen("os.py", { rights: Rights.FD_WRITE }), "ROFS");
  assertEquals(guest.tryOpen("os.py", { oflags: OFlags.TRUNC }), "ROFS");
  assertEquals(path("path_unlink_file", "os.py"), "ROFS");
  assertEquals(path("path_create_directory", "new"), "ROFS");
  assertEquals(path("path_remove_directory", "json"), "ROFS");
  const names = [3, ...guest.put("os.py"), 3, ...guest.put("new")] as const;
  assertEquals(guest.call("path_rename", ...names), "ROFS");
  const [fd, ...rest] = names;
  assertEquals(guest.call("path_link", fd, 0, ...rest), "ROFS");
  const link = [...guest.put("os.py"), 3, ...guest.put("new")] as const;
  assertEquals(guest.call("path_symlink", ...link), "ROFS");
  const times = [...guest.put("os.py"), 0n, 0n, 1] as const;
  assertEquals(guest.call("path_filestat_set_times", 3, 0, ...times), "ROFS");
});

Deno.test("ImageDirectory can lie in a tree in memory", () => {
  const root = new MemoryDirectory({ readOnly: true })
    .set("lib", new ImageDirectory(image()));
  const guest = new Guest({ preopens: { "/": root } });
  assertEquals(guest.read(guest.open("lib/json/../os.py"), 6), "import");
  const lib = guest.open("lib", { oflags: OFlags.DIRECTORY });
  const parent = guest.list(lib)[1];
  assertEquals(parent?.ino, guest.list(3)[0]?.ino);
});

Deno.test("an empty image is an empty directory", () => {
  const empty = { files: new Map(), read: () => new Uint8Array(0) };
  assertEquals(names(guestOver(new ImageDirectory(empty)), "."), []);
});
