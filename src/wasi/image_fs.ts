import { Filetype } from "./abi.ts";
import type { Descriptor } from "./descriptor.ts";
import { SeekableDescriptor } from "./seekable.ts";
import { Errno, WasiError } from "./errno.ts";
import {
  Directory,
  type DirectoryEntry,
  FIRST_COOKIE,
  Node,
  type OpenMode,
  type Stat,
} from "./node.ts";

/** Files that are only read, each when it is needed. */
export interface FileImage {
  /**
   * Size in bytes of each file, by its path: `json/__init__.py`. An image that
   * is not there yet throws a `WasiError`, which the guest is told; a
   * directory that it has open is one that was there.
   */
  readonly files: ReadonlyMap<string, number>;
  /**
   * The bytes of one file.
   *
   * @param path A path of `files`.
   * @returns As many bytes as `files` says.
   */
  read(path: string): Uint8Array;
}

/** How an image appears in the guest. */
export interface ImageOptions {
  /** The times of everything in it; by default the start of 1980. */
  readonly mtime?: bigint;
}

/** 1980-01-01: always the same, and the first day that a ZIP file knows. */
const FIRST_DAY = 315_532_800_000_000_000n;

/**
 * A read-only directory tree over an image. Nothing is built before the
 * guest looks, and then one flat index of names.
 *
 * ```ts
 * import { ImageDirectory } from "@x/py-plugin/wasi";
 * const library = new ImageDirectory({
 *   files: new Map([["json/__init__.py", 5]]),
 *   read: () => new TextEncoder().encode("pass\n"),
 * });
 * console.log(library.lookup("json")?.filetype); // 3, a directory
 * ```
 */
export class ImageDirectory extends Directory {
  #index: ImageIndex;
  /** Its path in the image, with a `/` at the end; empty for the root. */
  #path = "";
  /** Nodes that were looked at, so that each keeps its serial number. */
  readonly #nodes = new Map<string, Node>();

  /**
   * Mount an image; it is not looked at yet.
   *
   * @param image The files.
   * @param options Their times.
   */
  constructor(image: FileImage, options: ImageOptions = {}) {
    super();
    this.#index = new ImageIndex(image, options.mtime ?? FIRST_DAY);
  }

  /** Open it; from then on the image is there for it. */
  override open(mode: OpenMode): Descriptor {
    this.#index.folder(this.#path);
    return super.open(mode);
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    const nlink = 2 + this.#index.folder(this.#path).directories;
    return { ...fixedStat(this.#index.mtime), filetype: this.filetype, nlink };
  }

  /** The node with this name, if there is one. */
  override lookup(name: string): Node | undefined {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const node = this.#make(this.#path + name);
    if (node !== undefined) this.#nodes.set(name, node);
    return node;
  }

  /** The entries whose cookies come after one. */
  override *list(after: number): Iterable<DirectoryEntry> {
    const { names } = this.#index.folder(this.#path);
    const start = Math.max(0, after - FIRST_COOKIE + 1);
    for (const [index, name] of names.slice(start).entries()) {
      const node = this.lookup(name);
      const cookie = FIRST_COOKIE + start + index;
      if (node !== undefined) yield { name, node, cookie };
    }
  }

  #make(path: string): Node | undefined {
    const size = this.#index.image.files.get(path);
    if (size !== undefined) return new ImageFile(this.#index, path, size);
    return this.#index.has(`${path}/`) ? this.#inner(`${path}/`) : undefined;
  }

  #inner(path: string): ImageDirectory {
    const directory = new ImageDirectory(this.#index.image);
    directory.#index = this.#index;
    directory.#path = path;
    return directory;
  }
}

/** The names in one directory of an image. */
interface Folder {
  readonly names: string[];
  directories: number;
}

/** Which directories an image has, found out at the first question. */
class ImageIndex {
  readonly image: FileImage;
  readonly mtime: bigint;
  #folders: Map<string, Folder> | undefined;

  constructor(image: FileImage, mtime: bigint) {
    this.image = image;
    this.mtime = mtime;
  }

  has(path: string): boolean {
    return this.#all().has(path);
  }

  folder(path: string): Folder {
    return this.#all().get(path) ?? { names: [], directories: 0 };
  }

  #all(): Map<string, Folder> {
    return this.#folders ??= indexFolders(this.image.files.keys());
  }
}

function indexFolders(paths: Iterable<string>): Map<string, Folder> {
  const folders = new Map<string, Folder>();
  folders.set("", { names: [], directories: 0 });
  for (const path of paths) {
    const cut = path.lastIndexOf("/") + 1;
    folderAt(folders, path.slice(0, cut)).names.push(path.slice(cut));
  }
  return folders;
}

/** The folder at a path that ends in `/`, made with those above it. */
function folderAt(folders: Map<string, Folder>, path: string): Folder {
  const known = folders.get(path);
  if (known !== undefined) return known;
  const folder = { names: [], directories: 0 };
  folders.set(path, folder);
  const cut = path.lastIndexOf("/", path.length - 2) + 1;
  const above = folderAt(folders, path.slice(0, cut));
  above.names.push(path.slice(cut, -1));
  above.directories++;
  return folder;
}

/** A file of an image. */
class ImageFile extends Node {
  override readonly filetype = Filetype.REGULAR_FILE;
  readonly #index: ImageIndex;
  readonly #path: string;
  readonly size: number;
  #bytes: Uint8Array | undefined;
  #opened = 0;

  constructor(index: ImageIndex, path: string, size: number) {
    super();
    this.#index = index;
    this.#path = path;
    this.size = size;
  }

  override stat(): Stat {
    return {
      ...fixedStat(this.#index.mtime),
      filetype: this.filetype,
      nlink: 1,
      size: this.size,
    };
  }

  override open(mode: OpenMode): ImageFileDescriptor {
    if (mode.write || mode.truncate) throw new WasiError(Errno.ROFS);
    this.#opened++;
    return new ImageFileDescriptor(this);
  }

  /** Its bytes, held while it is open: once, however often that is. */
  bytes(): Uint8Array {
    return this.#bytes ??= this.#index.image.read(this.#path);
  }

  /** A descriptor of it was closed. */
  release(): void {
    if (--this.#opened === 0) this.#bytes = undefined;
  }
}

/** An open file of an image. */
class ImageFileDescriptor extends SeekableDescriptor {
  override readonly node: ImageFile;
  #closed = false;

  constructor(node: ImageFile) {
    super();
    this.node = node;
  }

  protected override size(): number {
    return this.node.size;
  }

  protected override readAt(buffer: Uint8Array, offset: number): number {
    const part = this.node.bytes().subarray(offset, offset + buffer.length);
    buffer.set(part);
    return part.length;
  }

  override close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.node.release();
  }
}

function fixedStat(
  time: bigint,
): Pick<Stat, "size" | "atim" | "mtim" | "ctim"> {
  return { size: 0, atim: time, mtim: time, ctim: time };
}
