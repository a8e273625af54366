/**
 * A host that takes a permission away in the middle of a guest's turn:
 * `revoking_host.ts LOOKS NAME [PATH]`. Prints as JSON what the guest is told
 * before and after, and which refusals the host hears of.
 *
 * @module
 */

import { HostDirectory, type Refusal } from "../../src/wasi/mod.ts";
import { OFlags, Rights } from "../../src/wasi/abi.ts";
import { Guest } from "./guest.ts";
import { HostTree } from "./host_tree.ts";

const [looks = "0", name = "read", path] = Deno.args;

using tree = new HostTree(true);
Deno.mkdirSync(`${tree.mount}/d`);
for (const path of ["file", "d/file"]) {
  Deno.writeTextFileSync(`${tree.mount}/${path}`, "inside");
}
const told: Refusal[] = [];
const root = new HostDirectory(tree.mount, {
  access: { read: true, write: true },
  denied: (refusal) => told.push(refusal),
});
const guest = new Guest({ preopens: { "/": root } });
for (let look = 0; look < Number(looks); look++) guest.stat("x");
guest.reset();
const directory = guest.open("d");
const before = answers();
Deno.permissions.revokeSync({
  name: name as "read" | "write",
  ...(path === undefined ? {} : { path }),
});
const after = answers();
const by = [...new Set(told.map(({ by, need }) => `${by} ${need}`))];
// deno-lint-ignore no-console -- this is its answer
console.log(JSON.stringify({ before, after, by }));
Deno.exit(); // the tree can't be removed any more

/** What the guest is told, of names that are there and of others. */
function answers(): Record<string, string> {
  const make = { oflags: OFlags.CREAT, rights: Rights.FD_WRITE };
  return {
    "open there": kind(guest.tryOpen("file")),
    "open absent": kind(guest.tryOpen("none")),
    "open below": kind(guest.tryOpen("d/file")),
    "open below absent": kind(guest.tryOpen("d/none")),
    "open from a directory": kind(guest.tryOpen("file", { from: directory })),
    "open through none": kind(guest.tryOpen("none/file")),
    "make": kind(guest.tryOpen("file", make)),
    "stat": kind(guest.stat("file")),
    "stat of a directory": kind(guest.stat("d")),
    "mkdir": kind(guest.path("path_create_directory", "d")),
    "unlink": kind(guest.path("path_unlink_file", "d/none")),
    "list": kind(guest.tryReaddir(3, 256, 0n)),
  };
}

function kind(told: unknown): string {
  return typeof told === "string" ? told : "SUCCESS";
}
