import { Filetype } from "./abi.ts";
import { type Descriptor, DirectoryDescriptor } from "./descriptor.ts";
import { Errno, WasiError } from "./errno.ts";

/** What `filestat` tells of a node. */
export interface Stat {
  /** Device, when the host knows one. */
  readonly dev?: bigint;
  /** Serial number, when the host knows one; else the guest's table has it. */
  readonly ino?: bigint;
  /** What kind of file it is. */
  readonly filetype: Filetype;
  /** How many names it has. */
  readonly nlink: number;
  /** Its size in bytes. */
  readonly size: number;
  /** Last access, nanoseconds since 1970. */
  readonly atim: bigint;
  /** Last change of the content. */
  readonly mtim: bigint;
  /** Last change of content, names or times. */
  readonly ctim: bigint;
}

/** Times to set, in nanoseconds since 1970; an absent one stays. */
export interface Times {
  /** Last access. */
  readonly atim?: bigint;
  /** Last change of the content. */
  readonly mtim?: bigint;
}

/** What a file is opened for. */
export interface FileMode {
  /** The descriptor will be read through. */
  readonly read: boolean;
  /** The descriptor will be written through. */
  readonly write: boolean;
  /** The content is dropped first. */
  readonly truncate: boolean;
}

/** How a node is opened. */
export interface OpenMode extends FileMode {
  /** The directory it was found in; itself, when none may be known. */
  readonly parent: Directory;
}

/**
 * What a lookup throws in a directory that was passed unseen: there may be a
 * link on the way to it, so that it must be walked to name by name.
 */
export class Passed {}

/** A thing with a place in a guest's tree; many names may lead to it. */
export abstract class Node {
  /** What kind of file it is. */
  abstract readonly filetype: Filetype;

  /** What `filestat` tells. */
  abstract stat(): Stat;

  /** Its serial number, when the host knows one, without a full `stat`. */
  inode(): bigint | undefined {
    return undefined;
  }

  /**
   * Open it.
   *
   * @param mode How.
   * @returns A new descriptor.
   */
  abstract open(mode: OpenMode): Descriptor;

  /**
   * Set its times.
   *
   * @param _times The new times.
   */
  setTimes(_times: Times): void {
    throw new WasiError(Errno.ROFS);
  }
}

/** What may be done in a directory, as far as it knows by itself. */
export interface Allows {
  /** Its names may be listed. */
  readonly read: boolean;
  /** Names may be made, moved and removed. */
  readonly write: boolean;
}

/** A name in a directory. */
export interface DirectoryEntry {
  /** Where reading goes on after this entry: higher than any before it. */
  readonly cookie: number;
  /** The name. */
  readonly name: string;
  /** What it leads to. */
  readonly node: Node;
}

/** The cookies below this one are those of `.` and `..`. */
export const FIRST_COOKIE = 3;

/**
 * A directory. Names that arrive here are single, checked, and never `.` or
 * `..`: `resolve()` sees to that. What is not overridden is read-only.
 *
 * ```ts
 * import { Directory, MemoryFile, type Stat } from "@x/py-plugin/wasi";
 * class Echo extends Directory {
 *   override stat(): Stat {
 *     const time = 0n;
 *     const { filetype } = this;
 *     return { filetype, nlink: 2, size: 0, atim: time, mtim: time, ctim: time };
 *   }
 *   override lookup(name: string): MemoryFile {
 *     return new MemoryFile(`${name}\n`);
 *   }
 *   override list(): [] {
 *     return [];
 *   }
 * }
 * console.log(new Echo().lookup("hello").text()); // hello
 * ```
 */
export abstract class Directory extends Node {
  /** Always a directory. */
  override readonly filetype: Filetype = Filetype.DIRECTORY;

  /**
   * What this directory shares with those that its links may climb to; the
   * whole of the guest's tree when there is nothing.
   */
  get linkScope(): object | undefined {
    return undefined;
  }

  /**
   * This directory, for a guest that has had it open for a while.
   *
   * @returns Itself, where it is now.
   * @throws `NOENT` when it is not there any more.
   */
  revisit(): Directory {
    return this;
  }

  /**
   * The directory that a name in this one belongs to.
   *
   * @param _name The name.
   * @returns Itself, unless it only shows the names of others.
   */
  holderOf(_name: string): Directory {
    return this;
  }

  /**
   * Open it, to read its names and to start paths from it.
   *
   * @param mode How; it is never written or truncated.
   * @returns A new descriptor.
   */
  override open({ parent }: OpenMode): Descriptor {
    return new DirectoryDescriptor(this, { parent });
  }

  /** What `access()` is told; each operation decides for itself. */
  get allows(): Allows {
    return { read: true, write: false };
  }

  /** The node with this name, if there is one. */
  abstract lookup(name: string): Node | undefined;

  /**
   * The node with this name, on the way to one below it: a directory may be
   * looked at less closely than it will be when something in it is looked up,
   * which may throw {@linkcode Passed} then.
   */
  pass(name: string): Node | undefined {
    return this.lookup(name);
  }

  /**
   * The node with this name, which is opened at once when it is a file: to
   * look and to open may be one thing.
   *
   * @param name The name.
   * @param _mode How a file will be opened.
   */
  lookupFile(name: string, _mode: FileMode): Node | undefined {
    return this.lookup(name);
  }

  /**
   * The entries in a fixed order.
   *
   * @param after The cookie of the last entry already seen, or less than
   * {@linkcode FIRST_COOKIE} to start.
   */
  abstract list(after: number): Iterable<DirectoryEntry>;

  /** Nobody goes on reading its names. */
  leave(): void {}

  /** Make an empty file under a name that is free. */
  createFile(_name: string): Node {
    throw new WasiError(Errno.ROFS);
  }

  /** Make an empty directory under a name that is free. */
  createDirectory(_name: string): void {
    throw new WasiError(Errno.ROFS);
  }

  /** Make a symbolic link under a name that is free. */
  createLink(_name: string, _target: string): void {
    throw new WasiError(Errno.ROFS);
  }

  /** Give a node that is not a directory one more name, which is free. */
  link(_name: string, _node: Node): void {
    throw new WasiError(Errno.ROFS);
  }

  /** Take a name from a node that is not a directory. */
  unlink(_name: string): void {
    throw new WasiError(Errno.ROFS);
  }

  /** Remove an empty directory. */
  removeDirectory(_name: string): void {
    throw new WasiError(Errno.ROFS);
  }

  /** Move a node, replacing what has the new name. */
  rename(_name: string, _to: Directory, _newName: string): void {
    throw new WasiError(Errno.ROFS);
  }
}

/** A symbolic link; following it is the business of `resolve()` alone. */
export abstract class Link extends Node {
  /** Always a symbolic link. */
  override readonly filetype: Filetype = Filetype.SYMBOLIC_LINK;

  /** The path it stands for, as it was written. */
  abstract readonly target: string;

  /** A link itself can't be opened. */
  override open(): Descriptor {
    throw new WasiError(Errno.LOOP);
  }
}
