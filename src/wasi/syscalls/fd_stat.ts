import {
  ALL_FD_FLAGS,
  DIRENT,
  FDSTAT,
  PREOPENTYPE_DIR,
  PRESTAT,
  Rights,
} from "../abi.ts";
import type { Context } from "../context.ts";
import { DirectoryDescriptor } from "../descriptor.ts";
import { Errno, WasiError } from "../errno.ts";
import { type DirectoryEntry, FIRST_COOKIE } from "../node.ts";
import { fileSize, parseTimes, writeFilestat } from "./filestat.ts";

/**
 * `fd_fdstat_get(fd, stat)`: type, flags and rights of a descriptor.
 *
 * ```text
 *    0    1  2     4            8             16                   24
 *   +----+--+-----+------------+-------------+--------------------+
 *   |type|  |flags|            | rights_base | rights_inheriting  |
 *   +----+--+-----+------------+-------------+--------------------+
 * ```
 */
export function fdFdstatGet(ctx: Context, fd: number, result: number): void {
  const descriptor = ctx.fds.get(fd);
  const out = ctx.memory.struct(result, FDSTAT.size);
  out.setBigUint64(FDSTAT.fsFiletype, BigInt(descriptor.filetype), true);
  out.setUint16(FDSTAT.fsFlags, descriptor.flags, true);
  out.setBigUint64(FDSTAT.fsRightsBase, BigInt(descriptor.shownRights), true);
  out.setBigUint64(
    FDSTAT.fsRightsInheriting,
    BigInt(descriptor.inheriting),
    true,
  );
}

/**
 * `fd_fdstat_set_flags(fd, flags)`. Fails with `BADF`, `NOTCAPABLE`, `INVAL`
 * for unknown flags.
 */
export function fdFdstatSetFlags(
  ctx: Context,
  fd: number,
  flags: number,
): void {
  const descriptor = ctx.fds.get(fd, Rights.FD_FDSTAT_SET_FLAGS);
  if (flags & ~ALL_FD_FLAGS) throw new WasiError(Errno.INVAL);
  descriptor.flags = flags;
}

/**
 * `fd_fdstat_set_rights(fd, base, inheriting)`: give rights up. Fails with
 * `BADF`, `NOTCAPABLE` for a right that is not there.
 */
export function fdFdstatSetRights(
  ctx: Context,
  fd: number,
  base: bigint,
  inheriting: bigint,
): void {
  const descriptor = ctx.fds.get(fd);
  const rights = narrowRights(base, descriptor.rights);
  descriptor.inheriting = narrowRights(inheriting, descriptor.inheriting);
  descriptor.rights = rights;
}

/** `fd_filestat_get(fd, stat)`. Fails with `BADF`, `NOTCAPABLE`. */
export function fdFilestatGet(ctx: Context, fd: number, result: number): void {
  const descriptor = ctx.fds.get(fd, Rights.FD_FILESTAT_GET);
  writeFilestat(ctx, result, descriptor.identity, descriptor.stat());
}

/**
 * `fd_filestat_set_size(fd, size)`: cut a file, or fill it up with zeros.
 * Fails with `BADF`, `INVAL` when it is not open for writing, `FBIG`, `NOSPC`.
 */
export function fdFilestatSetSize(
  ctx: Context,
  fd: number,
  size: bigint,
): void {
  const descriptor = ctx.fds.get(fd, Rights.FD_FILESTAT_SET_SIZE);
  descriptor.setSize(fileSize(size));
}

/**
 * `fd_filestat_set_times(fd, atim, mtim, flags)`. Fails with `BADF`,
 * `NOTCAPABLE`, `INVAL` for flags that contradict each other, `ROFS`.
 */
export function fdFilestatSetTimes(
  ctx: Context,
  fd: number,
  atim: bigint,
  mtim: bigint,
  flags: number,
): void {
  const descriptor = ctx.fds.get(fd, Rights.FD_FILESTAT_SET_TIMES);
  descriptor.setTimes(parseTimes(ctx, atim, mtim, flags));
}

/**
 * `fd_prestat_get(fd, prestat)`: how long a preopen's name is. Fails with
 * `BADF` for any other descriptor.
 */
export function fdPrestatGet(ctx: Context, fd: number, result: number): void {
  const name = preopenName(ctx, fd);
  const out = ctx.memory.struct(result, PRESTAT.size);
  out.setUint32(PRESTAT.tag, PREOPENTYPE_DIR, true);
  out.setUint32(PRESTAT.nameLen, name.length, true);
}

/**
 * `fd_prestat_dir_name(fd, path, path_len)`: a preopen's name, without a NUL.
 * Fails with `BADF`, `NAMETOOLONG` when there is no room for it.
 */
export function fdPrestatDirName(
  ctx: Context,
  fd: number,
  path: number,
  length: number,
): void {
  const name = preopenName(ctx, fd);
  if (length >>> 0 < name.length) throw new WasiError(Errno.NAMETOOLONG);
  ctx.memory.bytes(path, name.length).set(name);
}

/**
 * `fd_readdir(fd, buf, buf_len, cookie, size)`: entries as far as they fit,
 * the last one cut. A buffer that is not full means there are no more.
 *
 * ```text
 *   d_next 8 | d_ino 8 | d_namlen 4 | d_type 1, 3 unused | name | d_next ...
 * ```
 *
 * Fails with `BADF`, `FAULT`, `NOTDIR`.
 */
export function fdReaddir(
  ctx: Context,
  fd: number,
  buf: number,
  length: number,
  cookie: bigint,
  result: number,
): void {
  const directory = ctx.fds.directory(fd, Rights.FD_READDIR);
  ctx.memory.check(result, 4);
  const out = ctx.memory.bytes(buf, length);
  const after = Number(BigInt.asUintN(64, cookie));
  const encoder = new TextEncoder();
  let used = 0;
  for (const entry of entries(directory, after)) {
    used += writeEntry(ctx, entry, out.subarray(used), encoder);
    if (used === out.length) break;
  }
  ctx.memory.setUint32(result, used);
}

/** Rights that a descriptor has, from a 64-bit word. */
function narrowRights(wanted: bigint, have: number): number {
  if (BigInt.asUintN(64, wanted) & ~BigInt(have)) {
    throw new WasiError(Errno.NOTCAPABLE);
  }
  return Number(wanted);
}

function preopenName(ctx: Context, fd: number): Uint8Array {
  const descriptor = ctx.fds.get(fd);
  if (
    !(descriptor instanceof DirectoryDescriptor) ||
    descriptor.preopen === undefined
  ) throw new WasiError(Errno.BADF);
  return new TextEncoder().encode(descriptor.preopen);
}

/** The entries after a cookie, `.` and `..` first. */
function* entries(
  { node, parent }: DirectoryDescriptor,
  after: number,
): Iterable<DirectoryEntry> {
  if (after < 1) yield { cookie: 1, name: ".", node };
  if (after < 2) yield { cookie: 2, name: "..", node: parent };
  yield* node.list(Math.max(after, FIRST_COOKIE - 1));
}

/** Write as much of an entry as there is room for; how many bytes. */
function writeEntry(
  ctx: Context,
  entry: DirectoryEntry,
  out: Uint8Array,
  encoder: TextEncoder,
): number {
  const { name } = entry;
  const { read, written } = encoder.encodeInto(name, out.subarray(DIRENT.size));
  if (read === name.length && out.length >= DIRENT.size) {
    writeDirent(ctx, entry, out, written);
    return DIRENT.size + written;
  }
  const whole = new Uint8Array(DIRENT.size + name.length * 3);
  out.set(
    whole.subarray(0, writeEntry(ctx, entry, whole, encoder)).subarray(
      0,
      out.length,
    ),
  );
  return out.length;
}

/** What comes before an entry's name. */
function writeDirent(
  ctx: Context,
  { node, cookie }: DirectoryEntry,
  out: Uint8Array,
  nameLength: number,
): void {
  const view = new DataView(out.buffer, out.byteOffset, DIRENT.size);
  view.setBigUint64(DIRENT.dNext, BigInt(cookie), true);
  view.setBigUint64(DIRENT.dIno, node.inode() ?? ctx.serial(node), true);
  view.setUint32(DIRENT.dNamlen, nameLength, true);
  view.setUint32(DIRENT.dType, node.filetype, true);
}
