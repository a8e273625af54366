import { Errno, WasiError } from "./errno.ts";
import { isName } from "./guest_path.ts";
import { MemoryFile } from "./memory_file.ts";
import {
  Attributes,
  MemoryLink,
  type MemoryNodeOptions,
} from "./memory_node.ts";
import {
  type Allows,
  Directory,
  type DirectoryEntry,
  FIRST_COOKIE,
  type Node,
  type Stat,
  type Times,
} from "./node.ts";
import { ENTRY_COST, Volume, type VolumeOptions } from "./volume.ts";

/** How a directory in memory starts. */
export interface MemoryDirectoryOptions
  extends MemoryNodeOptions, VolumeOptions {}

/**
 * A directory in the host's memory; any node can have a name in it.
 *
 * One that the host makes stands for itself, like a mount: it has its own
 * quota and read-only mark, and the guest can't move or remove it. What the
 * guest makes inside, and the files the host puts there, belong to it.
 *
 * ```ts
 * import { MemoryDirectory, MemoryFile } from "@x/py-plugin/wasi";
 * const root = new MemoryDirectory({ readOnly: true })
 *   .set("hello.txt", new MemoryFile("hello\n"))
 *   .set("tmp", new MemoryDirectory({ quota: 1_000_000 }));
 * console.log([...root.names()]); // hello.txt, tmp
 * ```
 */
export class MemoryDirectory extends Directory {
  /** Names and times; `nlink` counts directories inside. */
  readonly attributes: Attributes;
  readonly #entries = new Map<string, DirectoryEntry>();
  #parent: MemoryDirectory | undefined;
  /** The guest made it, so it moves with the guest's tree. */
  #inner = false;
  #removed = false;
  #nextCookie = FIRST_COOKIE;

  /**
   * Make an empty directory that has no place yet.
   *
   * @param options Its quota, read-only mark, clock and times.
   */
  constructor(options: MemoryDirectoryOptions = {}) {
    super();
    this.attributes = new Attributes(new Volume(options), options.mtime);
    this.attributes.nlink = 2;
  }

  /** The volume it belongs to: quota, use, read-only mark. */
  get volume(): Volume {
    return this.attributes.volume;
  }

  /**
   * Give a node a name here, replacing what had it; a file or link that has
   * no other name joins this directory's volume.
   *
   * @param name The name.
   * @param node Any node.
   * @returns This directory.
   * @throws TypeError when the name can't be one, or a directory has one.
   */
  set(name: string, node: Node): this {
    if (!isName(name)) {
      throw new TypeError(
        `Cannot name a file ${JSON.stringify(name)}: a name has 1 to 255 ` +
          'bytes of UTF-8, no "/" and no NUL, and is not "." or ".."',
      );
    }
    if (node instanceof MemoryDirectory) node.#mount(name, this);
    this.delete(name);
    if (isOwned(node)) {
      if (node.attributes.nlink === 0) {
        node.attributes.volume = this.volume;
        this.volume.place(contentSize(node));
      }
      node.attributes.nlink++;
    }
    this.volume.place(entryCost(name));
    this.#insert(name, node);
    return this;
  }

  /**
   * The node with a name.
   *
   * @param name The name.
   * @returns The node, or nothing.
   */
  get(name: string): Node | undefined {
    return this.#entries.get(name)?.node;
  }

  /**
   * Take a name from a node, whatever it is.
   *
   * @param name The name.
   * @returns Whether it was there.
   */
  delete(name: string): boolean {
    if (!this.#entries.has(name)) return false;
    this.#drop(name);
    return true;
  }

  /**
   * The names, in the order they came.
   *
   * @returns An iterator over them.
   */
  names(): IterableIterator<string> {
    return this.#entries.keys();
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    const { nlink, atim, mtim, ctim } = this.attributes;
    return { filetype: this.filetype, nlink, size: 0, atim, mtim, ctim };
  }

  /**
   * Set its times.
   *
   * @param times The new times.
   */
  override setTimes(times: Times): void {
    this.attributes.set(times);
  }

  /** All of it, unless the volume is read-only. */
  override get allows(): Allows {
    return { read: true, write: !this.volume.readOnly };
  }

  /** The node with this name, if there is one. */
  override lookup(name: string): Node | undefined {
    return this.#entries.get(name)?.node;
  }

  /** The entries whose cookies come after one. */
  override *list(after: number): Iterable<DirectoryEntry> {
    for (const entry of this.#entries.values()) {
      if (entry.cookie > after) yield entry;
    }
  }

  /** Make an empty file under a name that is free. */
  override createFile(name: string): Node {
    const file = new MemoryFile("", { volume: this.volume });
    this.#add(name, file);
    return file;
  }

  /** Make an empty directory under a name that is free. */
  override createDirectory(name: string): void {
    const directory = new MemoryDirectory();
    directory.attributes.volume = this.volume;
    directory.attributes.touch();
    directory.attributes.atim = directory.attributes.mtim;
    directory.#inner = true;
    directory.#parent = this;
    this.#add(name, directory);
  }

  /** Make a symbolic link under a name that is free. */
  override createLink(name: string, target: string): void {
    const link = new MemoryLink(target, { volume: this.volume });
    this.#add(name, link, link.stat().size);
  }

  /** Give a file or link of this volume one more name, which is free. */
  override link(name: string, node: Node): void {
    this.volume.demandWritable();
    if (!isOwned(node) || node.attributes.volume !== this.volume) {
      throw new WasiError(Errno.XDEV);
    }
    this.#add(name, node);
    node.attributes.rename();
  }

  /** Take a name from a node that is not a directory. */
  override unlink(name: string): void {
    this.volume.demandWritable();
    this.#movable(name);
    this.#drop(name);
    this.attributes.touch();
  }

  /** Remove an empty directory that the guest made. */
  override removeDirectory(name: string): void {
    this.volume.demandWritable();
    const directory = this.#movable(name);
    if (directory instanceof MemoryDirectory) directory.#demandEmpty();
    this.#drop(name);
    this.attributes.touch();
  }

  /** Move a node within the volume, replacing what has the new name. */
  override rename(name: string, to: Directory, newName: string): void {
    this.volume.demandWritable();
    if (!(to instanceof MemoryDirectory) || to.volume !== this.volume) {
      throw new WasiError(Errno.XDEV);
    }
    const node = this.#movable(name);
    const old = to.#entries.get(newName)?.node;
    if (old === node) return;
    if (node instanceof MemoryDirectory && to.#isWithin(node)) {
      throw new WasiError(Errno.INVAL);
    }
    to.#demandAlive();
    if (old !== undefined) to.#demandReplaceable(newName, node);
    this.volume.charge(entryCost(newName) - entryCost(name));
    if (old !== undefined) to.#drop(newName);
    this.#take(name);
    to.#insert(newName, node);
    if (node instanceof MemoryDirectory) node.#parent = to;
    if (isOwned(node)) node.attributes.rename();
    this.attributes.touch();
    to.attributes.touch();
  }

  /** Give a node that the guest made, or links, its name. */
  #add(name: string, node: Node, size = 0): void {
    this.volume.demandWritable();
    this.#demandAlive();
    this.volume.charge(entryCost(name) + size);
    if (isOwned(node)) node.attributes.nlink++;
    this.#insert(name, node);
    this.attributes.touch();
  }

  #insert(name: string, node: Node): void {
    this.#entries.set(name, { name, node, cookie: this.#nextCookie++ });
    if (node instanceof Directory) this.attributes.nlink++;
  }

  /** Take an entry out, keeping the node. */
  #take(name: string): Node | undefined {
    const node = this.#entries.get(name)?.node;
    this.#entries.delete(name);
    if (node instanceof Directory) this.attributes.nlink--;
    return node;
  }

  /** Take an entry out, and let go of the node. */
  #drop(name: string): void {
    const node = this.#take(name);
    this.volume.place(-entryCost(name));
    if (node instanceof MemoryDirectory) node.#detach();
    if (node instanceof MemoryLink) this.#dropLink(node);
    if (node instanceof MemoryFile) node.unlinked();
  }

  #dropLink(link: MemoryLink): void {
    link.unlinked();
    if (link.attributes.nlink === 0) this.volume.place(-link.stat().size);
  }

  #mount(name: string, parent: MemoryDirectory): void {
    if (this.#parent !== undefined || this.#removed || parent.#isWithin(this)) {
      throw new TypeError(
        `Cannot put a directory at ${JSON.stringify(name)}: it has ` +
          "another place already; make a new one",
      );
    }
    this.#parent = parent;
  }

  #detach(): void {
    this.#parent = undefined;
    if (!this.#inner) return;
    this.#removed = true;
    this.attributes.nlink = 0;
    for (const name of [...this.#entries.keys()]) this.#drop(name);
  }

  #isWithin(directory: MemoryDirectory): boolean {
    if (directory === this) return true;
    return this.#parent !== undefined && this.#parent.#isWithin(directory);
  }

  /** The node with a name, unless the host fixed it there. */
  #movable(name: string): Node {
    const node = this.#entries.get(name)?.node;
    if (node === undefined) throw new WasiError(Errno.NOENT);
    const fixed = node instanceof MemoryDirectory
      ? !node.#inner
      : !isOwned(node);
    if (fixed) throw new WasiError(Errno.BUSY);
    return node;
  }

  #demandReplaceable(name: string, by: Node): void {
    const old = this.#movable(name);
    if (old instanceof MemoryDirectory) {
      if (!(by instanceof Directory)) throw new WasiError(Errno.ISDIR);
      old.#demandEmpty();
    } else if (by instanceof Directory) throw new WasiError(Errno.NOTDIR);
  }

  #demandEmpty(): void {
    if (this.#entries.size > 0) throw new WasiError(Errno.NOTEMPTY);
  }

  #demandAlive(): void {
    if (this.#removed) throw new WasiError(Errno.NOENT);
  }
}

/** A node whose content this file system keeps. */
function isOwned(node: Node): node is MemoryFile | MemoryLink {
  return node instanceof MemoryFile || node instanceof MemoryLink;
}

function contentSize(node: MemoryFile | MemoryLink): number {
  return node.stat().size;
}

function entryCost(name: string): number {
  return ENTRY_COST + name.length;
}
