import { Errno } from "./errno.ts";
import { KernelEntry, STATX_SIZE } from "./host_kernel_entry.ts";

/** What is called in the C library that the process itself is linked with. */
const FUNCTIONS = {
  openat2: {
    name: "syscall",
    parameters: ["i64", "i32", "buffer", "buffer", "usize"],
    result: "i32",
  },
  statx: {
    parameters: ["i32", "buffer", "i32", "u32", "buffer"],
    result: "i32",
  },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  fsync: { parameters: ["i32"], result: "i32" },
  fdatasync: { parameters: ["i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  errno: { name: "__errno_location", parameters: [], result: "pointer" },
} as const;

type Functions = Deno.DynamicLibrary<typeof FUNCTIONS>["symbols"];

/** The same number on all processors; it came with Linux 5.6. */
const OPENAT2 = 437n;
const RESOLVE_NO_SYMLINKS = 0x04;
const RESOLVE_BENEATH = 0x08;
const STATX_BASIC_STATS = 0x7ff;
const AT_EMPTY_PATH = 0x1000;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_FDCWD = -100;

/** How something is opened; two of the flags depend on the processor. */
export const O = {
  RDONLY: 0,
  WRONLY: 0o1,
  RDWR: 0o2,
  NOCTTY: 0o400,
  NONBLOCK: 0o4000,
  DIRECTORY: Deno.build.arch === "aarch64" ? 0o40000 : 0o200000,
  NOFOLLOW: Deno.build.arch === "aarch64" ? 0o100000 : 0o400000,
  CLOEXEC: 0o2000000,
  PATH: 0o10000000,
} as const;

/** The kernel's limit; a path must be shorter. */
const MAX_PATH = 4096;
const NO_PATH = new Uint8Array(1);

/** What Linux calls the errors that a call here may end with. */
const NUMBERED: Readonly<Record<number, Errno>> = {
  1: Errno.PERM,
  2: Errno.NOENT,
  4: Errno.INTR,
  5: Errno.IO,
  9: Errno.BADF,
  11: Errno.AGAIN,
  12: Errno.NOMEM,
  13: Errno.ACCES,
  20: Errno.NOTDIR,
  21: Errno.ISDIR,
  22: Errno.INVAL,
  23: Errno.NFILE,
  24: Errno.MFILE,
  27: Errno.FBIG,
  28: Errno.NOSPC,
  30: Errno.ROFS,
  36: Errno.NAMETOOLONG,
  40: Errno.LOOP,
  116: Errno.STALE,
  122: Errno.DQUOT,
};

/**
 * Calls of the Linux kernel that Deno does not make: `openat2()`, which opens
 * a path below an open directory through no link, all in one go, and what
 * takes the number that it gives. They are reached through `Deno.dlopen()`.
 *
 * Each method is one call, and none knows what a guest may do.
 */
export class Kernel {
  readonly #call: Functions;
  readonly #encoder = new TextEncoder();
  readonly #path = new Uint8Array(MAX_PATH + 1);
  /** `struct open_how`: flags, mode and resolve, 64 bits each. */
  readonly #how = new Uint32Array(6);
  readonly #statx = new DataView(new ArrayBuffer(STATX_SIZE));

  private constructor(call: Functions) {
    this.#call = call;
  }

  /**
   * Find the calls.
   *
   * @returns Them; nothing where they are not there, or not what is written
   * here: another C library, an old kernel, a container that forbids them.
   */
  static load(): Kernel | null {
    try {
      const library = Deno.dlopen("libc.so.6", FUNCTIONS);
      const kernel = new Kernel(library.symbols);
      // Nobody has to close it then. The process needs it, so it stays.
      library.close();
      return kernel.#agrees("/") ? kernel : null;
    } catch {
      return null;
    }
  }

  /**
   * Open a path, through no link.
   *
   * @param path The path.
   * @param flags How: {@linkcode O}.
   * @param below The directory that it starts from, and does not leave.
   * @returns The number of what was opened; below 0 when {@linkcode errno}
   * says why not.
   */
  open(path: string, flags: number, below: number = AT_FDCWD): number {
    this.#setPath(path);
    const how = this.#how;
    how[0] = flags | O.CLOEXEC;
    how[4] = RESOLVE_NO_SYMLINKS | (below < 0 ? 0 : RESOLVE_BENEATH);
    return this.#call.openat2(OPENAT2, below, this.#path, how, 24n);
  }

  /** Look at what is open; nothing when that fails. */
  look(fd: number): KernelEntry | undefined {
    return this.#look(fd, NO_PATH, AT_EMPTY_PATH);
  }

  /**
   * Look at what has a path, itself if it is a link; links on the way are
   * followed.
   *
   * @param path The path.
   * @param from The directory that it starts from.
   * @returns What is there; nothing when that fails.
   */
  lookAt(path: string, from: number): KernelEntry | undefined {
    this.#setPath(path);
    return this.#look(from, this.#path, AT_SYMLINK_NOFOLLOW);
  }

  /** Read from an offset; below 0 when that fails. */
  read(fd: number, buffer: Uint8Array, offset: number): number {
    const { length } = buffer;
    return this.#call.pread(fd, buffer, BigInt(length), BigInt(offset));
  }

  /** Write at an offset; below 0 when that fails. */
  write(fd: number, buffer: Uint8Array, offset: number): number {
    const { length } = buffer;
    return this.#call.pwrite(fd, buffer, BigInt(length), BigInt(offset));
  }

  /** Set the length; below 0 when that fails. */
  truncate(fd: number, size: number): number {
    return this.#call.ftruncate(fd, BigInt(size));
  }

  /** Set the times, in seconds; below 0 when that fails. */
  setTimes(fd: number, atime: number, mtime: number): number {
    const times = BigInt64Array.of(...timespec(atime), ...timespec(mtime));
    return this.#call.futimens(fd, times);
  }

  /** Bring content, and what is known of it, to safety; below 0: failed. */
  sync(fd: number): number {
    return this.#call.fsync(fd);
  }

  /** Bring content to safety; below 0 when that fails. */
  syncData(fd: number): number {
    return this.#call.fdatasync(fd);
  }

  /** Close what is open. */
  close(fd: number): void {
    this.#call.close(fd);
  }

  /** What the last call failed with. */
  get errno(): Errno {
    const place = this.#call.errno();
    if (place === null) return Errno.IO;
    return NUMBERED[new Deno.UnsafePointerView(place).getInt32()] ?? Errno.IO;
  }

  /** What is too long is cut, and still too long for the kernel. */
  #setPath(path: string): void {
    const bytes = this.#path;
    let length = Math.min(path.length, MAX_PATH);
    for (let at = 0; at < length; at++) {
      const code = path.charCodeAt(at);
      if (code < 0x80) bytes[at] = code;
      else ({ written: length } = this.#encoder.encodeInto(path, bytes));
    }
    bytes[length] = 0;
  }

  #look(
    fd: number,
    path: Uint8Array,
    flags: number,
  ): KernelEntry | undefined {
    const { statx } = this.#call;
    return statx(fd, path, flags, STATX_BASIC_STATS, this.#statx) < 0
      ? undefined
      : new KernelEntry(this.#statx);
  }

  /** Whether flags, offsets and numbers mean the same to both of us. */
  #agrees(path: string): boolean {
    const fd = this.open(path, O.PATH | O.DIRECTORY);
    if (fd < 0) return false;
    const mine = this.look(fd);
    this.close(fd);
    const denos = Deno.lstatSync(path);
    return mine !== undefined && mine.isDirectory && mine.dev === denos.dev &&
      mine.ino === denos.ino && mine.nlink === denos.nlink &&
      mine.mtime.getTime() === denos.mtime?.getTime();
  }
}

/** `struct timespec`; Deno has no more than milliseconds either. */
function timespec(seconds: number): [bigint, bigint] {
  const milliseconds = Math.round(seconds * 1000);
  const whole = Math.floor(milliseconds / 1000);
  return [BigInt(whole), BigInt((milliseconds - whole * 1000) * 1_000_000)];
}
