/**
 * Links that the guest may leave behind on the host, where others follow them.
 *
 * @module
 */

import { Errno, hostErrno, WasiError } from "./errno.ts";
import { parsePath } from "./guest_path.ts";
import type { FoundDirectory } from "./host_hold.ts";
import { type HostMount, join } from "./host_mount.ts";
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
 * @param directory Where it lies.
 * @param name What would get another name.
 * @param depths How deep below the root it lies, and would lie.
 * @throws `PERM` when a link would lead out, `XDEV` when there is too much to
 * look through: `mv` then copies it, link by link.
 */
export function demandTame(
  mount: HostMount,
  directory: FoundDirectory,
  name: string,
  { from, to }: Depths,
): void {
  if (to >= from) return;
  look(mount, directory, [name], { from, to }, { left: MAX_ENTRIES });
}

/** How deep below the root something lies, and would lie. */
interface Depths {
  readonly from: number;
  readonly to: number;
}

function look(
  mount: HostMount,
  directory: FoundDirectory,
  only: readonly string[] | undefined,
  depths: Depths,
  budget: { left: number },
): void {
  const { path } = directory;
  const tried = { operation: "rename", path, need: "read" } as const;
  const inner = mount.within(tried, directory, (at) => {
    const found: FoundDirectory[] = [];
    for (const name of only ?? namesIn(at)) {
      if (budget.left-- === 0) throw new WasiError(Errno.XDEV);
      const seen = Deno.lstatSync(join(at, name));
      if (seen.isSymlink) demandInside(readLink(join(at, name)), depths);
      if (seen.isDirectory) found.push({ path: join(path, name), seen });
    }
    return found;
  });
  const { from, to } = depths;
  for (const each of inner) {
    look(mount, each, undefined, { from: from + 1, to: to + 1 }, budget);
  }
}

function demandInside(text: string, { from, to }: Depths): void {
  const target = parsePath(text);
  if (escapes(target, to) && !escapes(target, from)) {
    throw new WasiError(Errno.PERM);
  }
}

/**
 * All names in a directory.
 *
 * @param path Its path.
 * @param limit How many at most.
 * @throws `MFILE` when there are more.
 */
export function namesIn(path: string, limit: number = Infinity): string[] {
  const names: string[] = [];
  for (const { name } of Deno.readDirSync(path)) {
    if (names.length >= limit) throw new WasiError(Errno.MFILE);
    names.push(name);
  }
  return names;
}

/**
 * The text of a link.
 *
 * @param path Its path.
 * @throws `NOENT` when it is none, which it was when the walk came by.
 */
export function readLink(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch (error) {
    if (hostErrno(error) === Errno.INVAL) throw new WasiError(Errno.NOENT);
    throw error;
  }
}
