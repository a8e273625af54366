/**
 * Links that the guest may leave behind on the host, where others follow them.
 *
 * @module
 */

import { Errno, hostErrno, WasiError } from "./errno.ts";
import { parsePath } from "./guest_path.ts";
import { join } from "./host_mount.ts";
import { escapes } from "./resolve.ts";

/** How many entries of a directory are looked through before it moves. */
const MAX_ENTRIES = 10_000;

/**
 * Make sure that no link leads out of the mount from where it would lie.
 *
 * The gate refuses to follow such a link, but a person's `cat` does not. So a
 * link, or a directory with links in it, stays where it is when moving it
 * closer to the root would let one climb out that did not before.
 *
 * @param path The host's path of what would get another name.
 * @param from How deep below the root it lies.
 * @param to How deep below the root it would lie.
 * @throws `PERM` when a link would lead out, `XDEV` when there is too much to
 * look through: `mv` then copies it, link by link.
 */
export function demandTame(path: string, from: number, to: number): void {
  if (to >= from) return;
  try {
    look(path, from, to, { left: MAX_ENTRIES });
  } catch (error) {
    if (hostErrno(error) === undefined) throw error;
    throw new WasiError(Errno.ACCES); // what can't be looked at stays
  }
}

function look(
  path: string,
  from: number,
  to: number,
  budget: { left: number },
): void {
  if (budget.left-- === 0) throw new WasiError(Errno.XDEV);
  const seen = Deno.lstatSync(path);
  if (seen.isSymlink) {
    const target = parsePath(Deno.readLinkSync(path));
    if (escapes(target, to) && !escapes(target, from)) {
      throw new WasiError(Errno.PERM);
    }
  }
  if (!seen.isDirectory) return;
  for (const { name } of Deno.readDirSync(path)) {
    look(join(path, name), from + 1, to + 1, budget);
  }
}
