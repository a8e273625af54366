import { ADVICE_COUNT, Rights, Whence } from "../abi.ts";
import type { Context } from "../context.ts";
import { demand, type Descriptor, DirectoryDescriptor } from "../descriptor.ts";
import { Errno, WasiError } from "../errno.ts";
import { fileSize } from "./filestat.ts";

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
  ctx.memory.check(result, 4);
  const buffers = ctx.memory.vectors(iovs, count);
  ctx.memory.setUint32(result, descriptor.pread(buffers, fileSize(offset)));
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
  const descriptor = tells
    ? tellable(ctx, fd)
    : seekable(ctx, fd, Rights.FD_SEEK);
  ctx.memory.check(result, 8);
  const position = descriptor.seek(Number(offset), whence);
  ctx.memory.setUint64(result, BigInt(position));
}

/** `fd_sync(fd)`. Fails with `BADF`, `INVAL` for what can't be synced. */
export function fdSync(ctx: Context, fd: number): void {
  ctx.fds.get(fd, Rights.FD_SYNC).sync();
}

/** `fd_tell(fd, offset)`. Fails with `BADF`, `ISDIR`, `SPIPE`. */
export function fdTell(ctx: Context, fd: number, result: number): void {
  const descriptor = tellable(ctx, fd);
  ctx.memory.check(result, 8);
  ctx.memory.setUint64(result, BigInt(descriptor.seek(0, Whence.CUR)));
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

/** A descriptor that may tell its offset; the right to move implies it. */
function tellable(ctx: Context, fd: number): Descriptor {
  const descriptor = seekable(ctx, fd, 0);
  if (!(descriptor.rights & Rights.FD_SEEK)) {
    demand(descriptor, Rights.FD_TELL);
  }
  return descriptor;
}
