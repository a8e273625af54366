/**
 * The error numbers of preview 1, in the order of the spec.
 *
 * ```ts
 * import { Errno } from "@x/py-plugin/wasi";
 * console.log(Errno.NOENT); // 44
 * ```
 */
export const Errno = {
  SUCCESS: 0,
  "2BIG": 1,
  ACCES: 2,
  ADDRINUSE: 3,
  ADDRNOTAVAIL: 4,
  AFNOSUPPORT: 5,
  AGAIN: 6,
  ALREADY: 7,
  BADF: 8,
  BADMSG: 9,
  BUSY: 10,
  CANCELED: 11,
  CHILD: 12,
  CONNABORTED: 13,
  CONNREFUSED: 14,
  CONNRESET: 15,
  DEADLK: 16,
  DESTADDRREQ: 17,
  DOM: 18,
  DQUOT: 19,
  EXIST: 20,
  FAULT: 21,
  FBIG: 22,
  HOSTUNREACH: 23,
  IDRM: 24,
  ILSEQ: 25,
  INPROGRESS: 26,
  INTR: 27,
  INVAL: 28,
  IO: 29,
  ISCONN: 30,
  ISDIR: 31,
  LOOP: 32,
  MFILE: 33,
  MLINK: 34,
  MSGSIZE: 35,
  MULTIHOP: 36,
  NAMETOOLONG: 37,
  NETDOWN: 38,
  NETRESET: 39,
  NETUNREACH: 40,
  NFILE: 41,
  NOBUFS: 42,
  NODEV: 43,
  NOENT: 44,
  NOEXEC: 45,
  NOLCK: 46,
  NOLINK: 47,
  NOMEM: 48,
  NOMSG: 49,
  NOPROTOOPT: 50,
  NOSPC: 51,
  NOSYS: 52,
  NOTCONN: 53,
  NOTDIR: 54,
  NOTEMPTY: 55,
  NOTRECOVERABLE: 56,
  NOTSOCK: 57,
  NOTSUP: 58,
  NOTTY: 59,
  NXIO: 60,
  OVERFLOW: 61,
  OWNERDEAD: 62,
  PERM: 63,
  PIPE: 64,
  PROTO: 65,
  PROTONOSUPPORT: 66,
  PROTOTYPE: 67,
  RANGE: 68,
  ROFS: 69,
  SPIPE: 70,
  SRCH: 71,
  STALE: 72,
  TIMEDOUT: 73,
  TXTBSY: 74,
  XDEV: 75,
  NOTCAPABLE: 76,
} as const;

/** One error number of preview 1. */
export type Errno = (typeof Errno)[keyof typeof Errno];

/**
 * The name of an error number, for traces and messages.
 *
 * ```ts
 * import { errnoName } from "@x/py-plugin/wasi";
 * console.log(errnoName(44)); // NOENT
 * ```
 *
 * @param errno The number, `44`.
 * @returns Its name, `NOENT`, or the number itself when it has none.
 */
export function errnoName(errno: number): string {
  for (const [name, number] of Object.entries(Errno)) {
    if (number === errno) return name;
  }
  return String(errno);
}

/**
 * What a syscall throws to answer with an error number.
 *
 * It is not an `Error`: a guest that looks for files in several places meets
 * it all the time, and a stack trace costs ten times the syscall. Anything
 * else that a syscall throws is a bug of the host and reaches the caller.
 *
 * ```ts
 * import { Errno, WasiError } from "@x/py-plugin/wasi";
 * console.log(new WasiError(Errno.NOSPC).message); // NOSPC
 * ```
 */
export class WasiError {
  /** The number the guest will see. */
  readonly errno: Errno;

  /**
   * Make what a syscall throws.
   *
   * @param errno The number the guest will see.
   */
  constructor(errno: Errno) {
    this.errno = errno;
  }

  /** The number's name, `NOENT`. */
  get message(): string {
    return errnoName(this.errno);
  }

  /** `WasiError: NOENT`, as an `Error` would print. */
  toString(): string {
    return `WasiError: ${this.message}`;
  }
}

/** What Deno calls the errors that come without the system's own code. */
const NAMED: Readonly<Record<string, Errno>> = {
  AlreadyExists: Errno.EXIST,
  BadResource: Errno.BADF,
  BrokenPipe: Errno.PIPE,
  Busy: Errno.BUSY,
  FilesystemLoop: Errno.LOOP,
  Interrupted: Errno.INTR,
  InvalidData: Errno.ILSEQ,
  IsADirectory: Errno.ISDIR,
  NotADirectory: Errno.NOTDIR,
  NotCapable: Errno.ACCES,
  NotFound: Errno.NOENT,
  NotSupported: Errno.NOTSUP,
  PermissionDenied: Errno.ACCES,
  WouldBlock: Errno.AGAIN,
};

/** Codes whose names preview 1 has not. */
const RENAMED: Readonly<Record<string, Errno>> = {
  EOPNOTSUPP: Errno.NOTSUP,
  EWOULDBLOCK: Errno.AGAIN,
  ELOOP: Errno.LOOP,
};

/** Numbers that Deno leaves in the text, the same on Linux and macOS. */
const NUMBERED: Readonly<Record<string, Errno>> = {
  "5": Errno.IO,
  "24": Errno.MFILE,
  "27": Errno.FBIG,
  "28": Errno.NOSPC,
  "29": Errno.SPIPE,
};

/**
 * The error number for what a call to the host threw.
 *
 * @param error What was thrown.
 * @returns Its number, or nothing when it is no error of the system's.
 */
export function hostErrno(error: unknown): Errno | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && code.startsWith("E")) {
    return RENAMED[code] ?? knownErrno(code.slice(1)) ?? Errno.IO;
  }
  const number = /\(os error (\d+)\)/.exec(error.message)?.[1];
  if (number !== undefined && NUMBERED[number]) return NUMBERED[number];
  return NAMED[error.name] ?? (number === undefined ? undefined : Errno.IO);
}

function knownErrno(name: string): Errno | undefined {
  return Object.hasOwn(Errno, name)
    ? Errno[name as keyof typeof Errno]
    : undefined;
}
