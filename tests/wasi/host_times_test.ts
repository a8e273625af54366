import { assertEquals } from "@std/assert";
import { OFlags, Rights } from "../../src/wasi/abi.ts";
import { Guest } from "./guest.ts";
import { HostTree } from "./host_tree.ts";

const CREATE = { oflags: OFlags.CREAT, rights: Rights.FD_WRITE };

Deno.test("times of links are their own", () => {
  using tree = new HostTree();
  Deno.writeTextFileSync(`${tree.mount}/file`, "");
  Deno.symlinkSync("file", `${tree.mount}/link`);
  const before = Deno.statSync(`${tree.mount}/file`).mtime;
  const guest = new Guest({ preopens: { "/": tree.directory() } });
  const words = [0n, 5_000_000_000n, 4] as const;
  const link = guest.put("link");
  guest.must("path_filestat_set_times", 3, 0, ...link, ...words);
  assertEquals(Deno.lstatSync(`${tree.mount}/link`).mtime?.getTime(), 5000);
  assertEquals(Deno.statSync(`${tree.mount}/file`).mtime, before);
  guest.must("path_filestat_set_times", 3, 1, ...link, ...words);
  assertEquals(Deno.statSync(`${tree.mount}/file`).mtime?.getTime(), 5000);
});

Deno.test("times that were set keep their nanoseconds until they are others", () => {
  using tree = new HostTree();
  const guest = new Guest({ preopens: { "/": tree.directory() } });
  guest.must("fd_close", guest.open("file", CREATE));
  const mtime = () => {
    const stat = guest.stat("file");
    return typeof stat === "string" ? stat : stat.mtim;
  };
  const file = guest.put("file");
  const set = 5_000_123_456n;
  guest.must("path_filestat_set_times", 3, 1, ...file, 0n, set, 4);
  assertEquals(mtime(), set);
  assertEquals(Deno.statSync(`${tree.mount}/file`).mtime?.getTime(), 5000);
  guest.must("path_filestat_set_times", 3, 1, ...file, 7_000_000_001n, 0n, 1);
  assertEquals(mtime(), set, "the other time stays");
  Deno.utimeSync(`${tree.mount}/file`, 6, 6);
  assertEquals(mtime(), 6_000_000_000n, "the host's is newer");
});
