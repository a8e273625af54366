/**
 * A host that takes a permission away in the middle of a guest's turn: prints
 * what the guest is told before and after.
 *
 * @module
 */

import { Guest } from "./guest.ts";
import { HostTree } from "./host_tree.ts";

using tree = new HostTree();
Deno.writeTextFileSync(`${tree.mount}/file`, "inside");
const guest = new Guest({ preopens: { "/": tree.directory() } });
for (let look = 0; look < 200; look++) guest.stat("x");
guest.reset();
const before = guest.tryOpen("file");
Deno.permissions.revokeSync({ name: "write" });
const after = guest.tryOpen("file");
const changed = guest.path("path_unlink_file", "file");
// deno-lint-ignore no-console -- this is its answer
console.log(typeof before, after, changed);
Deno.exit(); // the tree can't be removed any more
