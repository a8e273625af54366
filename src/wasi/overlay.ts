import { Errno, WasiError } from "./errno.ts";
import {
  type Allows,
  Directory,
  type DirectoryEntry,
  type FileMode,
  FIRST_COOKIE,
  type Node,
  type Stat,
  type Times,
} from "./node.ts";
import type { MountDirectory } from "./mount_dir.ts";

/**
 * A directory in which some names lead elsewhere, whatever it has under them.
 *
 * ```ts
 * import {
 *   MemoryDirectory,
 *   MountDirectory,
 *   OverlayDirectory,
 * } from "@x/py-plugin/wasi";
 * const tmp = new MemoryDirectory();
 * const data = new MemoryDirectory({ readOnly: true });
 * const both = new OverlayDirectory(
 *   tmp,
 *   new MountDirectory().set("data", data),
 *   ["data"],
 * );
 * both.createFile("scratch");
 * console.log(both.lookup("data") === data, [...tmp.names()]); // true, scratch
 * ```
 */
export class OverlayDirectory extends Directory {
  readonly #base: Directory;
  readonly #over: MountDirectory;
  readonly #names: ReadonlySet<string>;

  /**
   * Lay names over a directory.
   *
   * @param base The directory.
   * @param over What has the names.
   * @param names The names, in the order in which `over` lists them.
   */
  constructor(
    base: Directory,
    over: MountDirectory,
    names: Iterable<string>,
  ) {
    super();
    this.#base = base;
    this.#over = over;
    this.#names = new Set(names);
  }

  /** Links in it may climb as far as those of the directory below. */
  override get linkScope(): object | undefined {
    return this.#base.linkScope;
  }

  /** It stays; the directory below may be gone. */
  override revisit(): Directory {
    this.#base.revisit();
    return this;
  }

  /** The one of the two that a name belongs to. */
  override holderOf(name: string): Directory {
    return this.#names.has(name) ? this.#over : this.#base.holderOf(name);
  }

  /** What may be done in the directory below. */
  override get allows(): Allows {
    return this.#base.allows;
  }

  /** What `filestat` tells of the directory below. */
  override stat(): Stat {
    return this.#base.stat();
  }

  /** Its serial number is that of the directory below. */
  override inode(): bigint | undefined {
    return this.#base.inode();
  }

  /**
   * Set the times of the directory below.
   *
   * @param times The new times.
   */
  override setTimes(times: Times): void {
    this.#base.setTimes(times);
  }

  /** The node with this name, if there is one. */
  override lookup(name: string): Node | undefined {
    return this.holderOf(name).lookup(name);
  }

  /** The node with this name, on the way to one below it. */
  override pass(name: string): Node | undefined {
    return this.holderOf(name).pass(name);
  }

  /** The node with this name, which is opened at once when it is a file. */
  override lookupFile(name: string, mode: FileMode): Node | undefined {
    return this.holderOf(name).lookupFile(name, mode);
  }

  /** The names laid over it first, then the others. */
  override *list(after: number): Iterable<DirectoryEntry> {
    const count = this.#names.size;
    if (after < FIRST_COOKIE + count - 1) yield* this.#over.list(after);
    for (const entry of this.#base.list(Math.max(0, after - count))) {
      if (this.#names.has(entry.name)) continue;
      yield { ...entry, cookie: entry.cookie + count };
    }
  }

  /** Nobody goes on reading the names of the directory below. */
  override leave(): void {
    this.#base.leave();
  }

  /** Make an empty file under a name that is free. */
  override createFile(name: string): Node {
    return this.holderOf(name).createFile(name);
  }

  /** Make an empty directory under a name that is free. */
  override createDirectory(name: string): void {
    this.holderOf(name).createDirectory(name);
  }

  /** Make a symbolic link under a name that is free. */
  override createLink(name: string, target: string): void {
    this.holderOf(name).createLink(name, target);
  }

  /** Give a node one more name, which is free. */
  override link(name: string, node: Node): void {
    this.holderOf(name).link(name, node);
  }

  /** Take a name from a node that is not a directory. */
  override unlink(name: string): void {
    this.holderOf(name).unlink(name);
  }

  /** Remove an empty directory. */
  override removeDirectory(name: string): void {
    this.holderOf(name).removeDirectory(name);
  }

  /** Never called: `holderOf()` tells who moves a name. */
  override rename(): void {
    throw new WasiError(Errno.XDEV);
  }
}
