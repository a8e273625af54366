import { Filetype } from "./abi.ts";
import { Errno, WasiError } from "./errno.ts";
import { isName } from "./guest_path.ts";
import { type HostDirectoryOptions, unlessRefused } from "./host_access.ts";
import { HostDirectory } from "./host_dir.ts";
import { split } from "./host_mount.ts";
import {
  Directory,
  type DirectoryEntry,
  FIRST_COOKIE,
  type Node,
  type Stat,
  type Times,
} from "./node.ts";

/** A name that stands for one file of the host. */
interface Slot {
  readonly directory: HostDirectory;
  readonly name: string;
}

/** How a {@linkcode MountDirectory} behaves. */
export interface MountDirectoryOptions {
  /** Is told when something is looked for, or would be made, that is no way. */
  readonly denied?: (name: string, need: "read" | "write") => void;
}

/**
 * A directory of the guest's that is only a way to others: nothing can be
 * made in it, moved or removed, except the files that its slots stand for.
 *
 * ```ts
 * import { MemoryDirectory, MountDirectory } from "@x/py-plugin/wasi";
 * const root = new MountDirectory()
 *   .set("tmp", new MemoryDirectory())
 *   .slot("report.csv", "/home/me/report.csv", {
 *     access: { read: true, write: true },
 *   });
 * console.log(root.lookup("tmp")?.filetype); // 3, a directory
 * ```
 */
export class MountDirectory extends Directory {
  readonly #entries = new Map<string, Node | Slot>();
  readonly #denied: (name: string, need: "read" | "write") => void;

  /**
   * Make one with nothing in it.
   *
   * @param options Who is told of what is not there.
   */
  constructor(options: MountDirectoryOptions = {}) {
    super();
    this.#denied = options.denied ?? (() => {});
  }

  /**
   * Give a node a name here.
   *
   * @param name The name.
   * @param node Any node.
   * @returns This directory.
   * @throws TypeError when the name can't be one.
   */
  set(name: string, node: Node): this {
    return this.#add(name, node);
  }

  /**
   * Let a name stand for a file of the host, which need not exist yet.
   *
   * @param name The name.
   * @param hostPath The file's path, absolute, its directory without links.
   * @param options What may be done with it, and who is told of refusals.
   * @returns This directory.
   * @throws TypeError when the name can't be one.
   */
  slot(
    name: string,
    hostPath: string,
    options: HostDirectoryOptions = {},
  ): this {
    const directory = HostDirectory.around(hostPath, options);
    return this.#add(name, { directory, name: split(hostPath)[1] });
  }

  /** What has a name here, if it was set. */
  get(name: string): Node | undefined {
    const entry = this.#entries.get(name);
    return isSlot(entry) ? undefined : entry;
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    let nlink = 2;
    for (const entry of this.#entries.values()) {
      if (entry instanceof Directory) nlink++;
    }
    return {
      filetype: Filetype.DIRECTORY,
      nlink,
      size: 0,
      atim: 0n,
      mtim: 0n,
      ctim: 0n,
    };
  }

  /** Refuse: it is nobody's directory. */
  override setTimes(_times: Times): void {
    throw new WasiError(Errno.ACCES);
  }

  /** The node with this name, if there is one. */
  override lookup(name: string): Node | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) this.#denied(name, "read");
    return isSlot(entry) ? entry.directory.lookup(entry.name) : entry;
  }

  /** The entries whose cookies come after one. */
  override *list(after: number): Iterable<DirectoryEntry> {
    let cookie = FIRST_COOKIE;
    for (const name of this.#entries.keys()) {
      if (cookie > after) {
        const node = unlessRefused(() => this.lookup(name));
        if (node !== undefined) yield { name, node, cookie };
      }
      cookie++;
    }
  }

  /** Make the file that a slot stands for. */
  override createFile(name: string): Node {
    const slot = this.#demandSlot(name);
    return slot.directory.createFile(slot.name);
  }

  /** Refuse, even for a slot: it stands for a file. */
  override createDirectory(name: string): void {
    this.#demandSlot(name);
    this.#refuse(name);
  }

  /** Refuse: a link would lead to a place with no meaning on the host. */
  override createLink(name: string, _target: string): void {
    this.#refuse(name);
  }

  /** Refuse, even for a slot: the file lies on another file system. */
  override link(name: string, _node: Node): void {
    this.#demandSlot(name);
    throw new WasiError(Errno.XDEV);
  }

  /** Remove the file that a slot stands for. */
  override unlink(name: string): void {
    const slot = this.#demandSlot(name);
    slot.directory.unlink(slot.name);
  }

  /** Remove the directory that a slot stands for. */
  override removeDirectory(name: string): void {
    const slot = this.#demandSlot(name);
    slot.directory.removeDirectory(slot.name);
  }

  /** Refuse, even for a slot: every other place is another file system. */
  override rename(name: string, _to: Directory, _newName: string): void {
    this.#demandSlot(name);
    throw new WasiError(Errno.XDEV);
  }

  #add(name: string, entry: Node | Slot): this {
    if (!isName(name)) {
      throw new TypeError(
        `Cannot mount at ${JSON.stringify(name)}: it is not one name; ` +
          "make a MountDirectory for each directory on the way",
      );
    }
    this.#entries.set(name, entry);
    return this;
  }

  #demandSlot(name: string): Slot {
    const entry = this.#entries.get(name);
    if (isSlot(entry)) return entry;
    if (entry !== undefined) throw new WasiError(Errno.BUSY);
    return this.#refuse(name);
  }

  #refuse(name: string): never {
    this.#denied(name, "write");
    throw new WasiError(Errno.ACCES);
  }
}

function isSlot(entry: Node | Slot | undefined): entry is Slot {
  return entry !== undefined && "directory" in entry;
}
