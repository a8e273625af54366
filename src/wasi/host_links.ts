/**
 * Links that the guest may leave behind on the host, where others follow them.
 *
 * @module
 */

import { Errno, hostErrno, WasiError } from "./errno.ts";
import { type GuestPath, parsePath } from "./guest_path.ts";
import { accessAt, hides, isHidden } from "./host_access.ts";
import type { FoundDirectory } from "./host_hold.ts";
import { type HostMount, join, split } from "./host_mount.ts";
import { escapes } from "./resolve.ts";

/** How many entries of a directory are looked through before it moves. */
const MAX_ENTRIES = 10_000;

/**
 * Make sure that a link leads neither out of the mount nor to what the guest
 * was denied, from where it would lie.
 *
 * The gate refuses to follow such a link, but a person's `cat` does not.
 *
 * @param mount The mount.
 * @param directory The path of the directory where it would lie.
 * @param text The link's text.
 * @throws `PERM`.
 */
export function demandTameLink(
  mount: HostMount,
  directory: string,
  text: string,
): void {
  const target = parsePath(text);
  if (escapes(target, mount.namesOf(directory).length)) {
    throw new WasiError(Errno.PERM);
  }
  const denied = deniedTarget(mount, directory, target);
  if (denied !== undefined) refuse(mount, "symlink", denied);
}

/**
 * Make sure that no link gets a bad target by lying somewhere else. So a link,
 * or a directory with links in it, stays where it is when a link would lead
 * out, or to what was denied, that did not before.
 *
 * @param mount The mount.
 * @param directory Where it lies.
 * @param name What would get another path.
 * @param to The other path.
 * @throws `PERM` when a link would lead there, `XDEV` when there is too much
 * to look through: `mv` then copies it, link by link.
 */
export function demandTame(
  mount: HostMount,
  directory: FoundDirectory,
  name: string,
  to: string,
): void {
  const [next] = split(to);
  const from = mount.namesOf(directory.path).length;
  const rises = mount.namesOf(next).length < from;
  if (!rises && !hides(mount.access)) return;
  const moves = [{ name, to }];
  look(mount, directory, moves, { left: MAX_ENTRIES });
}

/** A name, and the path that what has it would get. */
interface Move {
  readonly name: string;
  readonly to: string;
}

function look(
  mount: HostMount,
  directory: FoundDirectory,
  moves: readonly Move[] | string,
  budget: { left: number },
): void {
  const { path } = directory;
  const tried = { operation: "rename", path, need: "read" } as const;
  const inner = mount.within(tried, directory, (at) => {
    const found: { directory: FoundDirectory; to: string }[] = [];
    for (const { name, to } of movesOf(at, moves)) {
      if (budget.left-- === 0) throw new WasiError(Errno.XDEV);
      const seen = Deno.lstatSync(join(at, name));
      if (seen.isSymlink) {
        demandSame(mount, readLink(join(at, name)), path, split(to)[0]);
      }
      const directory = { path: join(path, name), seen };
      if (seen.isDirectory) found.push({ directory, to });
    }
    return found;
  });
  for (const { directory, to } of inner) look(mount, directory, to, budget);
}

/** Of a directory that would get another path, all that is in it. */
function movesOf(at: string, moves: readonly Move[] | string) {
  if (typeof moves !== "string") return moves;
  return namesIn(at).map((name) => ({ name, to: join(moves, name) }));
}

/** Check that a link is as tame in one directory as in another. */
function demandSame(
  mount: HostMount,
  text: string,
  from: string,
  to: string,
): void {
  const target = parsePath(text);
  const [was, is] = [from, to].map((path) =>
    escapes(target, mount.namesOf(path).length)
  );
  if (is && !was) throw new WasiError(Errno.PERM);
  const denied = deniedTarget(mount, to, target);
  if (denied === undefined || deniedTarget(mount, from, target)) return;
  refuse(mount, "rename", denied);
}

/**
 * Where a link in a directory leads, if that is a name that the guest was
 * denied, or a directory with one in it, through which a second link could
 * lead there.
 */
function deniedTarget(
  mount: HostMount,
  directory: string,
  target: GuestPath,
): string | undefined {
  const { access, root } = mount;
  if (target.absolute || !hides(access)) return undefined;
  const names = mount.namesOf(directory);
  const own = accessAt(access, names);
  for (const name of target.names) {
    if (name === "..") names.pop();
    else if (name !== ".") names.push(name);
  }
  const there = accessAt(access, names);
  const denied = isHidden(there) || (own.read && !there.read) || hides(there);
  return denied ? join(root, names.join("/")) : undefined;
}

function refuse(mount: HostMount, operation: string, path: string): never {
  mount.hide({ operation, path, need: "read", by: "grant" });
  throw new WasiError(Errno.PERM);
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
