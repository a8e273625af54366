import type { HostEntry } from "./host_stat.ts";

/** How long `struct statx` is, on all processors. */
export const STATX_SIZE = 256;

/** Where its fields are. */
const STATX = {
  nlink: 16,
  mode: 28,
  ino: 32,
  size: 40,
  atime: 64,
  ctime: 96,
  mtime: 112,
  devMajor: 136,
  devMinor: 140,
} as const;

const TYPE = 0o170000;
const FIFO = 0o010000;
const CHARACTERS = 0o020000;
const DIRECTORY = 0o040000;
const BLOCKS = 0o060000;
const FILE = 0o100000;
const LINK = 0o120000;
const SOCKET = 0o140000;

/** What the kernel tells of a file, in the shape in which Deno does. */
export class KernelEntry implements HostEntry {
  /** Its device, the number that Deno gives it. */
  readonly dev: number;
  /** Its serial number there. */
  readonly ino: number;
  /** How many names it has. */
  readonly nlink: number;
  /** Its size in bytes. */
  readonly size: number;
  readonly #type: number;
  readonly #atime: number;
  readonly #mtime: number;
  readonly #ctime: number;

  /**
   * Read what was told.
   *
   * @param view A `struct statx`, which may change afterwards.
   */
  constructor(view: DataView) {
    this.dev = deviceOf(
      view.getUint32(STATX.devMajor, true),
      view.getUint32(STATX.devMinor, true),
    );
    this.ino = Number(view.getBigUint64(STATX.ino, true));
    this.nlink = view.getUint32(STATX.nlink, true);
    this.size = Number(view.getBigUint64(STATX.size, true));
    this.#type = view.getUint16(STATX.mode, true) & TYPE;
    this.#atime = timeAt(view, STATX.atime);
    this.#mtime = timeAt(view, STATX.mtime);
    // Deno has whole seconds, and both must tell the same of one file.
    this.#ctime = Number(view.getBigInt64(STATX.ctime, true)) * 1000;
  }

  /** A regular file. */
  get isFile(): boolean {
    return this.#type === FILE;
  }

  /** A directory. */
  get isDirectory(): boolean {
    return this.#type === DIRECTORY;
  }

  /** A symbolic link. */
  get isSymlink(): boolean {
    return this.#type === LINK;
  }

  /** A terminal and the like. */
  get isCharDevice(): boolean {
    return this.#type === CHARACTERS;
  }

  /** A disk and the like. */
  get isBlockDevice(): boolean {
    return this.#type === BLOCKS;
  }

  /** A pipe with a name. */
  get isFifo(): boolean {
    return this.#type === FIFO;
  }

  /** A socket with a name. */
  get isSocket(): boolean {
    return this.#type === SOCKET;
  }

  /** Last access. */
  get atime(): Date {
    return new Date(this.#atime);
  }

  /** Last change of the content. */
  get mtime(): Date {
    return new Date(this.#mtime);
  }

  /** Last change of content, names or times. */
  get ctime(): Date {
    return new Date(this.#ctime);
  }
}

/** As `makedev()` of the C library puts the two together. */
function deviceOf(major: number, minor: number): number {
  return (major >>> 12) * 2 ** 44 + (minor >>> 8) * 2 ** 20 +
    (major & 0xfff) * 2 ** 8 + (minor & 0xff);
}

/** Milliseconds since 1970, cut off as Deno does. */
function timeAt(view: DataView, at: number): number {
  const seconds = Number(view.getBigInt64(at, true));
  const nanoseconds = view.getUint32(at + 8, true);
  return Math.trunc(seconds * 1000 + nanoseconds / 1e6);
}
