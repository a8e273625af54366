import { Errno, WasiError } from "./errno.ts";
import { type GuestPath, parsePath } from "./guest_path.ts";
import { Directory, type FileMode, Link, type Node, Passed } from "./node.ts";

/** As many links as Linux follows in one path. */
const MAX_LINKS = 40;

/**
 * What happens to a link at the very end of a path: `follow` goes on to its
 * target, `stay` takes the link itself unless a `/` comes after it, `entry`
 * always takes the link itself, for calls that change the directory.
 */
export type LastLink = "follow" | "stay" | "entry";

/** Where a path leads. */
export interface Place {
  /** The directory that has, or would have, the last name. */
  readonly directory: Directory;
  /** The last name; none when the path ends in `.` or `..`. */
  readonly name: string | undefined;
  /** What is there, if anything. */
  readonly node: Node | undefined;
  /** The path ends in `/`: only a directory may be, or come, there. */
  readonly trailingSlash: boolean;
  /** How many directories up from `directory` a link in it may climb. */
  readonly depth: number;
}

/**
 * The one gate: turns a path into a place, name by name, from a directory
 * that the guest holds and never above it.
 *
 * ```text
 *   root    a/../b/link/c      link -> ../d
 *   [root]                     stack of directories; `..` pops it,
 *   [root, a]                  and popping the root is refused
 *   [root]
 *   [root, b]
 *   [root, b]  ../d/c          a link's target takes its place
 *   [root, d]  c
 * ```
 *
 * A link in a directory of the host can't climb out of what was granted with
 * it either, although the guest's tree may go on above.
 *
 * @param root The directory that paths can't leave.
 * @param path The path.
 * @param lastLink What happens to a link at the end.
 * @param mode How a file at the end will be opened, if that is next.
 * @returns The place, whose node may be missing.
 * @throws `PERM` for an absolute path or one that climbs out, `NOENT`,
 * `NOTDIR`, `LOOP`.
 */
export function resolve(
  root: Directory,
  path: GuestPath,
  lastLink: LastLink,
  mode?: FileMode,
): Place {
  if (path.absolute) throw new WasiError(Errno.PERM);
  // With `..` after it, a name that was passed may never be looked at.
  if (path.names.includes("..")) return walk(root, path, lastLink);
  try {
    return walk(root, path, lastLink, { passing: true, mode });
  } catch (error) {
    if (!(error instanceof Passed)) throw error;
    return walk(root, path, lastLink);
  }
}

/** What may be left out on the way. */
interface Haste {
  /** A directory on the way is looked at with what lies in it. */
  readonly passing: boolean;
  /** A file at the end is opened when it is found. */
  readonly mode: FileMode | undefined;
}

const CAREFUL: Haste = { passing: false, mode: undefined };

function walk(
  root: Directory,
  path: GuestPath,
  lastLink: LastLink,
  haste: Haste = CAREFUL,
): Place {
  const stack = [root];
  const pending = path.names.toReversed().map((name) => ({ name, floor: 1 }));
  let trailingSlash = path.trailingSlash;
  let { passing, mode } = haste;
  let links = 0;
  for (;;) {
    const directory = stack.at(-1) ?? root;
    const { name, floor } = pending.pop() ?? { name: ".", floor: 1 };
    if (name === ".") {
      if (pending.length > 0) continue;
      const depth = depthOf(stack);
      return {
        directory,
        name: undefined,
        node: directory,
        trailingSlash,
        depth,
      };
    }
    if (name === "..") {
      climb(stack, floor);
      continue;
    }
    const last = pending.length === 0;
    // What only `.` comes after is not looked at again.
    const passed = passing && !last && pending.at(-1)?.name !== ".";
    const node = passed
      ? directory.pass(name)
      : last && mode !== undefined && !trailingSlash
      ? directory.lookupFile(name, mode)
      : directory.lookup(name);
    if (node instanceof Link && (!last || follows(lastLink, trailingSlash))) {
      if (++links > MAX_LINKS) throw new WasiError(Errno.LOOP);
      const target = linkTarget(node);
      ({ passing, mode } = CAREFUL);
      const lowest = Math.max(floor, stack.length - depthOf(stack));
      for (const each of target.names.toReversed()) {
        pending.push({ name: each, floor: lowest });
      }
      if (last) trailingSlash ||= target.trailingSlash;
      continue;
    }
    if (last) {
      const depth = depthOf(stack);
      const place = { directory, name, node, trailingSlash, depth };
      if (lastLink !== "entry") checkSlash(place);
      return place;
    }
    stack.push(enter(node));
  }
}

/**
 * Refuse `name/` where `name` is not a directory.
 *
 * @param place Where the path leads.
 * @throws `NOTDIR`.
 */
export function checkSlash(place: Place): void {
  if (
    place.trailingSlash && place.node !== undefined &&
    !(place.node instanceof Directory)
  ) throw new WasiError(Errno.NOTDIR);
}

/**
 * Whether a link's target could leave the root, wherever its names lead.
 *
 * @param target The link's text.
 * @param depth How deep below the root the link will lie.
 * @returns Whether it climbs out or starts at `/`.
 */
export function escapes(target: GuestPath, depth: number): boolean {
  if (target.absolute) return true;
  const names = target.names.filter((name) => name !== ".");
  const climbs = names.findIndex((name) => name !== "..");
  const first = climbs < 0 ? names.length : climbs;
  // A name may be a link to anywhere inside, so what `..` after it leaves is
  // not known.
  return first > depth || names.indexOf("..", first) >= 0;
}

function follows(lastLink: LastLink, trailingSlash: boolean): boolean {
  return lastLink === "follow" || (lastLink === "stay" && trailingSlash);
}

/** `floor` is how many directories must stay. */
function climb(stack: Directory[], floor: number): void {
  if (stack.length <= floor) throw new WasiError(Errno.PERM);
  stack.pop();
}

/** How many directories above the last one a link in it may climb to. */
function depthOf(stack: readonly Directory[]): number {
  const last = stack.length - 1;
  const scope = stack[last]?.linkScope;
  if (scope === undefined) return last;
  let lowest = last;
  while (stack[lowest - 1]?.linkScope === scope) lowest--;
  return last - lowest;
}

function linkTarget(link: Link): GuestPath {
  const target = parsePath(link.target);
  if (target.absolute) throw new WasiError(Errno.PERM);
  return target;
}

function enter(node: Node | undefined): Directory {
  if (node === undefined) throw new WasiError(Errno.NOENT);
  if (!(node instanceof Directory)) throw new WasiError(Errno.NOTDIR);
  return node;
}
