import { Errno, WasiError } from "./errno.ts";
import { isWhole } from "./host_anchor.ts";
import { type HostHandle, KernelHandle } from "./host_handle.ts";
import { type Kernel, O } from "./host_kernel.ts";
import { type HostEntry, type Identity, isSameFile } from "./host_stat.ts";

/** How a file is opened: that it is one is not sure before it is open. */
const CAREFULLY = O.NONBLOCK | O.NOCTTY | O.NOFOLLOW;

/** What Deno must allow everywhere. */
const NEEDED = ["read", "write"] as const;

/** What a file is opened for. */
export type Transfer = Pick<Deno.OpenOptions, "read" | "write">;

/** A file that was opened. */
export interface OpenedFile {
  /** What the kernel tells of it. */
  readonly entry: HostEntry;
  /** The file. */
  readonly handle: HostHandle;
}

/**
 * What lies below a mount's root, looked up by the kernel in one go: from the
 * root itself, which stays open as long as a guest's turn lasts, below it and
 * through no link. A path that has links on its way is not for here.
 *
 * ```text
 *   openat2(root, "a/b/file", PATH, BENEATH | NO_SYMLINKS)   it is there
 *   statx()                                                  what it is
 *   openat2(root, "a/b/file", ..., BENEATH | NO_SYMLINKS)    open
 *   statx()                                                  the same
 * ```
 */
export class Beneath {
  readonly #kernel: Kernel;
  readonly #root: string;
  readonly #mounted: Identity;
  /** The root's number while it is open. */
  #fd: number | undefined;
  /** Deno keeps their states right, whoever changes them in this thread. */
  #allowed: readonly Deno.PermissionStatus[] = [];

  /**
   * Look below a root.
   *
   * @param kernel Who looks.
   * @param root The root's path, absolute and without links.
   * @param mounted What it must be.
   */
  constructor(kernel: Kernel, root: string, mounted: Identity) {
    this.#kernel = kernel;
    this.#root = root;
    this.#mounted = mounted;
  }

  /**
   * Look at what has a path, itself if it is a link.
   *
   * @param path A path below the root, or the root.
   * @returns What the kernel tells, `null` when nothing is there, and nothing
   * when that can't be told in one go: a link is on the way, or the system
   * refuses.
   * @throws `NOTDIR` when a file is on the way.
   */
  look(path: string): HostEntry | null | undefined {
    const root = this.#enter();
    if (root === undefined) return undefined;
    const below = this.#below(path);
    const fd = this.#kernel.open(below, O.PATH | O.NOFOLLOW, root);
    if (fd < 0) return this.#absence();
    const entry = this.#kernel.look(fd);
    this.#kernel.close(fd);
    return entry;
  }

  /**
   * Look at names in a directory.
   *
   * @param path The directory's path.
   * @param directory What it must be.
   * @param names The names.
   * @returns What the kernel tells of each, nothing of one that is not there;
   * nothing at all when the directory can't be reached in one go, or is
   * another.
   */
  lookInside(
    path: string,
    directory: Identity,
    names: readonly string[],
  ): (HostEntry | undefined)[] | undefined {
    const root = this.#enter();
    if (root === undefined) return undefined;
    const kernel = this.#kernel;
    const fd = kernel.open(this.#below(path), O.PATH | O.DIRECTORY, root);
    if (fd < 0) return undefined;
    const found = kernel.look(fd);
    const isIt = found !== undefined && isSameFile(found, directory);
    const entries = isIt
      ? names.map((name) => kernel.lookAt(name, fd))
      : undefined;
    kernel.close(fd);
    return entries;
  }

  /**
   * Open a file. It is looked at before, without making sure how it is
   * reached, because to open a device may do something.
   *
   * @param path A path below the root.
   * @param mode Whether it will be read, and written.
   * @returns The open file; nothing when it is none, or can't be opened in
   * one go.
   */
  open(path: string, { read, write }: Transfer): OpenedFile | undefined {
    const root = this.#enter();
    if (root === undefined) return undefined;
    const below = this.#below(path);
    const seen = this.#kernel.lookAt(below, root);
    if (seen === undefined || !seen.isFile) return undefined;
    const access = read && write ? O.RDWR : write ? O.WRONLY : O.RDONLY;
    const fd = this.#kernel.open(below, access | CAREFULLY, root);
    if (fd < 0) return undefined;
    const entry = this.#kernel.look(fd);
    if (entry !== undefined && isSameFile(entry, seen) && entry.isFile) {
      return { entry, handle: new KernelHandle(this.#kernel, fd) };
    }
    this.#kernel.close(fd);
    return undefined;
  }

  #absence(): null | undefined {
    const { errno } = this.#kernel;
    if (errno === Errno.NOTDIR) throw new WasiError(errno);
    return errno === Errno.NOENT ? null : undefined;
  }

  /** The root's number; nothing when something else is there now. */
  #enter(): number | undefined {
    const fd = this.#fd ?? this.#open();
    // The kernel does not ask Deno, so nothing may be left out.
    return this.#allowed.every(isWhole) ? fd : undefined;
  }

  #open(): number | undefined {
    // Another thread of the host's may have changed them.
    this.#allowed = NEEDED.map((name) => Deno.permissions.querySync({ name }));
    const fd = this.#kernel.open(this.#root, O.PATH | O.DIRECTORY);
    if (fd < 0) return undefined;
    const entry = this.#kernel.look(fd);
    if (entry === undefined || !isSameFile(entry, this.#mounted)) {
      this.#kernel.close(fd);
      return undefined;
    }
    queueMicrotask(() => this.#leave());
    return this.#fd = fd;
  }

  /** A path as it is from the root on. */
  #below(path: string): string {
    const { length } = this.#root;
    return path.slice(length === 1 ? 1 : length + 1) || ".";
  }

  #leave(): void {
    if (this.#fd === undefined) return;
    this.#kernel.close(this.#fd);
    this.#fd = undefined;
  }
}
