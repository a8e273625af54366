import { ALL_FST_FLAGS, FILESTAT, FstFlags } from "../abi.ts";
import type { Context } from "../context.ts";
import { Errno, WasiError } from "../errno.ts";
import type { Stat, Times } from "../node.ts";

/** All files of a guest that are not the host's lie on one device. */
const DEVICE = 1n;

/** Write what is known of a node, `struct filestat`. */
export function writeFilestat(
  ctx: Context,
  ptr: number,
  identity: object,
  stat: Stat,
): void {
  const out = ctx.memory.struct(ptr, FILESTAT.size);
  out.setBigUint64(FILESTAT.dev, stat.dev ?? DEVICE, true);
  out.setBigUint64(FILESTAT.ino, stat.ino ?? ctx.serial(identity), true);
  // The type is one byte, but callers may read the padding with it.
  out.setBigUint64(FILESTAT.filetype, BigInt(stat.filetype), true);
  out.setBigUint64(FILESTAT.nlink, BigInt(stat.nlink), true);
  out.setBigUint64(FILESTAT.fileSize, BigInt(stat.size), true);
  out.setBigUint64(FILESTAT.atim, stat.atim, true);
  out.setBigUint64(FILESTAT.mtim, stat.mtim, true);
  out.setBigUint64(FILESTAT.ctim, stat.ctim, true);
}

/**
 * Which times to set, from the words of `filestat_set_times`.
 *
 * @throws `INVAL` for unknown flags, or for a time to be two things at once.
 */
export function parseTimes(
  ctx: Context,
  atim: bigint,
  mtim: bigint,
  flags: number,
): Times {
  if (flags & ~ALL_FST_FLAGS) throw new WasiError(Errno.INVAL);
  const { ATIM, ATIM_NOW, MTIM, MTIM_NOW } = FstFlags;
  const access = parseTime(ctx, atim, flags & ATIM, flags & ATIM_NOW);
  const change = parseTime(ctx, mtim, flags & MTIM, flags & MTIM_NOW);
  return {
    ...(access === undefined ? {} : { atim: access }),
    ...(change === undefined ? {} : { mtim: change }),
  };
}

function parseTime(
  ctx: Context,
  time: bigint,
  given: number,
  now: number,
): bigint | undefined {
  if (given && now) throw new WasiError(Errno.INVAL);
  if (given) return BigInt.asUintN(64, time);
  return now ? ctx.clock.now() : undefined;
}

/**
 * A size or offset as a number.
 *
 * @throws `INVAL` when it is below 0 as POSIX reads it, `FBIG` when it is
 * more than any file here can have.
 */
export function fileSize(size: bigint): number {
  if (BigInt.asIntN(64, size) < 0n) throw new WasiError(Errno.INVAL);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw new WasiError(Errno.FBIG);
  return Number(size);
}
