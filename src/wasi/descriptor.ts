import { ALL_RIGHTS, DIRECTORY_RIGHTS, Filetype, Rights } from "./abi.ts";
import { Errno, WasiError } from "./errno.ts";
import type { Directory, Stat, Times } from "./node.ts";

/** Whether a descriptor can be read or written without waiting. */
export interface Readiness {
  /** How many bytes are there, or fit. */
  readonly nbytes: number;
  /** The other side is gone. */
  readonly hangup: boolean;
}

/** What the guest holds a number for. What is not overridden fails. */
export abstract class Descriptor {
  /** What kind of file it is. */
  abstract readonly filetype: Filetype;
  /** What it may be used for. */
  rights: number;
  /** What descriptors opened through it may be used for. */
  inheriting = 0;
  /** `FdFlags`. */
  flags = 0;
  /** The guest's path that it was opened by, if it was opened by one. */
  path: string | undefined;

  /**
   * Make a descriptor.
   *
   * @param rights What it may be used for.
   */
  constructor(rights: number) {
    this.rights = rights;
  }

  /** What `filestat` tells. */
  abstract stat(): Stat;

  /** What `fdstat` says it may be used for, which may be too much. */
  get shownRights(): number {
    return this.rights;
  }

  /** Whether it has an offset. */
  get seekable(): boolean {
    return false;
  }

  /** The object whose serial number it has: its node, or itself. */
  get identity(): object {
    return this;
  }

  /** Fill buffers from where it stands; 0 bytes at the end. */
  read(_buffers: readonly Uint8Array[]): number {
    throw new WasiError(Errno.BADF);
  }

  /** Fill buffers from an offset. */
  pread(_buffers: readonly Uint8Array[], _offset: number): number {
    throw new WasiError(Errno.SPIPE);
  }

  /** Write buffers where it stands. */
  write(_buffers: readonly Uint8Array[]): number {
    throw new WasiError(Errno.BADF);
  }

  /** Write buffers at an offset. */
  pwrite(_buffers: readonly Uint8Array[], _offset: number): number {
    throw new WasiError(Errno.SPIPE);
  }

  /** Move, and tell where it stands then. */
  seek(_offset: number, _whence: number): number {
    throw new WasiError(Errno.SPIPE);
  }

  /** Make the content as long as this. */
  setSize(_size: number): void {
    throw new WasiError(Errno.INVAL);
  }

  /** Set the times of what is open. */
  setTimes(_times: Times): void {
    throw new WasiError(Errno.INVAL);
  }

  /** Make the content at least as long as this. */
  allocate(_size: number): void {
    throw new WasiError(Errno.NODEV);
  }

  /** Take advice, which changes nothing. */
  advise(): void {
    throw new WasiError(Errno.SPIPE);
  }

  /** Bring what was written to safety. */
  sync(): void {
    throw new WasiError(Errno.INVAL);
  }

  /** Whether it can be read or written without waiting. */
  ready(_write: boolean): Readiness {
    return { nbytes: 1, hangup: false };
  }

  /** Let go of it. */
  close(): void {}
}

/** An open directory: what paths start from. */
export class DirectoryDescriptor extends Descriptor {
  /** A directory. */
  override readonly filetype: Filetype = Filetype.DIRECTORY;
  /** The directory above it, as far as the guest may know. */
  readonly parent: Directory;
  readonly #node: Directory;
  /** The guest's name for it, when it was open from the start. */
  readonly preopen: string | undefined;

  /**
   * Make a descriptor of a directory.
   *
   * @param node The directory.
   * @param options The directory above, and its name as a preopen.
   */
  constructor(
    node: Directory,
    options: { readonly parent?: Directory; readonly preopen?: string } = {},
  ) {
    super(DIRECTORY_RIGHTS);
    this.inheriting = ALL_RIGHTS;
    this.#node = node;
    this.parent = options.parent ?? node;
    this.preopen = options.preopen;
  }

  /**
   * The open directory, which paths through this descriptor can't leave.
   *
   * @throws `NOENT` when it is a host's and no longer where it was.
   */
  get node(): Directory {
    return this.#node.revisit();
  }

  /**
   * Without what its node refuses, which `access()` asks for. They stay
   * usable: what lies below may allow more.
   */
  override get shownRights(): number {
    const { read, write } = this.#node.allows;
    return this.rights & ~(read ? 0 : Rights.FD_READDIR) &
      ~(write ? 0 : Rights.PATH_CREATE_FILE);
  }

  /** Its node, which other descriptors may have open too. */
  override get identity(): object {
    return this.#node;
  }

  /** What `filestat` tells of its node. */
  override stat(): Stat {
    return this.node.stat();
  }

  /** Set the times of its node. */
  override setTimes(times: Times): void {
    this.node.setTimes(times);
  }

  /** Take advice, which changes nothing. */
  override advise(): void {}

  /** There is no safer place than where it is. */
  override sync(): void {}

  /** Let go of it, and of the names that were read. */
  override close(): void {
    this.#node.leave();
  }
}

/** Rights without which a call answers as POSIX does for a wrong access mode. */
const ACCESS_RIGHTS = Rights.FD_READ | Rights.FD_WRITE | Rights.FD_ALLOCATE |
  Rights.FD_DATASYNC | Rights.FD_SEEK | Rights.FD_TELL;

/**
 * Check that a descriptor may be used for something.
 *
 * @param descriptor The descriptor.
 * @param rights All the rights that are needed.
 * @throws `BADF` when it was opened without them, as `read()` does of a file
 * opened for writing; `NOTCAPABLE` for what only preview 1 knows.
 */
export function demand(descriptor: Descriptor, rights: number): void {
  const missing = rights & ~descriptor.rights;
  if (missing === 0) return;
  throw new WasiError(
    missing & ACCESS_RIGHTS
      ? Errno.BADF
      : missing & Rights.FD_FILESTAT_SET_SIZE
      ? Errno.INVAL
      : Errno.NOTCAPABLE,
  );
}
