import { assert, assertEquals } from "@std/assert";
import { OFlags, Rights } from "../../src/wasi/abi.ts";
import { OpenFiles } from "../../src/wasi/host_anchor.ts";
import { HostBudget, HostDirectory } from "../../src/wasi/mod.ts";
import { Guest } from "./guest.ts";
import { FREELY, HostTree } from "./host_tree.ts";

const READ = { rights: Rights.FD_READ };

function furnished(tree: HostTree, names: number): string {
  Deno.mkdirSync(`${tree.mount}/d`);
  for (let index = 0; index < names; index++) {
    Deno.writeTextFileSync(`${tree.mount}/d/file-${index}`, "");
  }
  return tree.mount;
}

function guestOf(path: string, budget: HostBudget): Guest {
  const root = new HostDirectory(path, { access: FREELY, budget });
  return new Guest({ preopens: { "/": root } });
}

Deno.test("all who read a directory share its names, and leave them at the end", () => {
  using tree = new HostTree();
  const budget = new HostBudget();
  const guest = guestOf(furnished(tree, 100), budget);
  using fds = guest.context.fds;
  const readers = Array.from({ length: 20 }, () => guest.open("d"));
  for (const fd of readers) guest.readdir(fd, 256, 0n);
  assertEquals(budget.names, 100);
  for (const fd of readers.splice(0, 10)) guest.list(fd, 1024);
  assertEquals(budget.names, 100, "the others have not come to the end");
  for (const fd of readers.splice(0, 9)) guest.must("fd_close", fd);
  assertEquals(budget.names, 100, "one of them still reads");
  fds[Symbol.dispose]();
  assertEquals(budget.names, 0);
});

Deno.test("names beyond the budget are refused, and come back when others are left", () => {
  using tree = new HostTree();
  const budget = new HostBudget({ names: 150 });
  const path = furnished(tree, 100);
  Deno.mkdirSync(`${path}/e`);
  for (let index = 0; index < 60; index++) Deno.mkdirSync(`${path}/e/${index}`);
  const guest = guestOf(path, budget);
  using _fds = guest.context.fds;
  const [one, other] = [guest.open("d"), guest.open("e")];
  guest.readdir(one, 256, 0n);
  assertEquals(guest.tryReaddir(other, 256, 0n), "MFILE");
  guest.must("fd_close", one);
  assertEquals(guest.list(other, 1024).length, 62);
  assertEquals(budget.names, 0);
});

Deno.test("a guest has so many of the host's files open and no more", () => {
  using tree = new HostTree();
  const budget = new HostBudget({ files: 10 });
  const guest = guestOf(furnished(tree, 20), budget);
  using fds = guest.context.fds;
  const open = Array.from(
    { length: 10 },
    (_, index) => guest.open(`d/file-${index}`, READ),
  );
  assertEquals(budget.files, 10);
  assertEquals(guest.tryOpen("d/file-10", READ), "MFILE");
  assertEquals(guest.tryOpen("d/new", { oflags: OFlags.CREAT }), "MFILE");
  assertEquals(guest.stat("d/new"), "NOENT", "nothing was made");
  assertEquals(typeof guest.tryOpen("d"), "number", "a directory is no file");
  guest.must("fd_close", open[3] ?? -1);
  assertEquals(
    typeof guest.tryOpen("d/new", { oflags: OFlags.CREAT }),
    "number",
  );
  fds[Symbol.dispose]();
  assertEquals(budget.files, 0);
});

Deno.test("what was opened, refused or failed leaves no descriptor behind", {
  ignore: !OpenFiles.available(), // only then may we count
}, async () => {
  using tree = new HostTree();
  const budget = new HostBudget();
  const path = furnished(tree, 5);
  await Deno.symlink("../../outside", `${path}/d/out`);
  const before = descriptors();
  for (let round = 0; round < 20; round++) {
    const guest = guestOf(path, budget);
    using _fds = guest.context.fds;
    for (const name of ["d", "d/file-1", "d/none", "d/out/a", "d/file-1/x"]) {
      for (const oflags of [0, OFlags.CREAT, OFlags.DIRECTORY, OFlags.TRUNC]) {
        guest.tryOpen(name, { oflags });
        guest.stat(name);
        guest.path("path_create_directory", name);
        guest.reset();
      }
    }
    guest.list(guest.open("d"), 1024);
  }
  await Promise.resolve(); // what was held is let go
  assertEquals(descriptors(), before);
  assertEquals([budget.files, budget.names], [0, 0]);
  assert(before > 3);
});

function descriptors(): number {
  return Array.from(Deno.readDirSync("/proc/self/fd")).length;
}
