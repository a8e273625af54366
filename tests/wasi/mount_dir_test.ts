import { assertEquals, assertThrows } from "@std/assert";
import { OFlags, Rights } from "../../src/wasi/abi.ts";
import {
  MemoryDirectory,
  MemoryFile,
  MountDirectory,
} from "../../src/wasi/mod.ts";
import { Guest } from "./guest.ts";
import { FREELY, HostTree } from "./host_tree.ts";

const CREATE = { oflags: OFlags.CREAT, rights: Rights.FD_WRITE };

function names(guest: Guest): string[] {
  return guest.list(3).map(({ name }) => name).slice(2);
}

Deno.test("MountDirectory shows what was set, and lets nothing be made", () => {
  const asked: string[] = [];
  const root = new MountDirectory({
    denied: (name, need) => void asked.push(`${need} ${name}`),
  }).set("tmp", new MemoryDirectory()).set("readme", new MemoryFile("hi"));
  const guest = new Guest({ preopens: { "/": root } });
  assertEquals(names(guest), ["tmp", "readme"]);
  assertEquals(guest.tryOpen("new", CREATE), "ACCES");
  assertEquals(guest.path("path_create_directory", "new"), "ACCES");
  assertEquals(guest.path("path_remove_directory", "tmp"), "BUSY");
  assertEquals(guest.path("path_unlink_file", "readme"), "BUSY");
  const move = [3, ...guest.put("tmp"), 3, ...guest.put("new")];
  assertEquals(guest.call("path_rename", ...move), "BUSY");
  const link = [...guest.put("x"), 3, ...guest.put("new")];
  assertEquals(guest.call("path_symlink", ...link), "ACCES");
  assertEquals(guest.tryOpen("tmp/new", CREATE), 4);
  assertEquals(new Set(asked), new Set(["read new", "write new"]));
});

Deno.test("a slot stands for one file, there or not, and nothing beside it", () => {
  using tree = new HostTree();
  const options = { access: FREELY };
  const root = new MountDirectory()
    .slot("report", `${tree.mount}/out.csv`, options)
    .slot("input", `${tree.mount}/in.csv`);
  const guest = new Guest({ preopens: { "/": root } });
  assertEquals(names(guest), []);
  const fd = guest.open("report", CREATE);
  assertEquals(guest.write(fd, "1,2"), "SUCCESS");
  guest.must("fd_close", fd);
  assertEquals(Deno.readTextFileSync(`${tree.mount}/out.csv`), "1,2");
  Deno.writeTextFileSync(`${tree.mount}/in.csv`, "3,4");
  assertEquals(names(guest), ["report", "input"]);
  assertEquals(guest.tryOpen("input", CREATE), "ACCES");
  assertEquals(guest.path("path_unlink_file", "input"), "ACCES");
  assertEquals(guest.path("path_unlink_file", "report"), "SUCCESS");
  assertEquals(guest.path("path_create_directory", "report"), "ACCES");
  assertEquals(names(guest), ["input"]);
});

Deno.test("a slot that is a link leads nowhere else", () => {
  using tree = new HostTree();
  Deno.symlinkSync("../outside/canary", `${tree.mount}/climbs`);
  Deno.symlinkSync("other", `${tree.mount}/beside`);
  Deno.writeTextFileSync(`${tree.mount}/other`, "not granted");
  const root = new MountDirectory()
    .slot("climbs", `${tree.mount}/climbs`, { access: FREELY })
    .slot("beside", `${tree.mount}/beside`, { access: FREELY });
  const guest = new Guest({ preopens: { "/": root } });
  assertEquals(guest.tryOpen("climbs", { rights: Rights.FD_READ }), "PERM");
  assertEquals(guest.tryOpen("beside", { rights: Rights.FD_READ }), "NOENT");
  assertEquals(guest.tryOpen("beside", CREATE), "ACCES");
});

Deno.test("MountDirectory refuses names that are none", () => {
  for (const name of ["", ".", "..", "a/b", "a\0"]) {
    const mount = new MountDirectory();
    assertThrows(
      () => mount.set(name, new MemoryFile()),
      TypeError,
      "one name",
    );
    assertThrows(() => mount.slot(name, "/x"), TypeError, "one name");
  }
});
