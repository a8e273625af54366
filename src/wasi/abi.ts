/**
 * Constants and struct layouts of `wasi_snapshot_preview1`, in the order of
 * the spec. No behaviour. Offsets are compared with the C compiler's
 * `offsetof` in `tests/wasi/layouts_test.ts`.
 *
 * @module
 */

/** Identifiers of clocks. */
export const ClockId = {
  REALTIME: 0,
  MONOTONIC: 1,
  PROCESS_CPUTIME: 2,
  THREAD_CPUTIME: 3,
} as const;

/** What a descriptor may be used for, one bit each; all fit a 32-bit word. */
export const Rights = {
  FD_DATASYNC: 1 << 0,
  FD_READ: 1 << 1,
  FD_SEEK: 1 << 2,
  FD_FDSTAT_SET_FLAGS: 1 << 3,
  FD_SYNC: 1 << 4,
  FD_TELL: 1 << 5,
  FD_WRITE: 1 << 6,
  FD_ADVISE: 1 << 7,
  FD_ALLOCATE: 1 << 8,
  PATH_CREATE_DIRECTORY: 1 << 9,
  PATH_CREATE_FILE: 1 << 10,
  PATH_LINK_SOURCE: 1 << 11,
  PATH_LINK_TARGET: 1 << 12,
  PATH_OPEN: 1 << 13,
  FD_READDIR: 1 << 14,
  PATH_READLINK: 1 << 15,
  PATH_RENAME_SOURCE: 1 << 16,
  PATH_RENAME_TARGET: 1 << 17,
  PATH_FILESTAT_GET: 1 << 18,
  PATH_FILESTAT_SET_SIZE: 1 << 19,
  PATH_FILESTAT_SET_TIMES: 1 << 20,
  FD_FILESTAT_GET: 1 << 21,
  FD_FILESTAT_SET_SIZE: 1 << 22,
  FD_FILESTAT_SET_TIMES: 1 << 23,
  PATH_SYMLINK: 1 << 24,
  PATH_REMOVE_DIRECTORY: 1 << 25,
  PATH_UNLINK_FILE: 1 << 26,
  POLL_FD_READWRITE: 1 << 27,
  SOCK_SHUTDOWN: 1 << 28,
  SOCK_ACCEPT: 1 << 29,
} as const;

/** All rights there are. */
export const ALL_RIGHTS = (1 << 30) - 1;

/** The rights that mean something for a file that can be seeked. */
export const FILE_RIGHTS = Rights.FD_DATASYNC | Rights.FD_READ |
  Rights.FD_SEEK | Rights.FD_FDSTAT_SET_FLAGS | Rights.FD_SYNC |
  Rights.FD_TELL | Rights.FD_WRITE | Rights.FD_ADVISE | Rights.FD_ALLOCATE |
  Rights.FD_FILESTAT_GET | Rights.FD_FILESTAT_SET_SIZE |
  Rights.FD_FILESTAT_SET_TIMES | Rights.POLL_FD_READWRITE;

/** The rights that mean something for a directory. */
export const DIRECTORY_RIGHTS = Rights.FD_FDSTAT_SET_FLAGS | Rights.FD_SYNC |
  Rights.FD_ADVISE | Rights.PATH_CREATE_DIRECTORY | Rights.PATH_CREATE_FILE |
  Rights.PATH_LINK_SOURCE | Rights.PATH_LINK_TARGET | Rights.PATH_OPEN |
  Rights.FD_READDIR | Rights.PATH_READLINK | Rights.PATH_RENAME_SOURCE |
  Rights.PATH_RENAME_TARGET | Rights.PATH_FILESTAT_GET |
  Rights.PATH_FILESTAT_SET_SIZE | Rights.PATH_FILESTAT_SET_TIMES |
  Rights.FD_FILESTAT_GET | Rights.FD_FILESTAT_SET_TIMES |
  Rights.PATH_SYMLINK | Rights.PATH_REMOVE_DIRECTORY |
  Rights.PATH_UNLINK_FILE;

/** The rights of a stream, which wasi-libc's `isatty()` looks at. */
export const STREAM_RIGHTS = Rights.FD_DATASYNC | Rights.FD_READ |
  Rights.FD_FDSTAT_SET_FLAGS | Rights.FD_SYNC | Rights.FD_WRITE |
  Rights.FD_ADVISE | Rights.FD_FILESTAT_GET | Rights.POLL_FD_READWRITE;

/** `struct iovec` and `struct ciovec`. */
export const IOVEC = { size: 8, buf: 0, bufLen: 4 } as const;

/** From where a seek counts. */
export const Whence = { SET: 0, CUR: 1, END: 2 } as const;

/**
 * The type of a file or descriptor.
 *
 * ```ts
 * import { Filetype, MemoryFile } from "@x/py-plugin/wasi";
 * console.log(new MemoryFile("").filetype === Filetype.REGULAR_FILE);
 * ```
 */
export const Filetype = {
  UNKNOWN: 0,
  BLOCK_DEVICE: 1,
  CHARACTER_DEVICE: 2,
  DIRECTORY: 3,
  REGULAR_FILE: 4,
  SOCKET_DGRAM: 5,
  SOCKET_STREAM: 6,
  SYMBOLIC_LINK: 7,
} as const;

/** One of {@linkcode Filetype}. */
export type Filetype = (typeof Filetype)[keyof typeof Filetype];

/** `struct dirent`; the name follows it. */
export const DIRENT = {
  size: 24,
  dNext: 0,
  dIno: 8,
  dNamlen: 16,
  dType: 20,
} as const;

/** How many kinds of advice `fd_advise` knows. */
export const ADVICE_COUNT = 6;

/** Flags of a descriptor. */
export const FdFlags = {
  APPEND: 1 << 0,
  DSYNC: 1 << 1,
  NONBLOCK: 1 << 2,
  RSYNC: 1 << 3,
  SYNC: 1 << 4,
} as const;

/** All flags a descriptor can have. */
export const ALL_FD_FLAGS = (1 << 5) - 1;

/** `struct fdstat`. */
export const FDSTAT = {
  size: 24,
  fsFiletype: 0,
  fsFlags: 2,
  fsRightsBase: 8,
  fsRightsInheriting: 16,
} as const;

/** Which times to set, and to what. */
export const FstFlags = {
  ATIM: 1 << 0,
  ATIM_NOW: 1 << 1,
  MTIM: 1 << 2,
  MTIM_NOW: 1 << 3,
} as const;

/** All flags of `filestat_set_times`. */
export const ALL_FST_FLAGS = (1 << 4) - 1;

/** How a path is looked up. */
export const LookupFlags = { SYMLINK_FOLLOW: 1 << 0 } as const;

/** How `path_open` opens. */
export const OFlags = {
  CREAT: 1 << 0,
  DIRECTORY: 1 << 1,
  EXCL: 1 << 2,
  TRUNC: 1 << 3,
} as const;

/** All flags of `path_open`. */
export const ALL_O_FLAGS = (1 << 4) - 1;

/** `struct filestat`. */
export const FILESTAT = {
  size: 64,
  dev: 0,
  ino: 8,
  filetype: 16,
  nlink: 24,
  fileSize: 32,
  atim: 40,
  mtim: 48,
  ctim: 56,
} as const;

/** What a subscription waits for. */
export const EventType = { CLOCK: 0, FD_READ: 1, FD_WRITE: 2 } as const;

/** State of a descriptor in an event. */
export const EventRwFlags = { HANGUP: 1 << 0 } as const;

/** `struct event`. */
export const EVENT = {
  size: 32,
  userdata: 0,
  error: 8,
  type: 10,
  nbytes: 16,
  flags: 24,
} as const;

/** How the time of a clock subscription is meant. */
export const SubclockFlags = { ABSTIME: 1 << 0 } as const;

/** `struct subscription` with its union of clock and descriptor. */
export const SUBSCRIPTION = {
  size: 48,
  userdata: 0,
  tag: 8,
  clockId: 16,
  timeout: 24,
  precision: 32,
  clockFlags: 40,
  fd: 16,
} as const;

/** How many signals `proc_raise` knows. */
export const SIGNAL_COUNT = 31;

/** Which side of a socket to shut down. */
export const SdFlags = { RD: 1 << 0, WR: 1 << 1 } as const;

/** `struct prestat`. */
export const PRESTAT = { size: 8, tag: 0, nameLen: 4 } as const;

/** The only type of preopen there is. */
export const PREOPENTYPE_DIR = 0;
