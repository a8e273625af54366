/**
 * Makes one directory tree equal to another and touches only what differs, so
 * that `make` rebuilds what a changed patch asks for and nothing else.
 *
 * @module
 */

import { exists, listFiles } from "./files.ts";

/** Move what is new or different in `from` to `to`; `from` is used up. */
export function syncTree(from: string, to: string): void {
  if (!exists(to)) return Deno.renameSync(from, to);
  const wanted = listFiles(from);
  removeOthers(to, new Set(wanted));
  for (const path of wanted) {
    if (!sameContent(`${from}/${path}`, `${to}/${path}`)) {
      move(`${from}/${path}`, `${to}/${path}`);
    }
  }
  Deno.removeSync(from, { recursive: true });
}

function removeOthers(to: string, wanted: ReadonlySet<string>): void {
  for (const path of listFiles(to)) {
    const compiled = path.includes("__pycache__/");
    if (!compiled && !wanted.has(path)) Deno.removeSync(`${to}/${path}`);
  }
}

function sameContent(one: string, other: string): boolean {
  if (!exists(other)) return false;
  if (Deno.statSync(one).size !== Deno.statSync(other).size) return false;
  const bytes = Deno.readFileSync(one);
  const others = Deno.readFileSync(other);
  return bytes.every((byte, index) => byte === others[index]);
}

/** A file that reverts to an old version is new to `make` all the same. */
function move(from: string, to: string): void {
  Deno.mkdirSync(to.slice(0, to.lastIndexOf("/")), { recursive: true });
  Deno.renameSync(from, to);
  const now = new Date();
  Deno.utimeSync(to, now, now);
}
