import { Filetype } from "./abi.ts";
import type { Stat, Times } from "./node.ts";

const NANOSECONDS = 1_000_000n;

/** What distinguishes one file of the host from all others. */
export interface Identity {
  /** Its device. */
  readonly dev: number;
  /** Its serial number there, where the system has one. */
  readonly ino: number | null;
}

/** What the host tells of a file, as far as it matters here. */
export type HostEntry =
  & Identity
  & Pick<
    Deno.FileInfo,
    | "isFile"
    | "isDirectory"
    | "isSymlink"
    | "isCharDevice"
    | "isBlockDevice"
    | "isSocket"
    | "nlink"
    | "size"
    | "atime"
    | "mtime"
    | "ctime"
  >;

/**
 * Whether two looks saw the same file.
 *
 * @param one What one saw.
 * @param other What the other saw.
 * @returns Whether device and serial number agree.
 */
export function isSameFile(one: Identity, other: Identity): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/**
 * What kind of file the host has.
 *
 * @param entry What is known of it.
 * @returns Its type; preview 1 has none for a FIFO.
 */
export function hostFiletype(entry: HostEntry): Filetype {
  if (entry.isFile) return Filetype.REGULAR_FILE;
  if (entry.isDirectory) return Filetype.DIRECTORY;
  if (entry.isSymlink) return Filetype.SYMBOLIC_LINK;
  if (entry.isCharDevice) return Filetype.CHARACTER_DEVICE;
  if (entry.isBlockDevice) return Filetype.BLOCK_DEVICE;
  return entry.isSocket ? Filetype.SOCKET_STREAM : Filetype.UNKNOWN;
}

/**
 * What `filestat` tells of a file of the host.
 *
 * @param entry What the host tells.
 * @returns The same for the guest; times have milliseconds, as Deno has.
 */
export function hostStat(entry: HostEntry): Stat {
  const stat = {
    dev: BigInt(entry.dev),
    filetype: hostFiletype(entry),
    nlink: entry.nlink ?? 1,
    size: entry.size,
    atim: nanoseconds(entry.atime),
    mtim: nanoseconds(entry.mtime),
    ctim: nanoseconds(entry.ctime ?? entry.mtime),
  };
  return entry.ino === null ? stat : { ...stat, ino: BigInt(entry.ino) };
}

/**
 * Times as Deno takes them, in seconds; one that is not set stays.
 *
 * @param times The new times.
 * @param entry What the host tells now.
 * @returns Last access, last change.
 */
export function hostTimes(
  times: Times,
  entry: HostEntry,
): [atime: number, mtime: number] {
  return [
    seconds(times.atim ?? nanoseconds(entry.atime)),
    seconds(times.mtim ?? nanoseconds(entry.mtime)),
  ];
}

function nanoseconds(time: Date | null): bigint {
  return time === null ? 0n : BigInt(time.getTime()) * NANOSECONDS;
}

function seconds(time: bigint): number {
  return Number(BigInt.asIntN(64, time) / NANOSECONDS) / 1000;
}
