import { ALL_FD_FLAGS, ALL_O_FLAGS, OFlags, Rights } from "../abi.ts";
import type { Context } from "../context.ts";
import type { Descriptor } from "../descriptor.ts";
import { Errno, WasiError } from "../errno.ts";
import { Directory, type FileMode, Link, type Node } from "../node.ts";
import { type Place, resolve } from "../resolve.ts";
import { guestPath, lastLink } from "./path.ts";

/**
 * `path_open(fd, dirflags, path, path_len, oflags, rights, inheriting,
 * fdflags, opened)`. Fails with `EXIST`, `INVAL`, `ISDIR`, `LOOP`, `MFILE`,
 * `NOENT`, `NOSPC`, `NOTCAPABLE`, `NOTDIR`, `ROFS` and what the gate refuses.
 */
export function pathOpen(
  ctx: Context,
  fd: number,
  dirflags: number,
  path: number,
  length: number,
  oflags: number,
  base: bigint,
  inheriting: bigint,
  fdflags: number,
  result: number,
): void {
  checkOpenFlags(oflags, fdflags);
  ctx.memory.check(result, 4);
  const right = Rights.PATH_OPEN | openRights(oflags);
  const from = ctx.fds.directory(fd, right);
  const rights = narrow(base, from.inheriting);
  const passedOn = narrow(inheriting, from.inheriting);
  const exclusive = (oflags & OFlags.CREAT) && (oflags & OFlags.EXCL);
  const last = exclusive ? "entry" : lastLink(dirflags);
  const mode = fileMode(oflags, rights);
  // Nothing but a file that is there can be meant, if there is one.
  const finds = (oflags & (OFlags.DIRECTORY | OFlags.EXCL)) === 0;
  const found = guestPath(ctx, path, length);
  const place = resolve(from.node, found, last, finds ? mode : undefined);
  const descriptor = openPlace(place, oflags, mode);
  descriptor.rights &= rights;
  descriptor.inheriting &= passedOn;
  descriptor.flags = fdflags;
  descriptor.path = [from.path?.replace(/\/$/, ""), ...found.names].join("/");
  ctx.memory.setUint32(result, ctx.fds.add(descriptor));
}

function checkOpenFlags(oflags: number, fdflags: number): void {
  const createsDirectory = OFlags.CREAT | OFlags.DIRECTORY;
  if (
    oflags & ~ALL_O_FLAGS || fdflags & ~ALL_FD_FLAGS ||
    (oflags & createsDirectory) === createsDirectory
  ) throw new WasiError(Errno.INVAL);
}

/** What the directory must be good for, given how a path is opened. */
function openRights(oflags: number): number {
  return (oflags & OFlags.CREAT ? Rights.PATH_CREATE_FILE : 0) |
    (oflags & OFlags.TRUNC ? Rights.PATH_FILESTAT_SET_SIZE : 0);
}

/** Rights out of those a directory passes on, from a 64-bit word. */
function narrow(wanted: bigint, inheriting: number): number {
  if (BigInt.asUintN(64, wanted) & ~BigInt(inheriting)) {
    throw new WasiError(Errno.NOTCAPABLE);
  }
  return Number(wanted);
}

function fileMode(oflags: number, rights: number): FileMode {
  return {
    read: (rights & Rights.FD_READ) !== 0,
    write: (rights & Rights.FD_WRITE) !== 0,
    truncate: (oflags & OFlags.TRUNC) !== 0,
  };
}

/** Open what is at a place, or make a file there. */
function openPlace(place: Place, oflags: number, mode: FileMode): Descriptor {
  const wantsDirectory = (oflags & OFlags.DIRECTORY) !== 0;
  const { write, truncate } = mode;
  const node = place.node === undefined
    ? createAt(place, oflags)
    : checkFound(place.node, oflags);
  if (node instanceof Directory && (write || truncate)) {
    throw new WasiError(Errno.ISDIR);
  }
  if (node instanceof Link) throw new WasiError(Errno.LOOP);
  if (wantsDirectory && !(node instanceof Directory)) {
    throw new WasiError(Errno.NOTDIR);
  }
  // Of a path that ends in `.` or `..`, the directory is the node itself:
  // what lies above it may lie outside.
  return node.open({ ...mode, parent: place.directory });
}

function createAt(place: Place, oflags: number): Node {
  if (!(oflags & OFlags.CREAT)) throw new WasiError(Errno.NOENT);
  if (place.trailingSlash || place.name === undefined) {
    throw new WasiError(Errno.ISDIR);
  }
  return place.directory.createFile(place.name);
}

function checkFound(node: Node, oflags: number): Node {
  if (!(oflags & OFlags.CREAT)) return node;
  if (oflags & OFlags.EXCL) throw new WasiError(Errno.EXIST);
  if (node instanceof Directory) throw new WasiError(Errno.ISDIR);
  return node;
}
