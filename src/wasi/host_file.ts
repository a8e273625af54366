import { Filetype } from "./abi.ts";
import { Errno, WasiError } from "./errno.ts";
import type { Access, Refusal } from "./host_access.ts";
import { HostFileDescriptor } from "./host_file_descriptor.ts";
import type { HostHandle } from "./host_handle.ts";
import type { FoundDirectory } from "./host_hold.ts";
import { readLink } from "./host_links.ts";
import { type HostMount, join, split } from "./host_mount.ts";
import { type HostEntry, hostFiletype, hostTimes } from "./host_stat.ts";
import { Link, Node, type OpenMode, type Stat, type Times } from "./node.ts";

/** A place on the host. */
export interface HostPlace {
  /** The directory that was granted. */
  readonly mount: HostMount;
  /** The host's path. */
  readonly path: string;
  /** What may be done there. */
  readonly access: Access;
}

/** A place where a walk found something. */
export interface FoundPlace extends HostPlace {
  /** What the host told when the walk came by. */
  readonly seen: HostEntry;
  /** Where it lies. */
  readonly directory: FoundDirectory;
}

/** A file of the host, at the place where a walk found it. */
export class HostFile extends Node {
  /** A regular file. */
  override readonly filetype: Filetype = Filetype.REGULAR_FILE;
  /** Where it was found. */
  readonly place: FoundPlace;
  /** The file itself, when it was made or opened just now. */
  #opened: HostHandle | undefined;

  /**
   * A file that a walk found.
   *
   * @param place Where.
   * @param opened The open file, when it was made, or opened when it was found.
   */
  constructor(place: FoundPlace, opened?: HostHandle) {
    super();
    this.place = place;
    this.#opened = opened;
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    return this.place.mount.times.stat(this.place.seen);
  }

  /** Its serial number on the host. */
  override inode(): bigint | undefined {
    return hostInode(this.place);
  }

  /**
   * Open it.
   *
   * @param mode How.
   * @returns A new descriptor.
   * @throws `ACCES` when that was not granted.
   */
  override open(mode: OpenMode): HostFileDescriptor {
    const write = mode.write || mode.truncate;
    const opened = this.#take();
    try {
      if (mode.read) demandAccess("open", this.place, "read");
      if (write) demandAccess("open", this.place, "write");
    } catch (error) {
      opened?.close();
      throw error;
    }
    const file = opened ?? this.#reopen(mode.read, write);
    try {
      if (mode.truncate) this.#call(() => file.truncate(0));
    } catch (error) {
      file.close();
      throw error;
    }
    return new HostFileDescriptor(this, file, { read: mode.read, write });
  }

  /**
   * Set its times.
   *
   * @param times The new times.
   */
  override setTimes(times: Times): void {
    demandAccess("utime", this.place, "write");
    setOpenTimes(this.place, times);
  }

  #take(): HostHandle | undefined {
    const file = this.#opened;
    this.#opened = undefined;
    return file;
  }

  /** Without any right it is opened for what was granted, and never used. */
  #reopen(read: boolean, write: boolean): HostHandle {
    const { mount, path, access } = this.place;
    mount.budget.demandFile();
    const idle = !read && !write;
    return mount.openFound(path, {
      read: read || (idle && access.read),
      write: write || (idle && !access.read),
    }, this.place);
  }

  #call<T>(action: () => T): T {
    return this.place.mount.attempt("write", this.place.path, "write", action);
  }
}

/** A symbolic link of the host; only the gate follows it. */
export class HostLink extends Link {
  /** Where it was found. */
  readonly place: FoundPlace;

  /**
   * A link that a walk found.
   *
   * @param place Where.
   */
  constructor(place: FoundPlace) {
    super();
    this.place = place;
  }

  /** The path it stands for, as it was written. */
  override get target(): string {
    demandAccess("readlink", this.place, "read");
    return this.#within("readlink", "read", readLink);
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    return this.place.mount.times.stat(this.place.seen);
  }

  /** Its serial number on the host. */
  override inode(): bigint | undefined {
    return hostInode(this.place);
  }

  /**
   * Set its own times.
   *
   * @param times The new times.
   */
  override setTimes(times: Times): void {
    demandAccess("utime", this.place, "write");
    const { mount, seen } = this.place;
    // Deno itself can't; `node:fs` costs 20 ms, so only who needs it pays.
    const { lutimesSync } = process.getBuiltinModule("node:fs");
    const [atime, mtime] = hostTimes(times, seen);
    this.#within("utime", "write", (path) => {
      readLink(path); // it still is one
      lutimesSync(path, atime, mtime);
    });
    mount.times.remember(seen, times);
  }

  /** Do something with the link where it lies. */
  #within<T>(
    operation: string,
    need: Refusal["need"],
    action: (path: string) => T,
  ): T {
    const { mount, path, directory } = this.place;
    const [, name] = split(path);
    return mount.within(
      { operation, path, need },
      directory,
      (at) => action(join(at, name)),
    );
  }
}

/**
 * A device, FIFO or socket of the host. It can be seen, moved and removed,
 * but not opened: a FIFO would stop the host until somebody writes to it, and
 * reading some devices does things. A grant is about files.
 */
export class HostSpecial extends Node {
  /** What it is. */
  override readonly filetype: Filetype;
  /** Where it was found. */
  readonly place: FoundPlace;

  /**
   * A special file that a walk found.
   *
   * @param place Where.
   */
  constructor(place: FoundPlace) {
    super();
    this.place = place;
    this.filetype = hostFiletype(place.seen);
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    return this.place.mount.times.stat(this.place.seen);
  }

  /** Its serial number on the host. */
  override inode(): bigint | undefined {
    return hostInode(this.place);
  }

  /**
   * Refuse.
   *
   * @throws `NXIO` for a socket, as Linux does; else `ACCES`.
   */
  override open(mode: OpenMode): never {
    if (this.place.seen.isSocket) throw new WasiError(Errno.NXIO);
    return refuse("open", this.place, mode.write ? "write" : "read");
  }

  /** Refuse: they could not be set without opening it. */
  override setTimes(): never {
    return refuse("utime", this.place, "write");
  }
}

/**
 * Check that something was granted where a node is.
 *
 * @throws `ACCES`.
 */
export function demandAccess(
  operation: string,
  place: HostPlace,
  need: Refusal["need"],
): void {
  if (!place.access[need]) refuse(operation, place, need);
}

/** Set the times of a file or directory, and of nothing that a link means. */
export function setOpenTimes(place: HostPlace, times: Times): void {
  const { mount, path, access } = place;
  const how = access.read ? { read: true } : { read: false, write: true };
  const file = mount.open("utime", path, how);
  try {
    mount.attempt("utime", path, "write", () => {
      const seen = file.statSync();
      file.utimeSync(...hostTimes(times, seen));
      mount.times.remember(seen, times);
    });
  } finally {
    file.close();
  }
}

function refuse(
  operation: string,
  { mount, path }: HostPlace,
  need: Refusal["need"],
): never {
  return mount.refuse({ operation, path, need, by: "grant" });
}

function hostInode({ seen }: FoundPlace): bigint | undefined {
  return seen.ino === null ? undefined : BigInt(seen.ino);
}
