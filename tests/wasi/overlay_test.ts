import { assertEquals } from "@std/assert";
import {
  MemoryDirectory,
  MemoryFile,
  MountDirectory,
  OverlayDirectory,
} from "../../src/wasi/mod.ts";
import { Guest } from "./guest.ts";

/** `/tmp` in memory, with `data` laid over what it has there. */
function overlaid(): { guest: Guest; base: MemoryDirectory } {
  const base = new MemoryDirectory()
    .set("data", new MemoryFile("hidden"))
    .set("a", new MemoryFile("a"));
  base.createDirectory("sub");
  const data = new MemoryDirectory({ readOnly: true })
    .set("in.csv", new MemoryFile("1,2"));
  const over = new MountDirectory().set("data", data);
  const tmp = new OverlayDirectory(base, over, ["data"]);
  return { guest: new Guest({ preopens: { "/": tmp } }), base };
}

Deno.test("an overlay shows its names first, and the others once", () => {
  const { base } = overlaid();
  const over = new MountDirectory()
    .set("data", new MemoryDirectory())
    .set("more", new MemoryDirectory());
  const both = new OverlayDirectory(base, over, ["data", "more"]);
  const entries = [...both.list(0)];
  assertEquals(entries.map(({ name }) => name), ["data", "more", "a", "sub"]);
  for (const [index, { cookie }] of entries.entries()) {
    const rest = [...both.list(cookie)].map(({ name }) => name);
    assertEquals(rest, entries.slice(index + 1).map(({ name }) => name));
  }
});

Deno.test("what is made in an overlay is made below it", () => {
  const { guest, base } = overlaid();
  assertEquals(guest.path("path_create_directory", "made"), "SUCCESS");
  assertEquals(guest.path("path_unlink_file", "a"), "SUCCESS");
  assertEquals([...base.names()], ["data", "sub", "made"]);
  assertEquals(guest.path("path_remove_directory", "made"), "SUCCESS");
});

Deno.test("what is laid over can be neither changed nor replaced", () => {
  const { guest, base } = overlaid();
  const rename = (from: string, to: string) =>
    guest.call("path_rename", 3, ...guest.put(from), 3, ...guest.put(to));
  assertEquals(guest.path("path_remove_directory", "data"), "BUSY");
  assertEquals(guest.path("path_unlink_file", "data"), "ISDIR");
  assertEquals(guest.path("path_unlink_file", "data/in.csv"), "ROFS");
  assertEquals(rename("data", "elsewhere"), "BUSY");
  assertEquals(rename("sub", "data"), "XDEV");
  assertEquals(base.get("data") instanceof MemoryFile, true);
});

Deno.test("files move in and out of an overlay as if it were not there", () => {
  const { guest, base } = overlaid();
  const rename = (from: string, to: string) =>
    guest.call("path_rename", 3, ...guest.put(from), 3, ...guest.put(to));
  assertEquals(rename("a", "b"), "SUCCESS");
  assertEquals(rename("b", "sub/b"), "SUCCESS");
  assertEquals(rename("sub/b", "c"), "SUCCESS");
  assertEquals([...base.names()], ["data", "sub", "c"]);
});
