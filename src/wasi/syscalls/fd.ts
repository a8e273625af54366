import {
  ADVICE_COUNT,
  ALL_FD_FLAGS,
  DIRENT,
  FDSTAT,
  PREOPENTYPE_DIR,
  PRESTAT,
  Rights,
  Whence,
} from "../abi.ts";
import type { Context } from "../context.ts";
import { demand, type Descriptor, DirectoryDescriptor } from "../descriptor.ts";
import { Errno, WasiError } from "../errno.ts";
import { type DirectoryEntry, FIRST_COOKIE } from "../node.ts";
import { parseTimes, writeFilestat } from "./filestat.ts";

/**
 * `fd_advise(fd, offset, len, advice)`: nothing changes. Fails with `BADF`,
 * `INVAL` for unknown advice or a length below 0, `SPIPE` for a stream.
 */
export function fdAdvise(
  ctx: Context,
  fd: number,
  offset: bigint,
  length: bigint,
  advice: number,
): void {
  const descriptor = ctx.fds.get(fd, Rights.FD_ADVISE);
  if (advice >>> 0 >= ADVICE_COUNT) throw new WasiError(Errno.INVAL);
  fileSize(offset);
  fileSize(length);
  descriptor.advise();
}

/**
 * `fd_allocate(fd, offset, len)`: make a file at least `offset + len` long.
 * Fails with `BADF`, `INVAL` for a length of 0, `FBIG`, `NOSPC`, `ROFS`.
 */
export function fdAllocate(
  ctx: Context,
  fd: number,
  offset: bigint,
  length: bigint,
): void {
  const descriptor = ctx.fds.get(fd, Rights.FD_ALLOCATE);
  const end = fileSize(offset) + fileSize(length);
  if (length === 0n) throw new WasiError(Errno.INVAL);
  descriptor.allocate(end);
}

/** `fd_close(fd)`: free a number. Fails with `BADF`. */
export function fdClose(ctx: Context, fd: number): void {
  ctx.fds.close(fd);
}

/** `fd_datasync(fd)`. Fails with `BADF`, `INVAL` for what can't be synced. */
export function fdDatasync(ctx: Context, fd: number): void {
  ctx.fds.get(fd, Rights.FD_DATASYNC).sync();
}

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
  out.setBigUint64(FDSTAT.fsRightsBase, BigInt(descriptor.rights), true);
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
 * `fd_pread(fd, iovs, iovs_len, offset, nread)`: read somewhere else. Fails
 * with `BADF`, `FAULT`, `INVAL`, `ISDIR`, `SPIPE` for a stream.
 */
export function fdPread(
  ctx: Context,
  fd: number,
  iovs: number,
  count: number,
  offset: bigint,
  result: number,
): void {
  const descriptor = seekable(ctx, fd, Rights.FD_READ | Rights.FD_SEEK);
  const out = ctx.memory.struct(result, 4);
  const buffers = ctx.memory.vectors(iovs, count);
  out.setUint32(0, descriptor.pread(buffers, fileSize(offset)), true);
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
 * `fd_pwrite(fd, iovs, iovs_len, offset, nwritten)`: write somewhere else.
 * Fails as `fd_pread` does, and with `FBIG`, `NOSPC`.
 */
export function fdPwrite(
  ctx: Context,
  fd: number,
  iovs: number,
  count: number,
  offset: bigint,
  result: number,
): void {
  const descriptor = seekable(ctx, fd, Rights.FD_WRITE | Rights.FD_SEEK);
  ctx.memory.check(result, 4);
  const buffers = ctx.memory.vectors(iovs, count);
  const written = descriptor.pwrite(buffers, fileSize(offset));
  ctx.memory.setUint32(result, written);
}

/**
 * `fd_read(fd, iovs, iovs_len, nread)`: read on; 0 bytes are the end. Fails
 * with `BADF`, `FAULT`, `INVAL`, `ISDIR`.
 */
export function fdRead(
  ctx: Context,
  fd: number,
  iovs: number,
  count: number,
  result: number,
): void {
  const descriptor = stream(ctx, fd, Rights.FD_READ);
  ctx.memory.check(result, 4);
  const read = descriptor.read(ctx.memory.vectors(iovs, count));
  ctx.memory.setUint32(result, read);
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
  let used = 0;
  for (const entry of entries(directory, after)) {
    used += copyPart(encodeEntry(ctx, entry), out.subarray(used));
    if (used === out.length) break;
  }
  ctx.memory.setUint32(result, used);
}

/**
 * `fd_renumber(fd, to)`: move a descriptor to a number in use. Fails with
 * `BADF`.
 */
export function fdRenumber(ctx: Context, fd: number, to: number): void {
  ctx.fds.renumber(fd, to);
}

/**
 * `fd_seek(fd, offset, whence, newoffset)`. Fails with `BADF`, `INVAL` for a
 * place before the start, `ISDIR`, `SPIPE` for a stream.
 */
export function fdSeek(
  ctx: Context,
  fd: number,
  offset: bigint,
  whence: number,
  result: number,
): void {
  const tells = offset === 0n && whence === Whence.CUR;
  const descriptor = seekable(ctx, fd, tells ? Rights.FD_TELL : Rights.FD_SEEK);
  const out = ctx.memory.struct(result, 8);
  const position = descriptor.seek(Number(offset), whence);
  out.setBigUint64(0, BigInt(position), true);
}

/** `fd_sync(fd)`. Fails with `BADF`, `INVAL` for what can't be synced. */
export function fdSync(ctx: Context, fd: number): void {
  ctx.fds.get(fd, Rights.FD_SYNC).sync();
}

/** `fd_tell(fd, offset)`. Fails with `BADF`, `ISDIR`, `SPIPE`. */
export function fdTell(ctx: Context, fd: number, result: number): void {
  const descriptor = seekable(ctx, fd, Rights.FD_TELL);
  const out = ctx.memory.struct(result, 8);
  out.setBigUint64(0, BigInt(descriptor.seek(0, Whence.CUR)), true);
}

/**
 * `fd_write(fd, iovs, iovs_len, nwritten)`: write on. Fails with `BADF`,
 * `FAULT`, `FBIG`, `INVAL`, `ISDIR`, `NOSPC`, `PIPE`.
 */
export function fdWrite(
  ctx: Context,
  fd: number,
  iovs: number,
  count: number,
  result: number,
): void {
  const descriptor = stream(ctx, fd, Rights.FD_WRITE);
  ctx.memory.check(result, 4);
  const written = descriptor.write(ctx.memory.vectors(iovs, count));
  // A sink may have run the guest, which may have grown its memory.
  ctx.memory.setUint32(result, written);
}

/**
 * A size or offset as a number.
 *
 * @throws `INVAL` when it is below 0 as POSIX reads it, `FBIG` when it is
 * more than any file here can have.
 */
function fileSize(size: bigint): number {
  if (BigInt.asIntN(64, size) < 0n) throw new WasiError(Errno.INVAL);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new WasiError(Errno.FBIG);
  return Number(size);
}

/** Rights that a descriptor has, from a 64-bit word. */
function narrowRights(wanted: bigint, have: number): number {
  if (BigInt.asUintN(64, wanted) & ~BigInt(have)) {
    throw new WasiError(Errno.NOTCAPABLE);
  }
  return Number(wanted);
}

/** A descriptor to read or write, which a directory is not. */
function stream(ctx: Context, fd: number, rights: number): Descriptor {
  const descriptor = ctx.fds.get(fd);
  if (descriptor instanceof DirectoryDescriptor) {
    throw new WasiError(Errno.ISDIR);
  }
  demand(descriptor, rights);
  return descriptor;
}

/** A descriptor with an offset. */
function seekable(ctx: Context, fd: number, rights: number): Descriptor {
  const descriptor = stream(ctx, fd, 0);
  if (!descriptor.seekable) throw new WasiError(Errno.SPIPE);
  demand(descriptor, rights);
  return descriptor;
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

function encodeEntry(ctx: Context, entry: DirectoryEntry): Uint8Array {
  const name = new TextEncoder().encode(entry.name);
  const bytes = new Uint8Array(DIRENT.size + name.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(DIRENT.dNext, BigInt(entry.cookie), true);
  view.setBigUint64(DIRENT.dIno, ctx.serial(entry.node), true);
  view.setUint32(DIRENT.dNamlen, name.length, true);
  view.setUint8(DIRENT.dType, entry.node.filetype);
  bytes.set(name, DIRENT.size);
  return bytes;
}

function copyPart(from: Uint8Array, to: Uint8Array): number {
  const part = from.subarray(0, to.length);
  to.set(part);
  return part.length;
}
