import { LookupFlags, Rights } from "../abi.ts";
import type { Context } from "../context.ts";
import { Errno, WasiError } from "../errno.ts";
import { decodePath, type GuestPath, parsePath } from "../guest_path.ts";
import { Directory, Link, type Node } from "../node.ts";
import {
  checkSlash,
  escapes,
  type LastLink,
  type Place,
  resolve,
} from "../resolve.ts";
import { parseTimes, writeFilestat } from "./filestat.ts";

/**
 * `path_create_directory(fd, path, path_len)`. Fails with `EXIST`, `NOENT`,
 * `NOTDIR`, `NOSPC`, `ROFS` and what the gate refuses.
 */
export function pathCreateDirectory(
  ctx: Context,
  fd: number,
  path: number,
  length: number,
): void {
  const right = Rights.PATH_CREATE_DIRECTORY;
  const place = locate(ctx, fd, right, path, length, "entry");
  place.directory.createDirectory(freeName(place));
}

/**
 * `path_filestat_get(fd, flags, path, path_len, stat)`. Fails with `NOENT`,
 * `NOTDIR` and what the gate refuses.
 */
export function pathFilestatGet(
  ctx: Context,
  fd: number,
  flags: number,
  path: number,
  length: number,
  result: number,
): void {
  const right = Rights.PATH_FILESTAT_GET;
  const place = locate(ctx, fd, right, path, length, lastLink(flags));
  const node = existing(place);
  writeFilestat(ctx, result, node, node.stat());
}

/**
 * `path_filestat_set_times(fd, flags, path, path_len, atim, mtim, fst_flags)`.
 * Fails with `INVAL`, `NOENT`, `NOTDIR`, `ROFS` and what the gate refuses.
 */
export function pathFilestatSetTimes(
  ctx: Context,
  fd: number,
  flags: number,
  path: number,
  length: number,
  atim: bigint,
  mtim: bigint,
  fstFlags: number,
): void {
  const right = Rights.PATH_FILESTAT_SET_TIMES;
  const place = locate(ctx, fd, right, path, length, lastLink(flags));
  const times = parseTimes(ctx, atim, mtim, fstFlags);
  existing(place).setTimes(times);
}

/**
 * `path_link(old_fd, old_flags, old_path, …, new_fd, new_path, …)`: one more
 * name. Fails with `EXIST`, `NOENT`, `NOTDIR`, `NOSPC`, `ROFS`, `XDEV`,
 * `PERM` for a directory, `INVAL` when links are to be followed, and what the
 * gate refuses.
 */
export function pathLink(
  ctx: Context,
  oldFd: number,
  oldFlags: number,
  oldPath: number,
  oldLength: number,
  newFd: number,
  newPath: number,
  newLength: number,
): void {
  // As wasmtime does: a link to what a link means is a link out of hand.
  if (oldFlags !== 0) throw new WasiError(Errno.INVAL);
  const source = Rights.PATH_LINK_SOURCE;
  const old = locate(ctx, oldFd, source, oldPath, oldLength, "stay");
  const node = existing(old);
  const target = Rights.PATH_LINK_TARGET;
  const place = locate(ctx, newFd, target, newPath, newLength, "entry");
  const name = freeName(place);
  if (place.trailingSlash) throw new WasiError(Errno.NOENT);
  if (node instanceof Directory) throw new WasiError(Errno.PERM);
  checkLink(node, old, place);
  place.directory.link(name, node);
}

/**
 * `path_readlink(fd, path, path_len, buf, buf_len, used)`: as much of a
 * link's text as fits. Fails with `INVAL` for what is no link, `NOENT`,
 * `NOTDIR` and what the gate refuses.
 */
export function pathReadlink(
  ctx: Context,
  fd: number,
  path: number,
  length: number,
  buf: number,
  bufLength: number,
  result: number,
): void {
  const right = Rights.PATH_READLINK;
  const place = locate(ctx, fd, right, path, length, "stay");
  const node = existing(place);
  if (!(node instanceof Link)) throw new WasiError(Errno.INVAL);
  const out = ctx.memory.struct(result, 4);
  const buffer = ctx.memory.bytes(buf, bufLength);
  const text = new TextEncoder().encode(node.target).subarray(0, buffer.length);
  buffer.set(text);
  out.setUint32(0, text.length, true);
}

/**
 * `path_remove_directory(fd, path, path_len)`. Fails with `BUSY`, `INVAL` for
 * a path that ends in `.`, `NOENT`, `NOTDIR`, `NOTEMPTY`, `ROFS` and what the
 * gate refuses.
 */
export function pathRemoveDirectory(
  ctx: Context,
  fd: number,
  path: number,
  length: number,
): void {
  const right = Rights.PATH_REMOVE_DIRECTORY;
  const place = locate(ctx, fd, right, path, length, "entry");
  if (place.name === undefined) throw new WasiError(Errno.INVAL);
  if (!(existing(place) instanceof Directory)) {
    throw new WasiError(Errno.NOTDIR);
  }
  place.directory.removeDirectory(place.name);
}

/**
 * `path_rename(fd, old_path, …, new_fd, new_path, …)`: move, replacing what
 * is there. Fails with `BUSY`, `INVAL` for a directory into itself, `ISDIR`,
 * `NOENT`, `NOTDIR`, `NOTEMPTY`, `NOSPC`, `ROFS`, `XDEV` and what the gate
 * refuses.
 */
export function pathRename(
  ctx: Context,
  fd: number,
  oldPath: number,
  oldLength: number,
  newFd: number,
  newPath: number,
  newLength: number,
): void {
  const source = Rights.PATH_RENAME_SOURCE;
  const old = locate(ctx, fd, source, oldPath, oldLength, "entry");
  const target = Rights.PATH_RENAME_TARGET;
  const place = locate(ctx, newFd, target, newPath, newLength, "entry");
  if (old.name === undefined || place.name === undefined) {
    throw new WasiError(Errno.BUSY);
  }
  const node = existing(old);
  checkSlash(old);
  checkSlash(place);
  if (place.trailingSlash && !(node instanceof Directory)) {
    throw new WasiError(Errno.NOTDIR);
  }
  checkLink(node, old, place);
  const to = place.directory.holderOf(place.name);
  old.directory.holderOf(old.name).rename(old.name, to, place.name);
}

/**
 * `path_symlink(old_path, …, fd, new_path, …)`: a link with this text. Fails
 * with `EXIST`, `NOENT`, `NOTDIR`, `NOSPC`, `ROFS`, `PERM` for a text that
 * starts with `/` or climbs out, and what the gate refuses.
 */
export function pathSymlink(
  ctx: Context,
  oldPath: number,
  oldLength: number,
  fd: number,
  newPath: number,
  newLength: number,
): void {
  const text = decodePath(ctx.memory.bytes(oldPath, oldLength));
  const right = Rights.PATH_SYMLINK;
  const place = locate(ctx, fd, right, newPath, newLength, "entry");
  if (escapes(parsePath(text), place.depth)) throw new WasiError(Errno.PERM);
  checkSlash(place);
  const name = freeName(place);
  if (place.trailingSlash) throw new WasiError(Errno.NOENT);
  place.directory.createLink(name, text);
}

/**
 * `path_unlink_file(fd, path, path_len)`. Fails with `BUSY`, `ISDIR`,
 * `NOENT`, `NOTDIR`, `ROFS` and what the gate refuses.
 */
export function pathUnlinkFile(
  ctx: Context,
  fd: number,
  path: number,
  length: number,
): void {
  const right = Rights.PATH_UNLINK_FILE;
  const place = locate(ctx, fd, right, path, length, "entry");
  const node = existing(place);
  if (node instanceof Directory || place.name === undefined) {
    throw new WasiError(Errno.ISDIR);
  }
  checkSlash(place);
  place.directory.unlink(place.name);
}

function locate(
  ctx: Context,
  fd: number,
  right: number,
  path: number,
  length: number,
  last: LastLink,
): Place {
  const { node } = ctx.fds.directory(fd, right);
  return resolve(node, guestPath(ctx, path, length), last);
}

/** The path at a pointer. */
export function guestPath(
  ctx: Context,
  path: number,
  length: number,
): GuestPath {
  return parsePath(decodePath(ctx.memory.bytes(path, length)));
}

/** What `lookupflags` mean for a link at the end. */
export function lastLink(flags: number): LastLink {
  if (flags & ~LookupFlags.SYMLINK_FOLLOW) throw new WasiError(Errno.INVAL);
  return flags & LookupFlags.SYMLINK_FOLLOW ? "follow" : "stay";
}

function existing(place: Place): Node {
  if (place.node === undefined) throw new WasiError(Errno.NOENT);
  return place.node;
}

/** The name of a place where nothing is yet. */
function freeName(place: Place): string {
  if (place.name === undefined || place.node !== undefined) {
    throw new WasiError(Errno.EXIST);
  }
  return place.name;
}

/** How many entries of a directory are looked through before it moves. */
const MAX_ENTRIES = 10_000;

/**
 * A link that stays inside must not move to where it does not, by itself or
 * with a directory that it lies in.
 */
function checkLink(node: Node, old: Place, place: Place): void {
  if (place.depth >= old.depth) return;
  checkLinks(node, old.depth, place.depth, { left: MAX_ENTRIES });
}

function checkLinks(
  node: Node,
  from: number,
  to: number,
  budget: { left: number },
): void {
  if (budget.left-- === 0) throw new WasiError(Errno.XDEV);
  if (node instanceof Link) {
    const target = parsePath(node.target);
    if (escapes(target, to) && !escapes(target, from)) {
      throw new WasiError(Errno.PERM);
    }
  }
  if (!(node instanceof Directory)) return;
  try {
    for (const { node: inner } of node.list(0)) {
      checkLinks(inner, from + 1, to + 1, budget);
    }
  } finally {
    node.leave();
  }
}
