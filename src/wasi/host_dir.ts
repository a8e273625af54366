import type { Descriptor } from "./descriptor.ts";
import { Errno, WasiError } from "./errno.ts";
import {
  type Access,
  hasExceptions,
  type HostDirectoryOptions,
  isHidden,
  NOTHING,
  READ_ONLY,
  type Refusal,
  unlessRefused,
  widens,
} from "./host_access.ts";
import {
  demandAccess,
  type FoundPlace,
  HostFile,
  HostLink,
  type HostPlace,
  HostSpecial,
  setOpenTimes,
} from "./host_file.ts";
import { parsePath } from "./guest_path.ts";
import type { Beneath } from "./host_beneath.ts";
import { DenoHandle } from "./host_handle.ts";
import { demandTame, namesIn } from "./host_links.ts";
import type { SharedListing } from "./host_budget.ts";
import type { Listed } from "./host_listing.ts";
import type { FoundDirectory } from "./host_hold.ts";
import { HostMount, join, split } from "./host_mount.ts";
import { isHostName, isSameName } from "./host_name.ts";
import { type HostEntry, type Identity, isSameFile } from "./host_stat.ts";
import {
  type Allows,
  Directory,
  type DirectoryEntry,
  type FileMode,
  type Node,
  type OpenMode,
  Passed,
  type Stat,
  type Times,
} from "./node.ts";
import { escapes } from "./resolve.ts";

/** How many entries are looked at before the guest gets the first of them. */
const AT_ONCE = 64;

/**
 * A directory of the host, as much of it as the access lets the guest do.
 *
 * Names come from the gate one by one, and nothing here follows a link: what
 * a link means is looked up by the gate again, from the root of the mount.
 *
 * ```ts
 * import { HostDirectory, MountDirectory } from "@x/py-plugin/wasi";
 * const path = await Deno.makeTempDir();
 * const secret = { read: false, write: false };
 * const root = new MountDirectory().set(
 *   "data",
 *   new HostDirectory(await Deno.realPath(path), {
 *     access: { read: true, write: true, inside: new Map([["key", secret]]) },
 *     denied: ({ operation, path, by }) => console.log(operation, path, by),
 *   }),
 * );
 * console.log(root.lookup("data")?.filetype); // 3, a directory
 * await Deno.remove(path);
 * ```
 */
export class HostDirectory extends Directory {
  #mount: HostMount;
  readonly #root: HostDirectory;
  #path: string;
  #access: Access;
  /** Which directory the walk saw; the root is what is at its path. */
  readonly #seen: Identity | undefined;
  /** How many moves there were when the path was right. */
  #moves = 0;
  #listing: SharedListing | undefined;

  /**
   * Mount a directory of the host; it is not looked at yet.
   *
   * @param path Its path, absolute and without links: `Deno.realPath()`.
   * @param options What may be done there, and who is told of refusals.
   * @throws TypeError when the path is not absolute.
   */
  constructor(path: string, options: HostDirectoryOptions = {}) {
    super();
    const inner = options instanceof Inner ? options : undefined;
    this.#mount = inner?.mount ?? mountAt(path, options);
    this.#root = inner?.root ?? this;
    this.#path = inner === undefined ? this.#mount.root : path;
    this.#access = inner?.access ?? this.#mount.access;
    this.#seen = inner?.seen;
    this.#moves = this.#mount.moves.count;
  }

  /**
   * The directory of a file that is granted alone; nothing else is in it.
   *
   * @param path The file's path; it need not be there yet.
   * @param options What may be done with it, and who is told of refusals.
   * @returns The directory.
   */
  static around(path: string, options: HostDirectoryOptions): HostDirectory {
    const { access = READ_ONLY } = options;
    const [parent, name] = split(path);
    const inside = new Map([[name, access]]);
    const directory = new HostDirectory(parent);
    directory.#mount = mountAt(parent, {
      ...options,
      access: { ...NOTHING, inside },
    }, path);
    directory.#access = directory.#mount.access;
    return directory;
  }

  /** Links in it can't leave what was granted with it. */
  override get linkScope(): object {
    return this.#mount;
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    const stat = this.#mount.times.stat(this.#look());
    // How many there are in it would tell of the hidden ones.
    return hasExceptions(this.#access) ? { ...stat, nlink: 1 } : stat;
  }

  /** Whether names may be made in it, and listed. */
  override get allows(): Allows {
    const { read, write } = this.#access;
    return { read, write };
  }

  /** Its serial number on the host. */
  override inode(): bigint | undefined {
    if (this.#seen === undefined) this.#follow();
    const ino = (this.#seen ?? unlessRefused(() => this.#look()))?.ino ?? null;
    return ino === null ? undefined : BigInt(ino);
  }

  /**
   * Set its times.
   *
   * @param times The new times.
   */
  override setTimes(times: Times): void {
    const place = this.#place();
    demandAccess("utime", place, "write");
    setOpenTimes(place, times);
  }

  /**
   * Open it, unless Deno lets us see what lies in it at most.
   *
   * @param mode How.
   * @returns A new descriptor.
   * @throws `ACCES`.
   */
  override open(mode: OpenMode): Descriptor {
    if (this.#wasPassed) return this.#again().open(mode);
    if (this.#found.seen === undefined) {
      this.#mount.attempt("open", this.#path, "read", () => {});
    }
    return super.open(mode);
  }

  /** Whether a walk went through it, and came back to it by `..`. */
  get #wasPassed(): boolean {
    return this.#mount.anchors && this.#root !== this &&
      this.#seen === undefined;
  }

  /**
   * Walk to it again from the root: a name on the way may have become a link
   * since it was opened, or the guest may have moved it.
   */
  override revisit(): HostDirectory {
    if (this.#root === this) return this;
    this.#follow();
    const at = this.#again();
    if (
      this.#seen === undefined || at.#seen === undefined ||
      !isSameFile(at.#seen, this.#seen)
    ) {
      throw new WasiError(Errno.NOENT);
    }
    this.#access = at.#access;
    return this;
  }

  /**
   * What a walk from the root finds at its path.
   *
   * @throws `NOENT` when that is no directory that can be told from others.
   */
  #again(): HostDirectory {
    const names = this.#path.slice(this.#root.#path.length).split("/")
      .filter((name) => name !== "");
    const last = names.pop() ?? "";
    let at: Node | undefined = this.#root;
    for (const name of names) {
      at = at instanceof HostDirectory ? at.pass(name) : undefined;
    }
    at = at instanceof HostDirectory ? lookupOrLink(at, last) : undefined;
    if (!(at instanceof HostDirectory) || at.#seen === undefined) {
      throw new WasiError(Errno.NOENT);
    }
    return at;
  }

  /** Go where the guest itself moved it. */
  #follow(): void {
    const { moves } = this.#mount;
    this.#path = moves.follow(this.#path, this.#moves);
    this.#moves = moves.count;
  }

  /** The node with this name, if there is one that the guest may see. */
  override lookup(name: string): Node | undefined {
    const access = this.#accessTo(name);
    const path = join(this.#path, name);
    const tried = { operation: "find", path, need: "read" } as const;
    if (isHidden(access)) {
      this.#mount.hide({ ...tried, by: "grant" });
      return undefined;
    }
    const beneath = this.#beneath;
    if (beneath === undefined) {
      return this.#within(tried, (at) => this.#find(at, name, access));
    }
    const seen = beneath.look(path);
    if (seen) return this.#nodeOf(name, access, seen);
    if (this.#wasPassed) this.#demandFound(beneath);
    if (seen === null) return undefined;
    return this.#within(tried, (at) => this.#find(at, name, access));
  }

  /**
   * Make sure that a directory is there that was passed unseen.
   *
   * @throws `NOENT` when it is not, `Passed` when a link may be on the way.
   */
  #demandFound(beneath: Beneath): void {
    const seen = beneath.look(this.#path);
    if (seen === null) throw new WasiError(Errno.NOENT);
    if (!seen?.isDirectory) throw new Passed();
  }

  /** A file is opened together with the look, as far as that was granted. */
  override lookupFile(name: string, mode: FileMode): Node | undefined {
    const access = this.#accessTo(name);
    const write = mode.write || mode.truncate;
    const granted = access.read >= mode.read && access.write >= write;
    const { budget } = this.#mount;
    if (!granted || !(mode.read || write) || !budget.hasFile) {
      return this.lookup(name);
    }
    const opened = this.#beneath?.open(join(this.#path, name), {
      read: mode.read,
      write,
    });
    if (opened === undefined) return this.lookup(name);
    const place = this.#placeOf(name, access, opened.entry);
    return new HostFile(place, opened.handle);
  }

  /** A directory on the way need not be held: what lies in it will be. */
  override pass(name: string): Node | undefined {
    const access = this.#accessTo(name);
    if (!this.#mount.anchors || isHidden(access)) return this.lookup(name);
    // It is looked at together with what lies in it.
    if (this.#beneath !== undefined) return this.#inner(name, access);
    const seen = this.#mount.look(join(this.#path, name));
    // Which one it is counts for nothing: it is not known to be the right one.
    return seen?.isDirectory && this.#access.inside === undefined
      ? this.#inner(name, access)
      : this.lookup(name);
  }

  /** The entries whose cookies come after one. */
  override *list(after: number): Iterable<DirectoryEntry> {
    demandAccess("list", this.#place(), "read");
    const tried = {
      operation: "list",
      path: this.#path,
      need: "read",
    } as const;
    const { budget } = this.#mount;
    const shared = this.#listing ??= budget.enter(this.#path, this.#found.seen);
    const { listing } = shared;
    listing.renew(after, () => {
      const limit = budget.namesLeft + listing.size;
      return this.#within(tried, (at) => namesIn(at, limit));
    });
    budget.count(shared);
    for (let last: number | undefined = after; last !== undefined;) {
      const some = listing.after(last, AT_ONCE);
      last = some.at(-1)?.cookie;
      yield* this.#entriesInOneGo(some) ??
        this.#within(tried, (at) => this.#entries(at, some));
    }
    this.leave();
  }

  /** Nobody reads its names any more. */
  override leave(): void {
    if (this.#listing === undefined) return;
    this.#mount.budget.leave(this.#listing);
    this.#listing = undefined;
  }

  /** Make an empty file under a name that is free. */
  override createFile(name: string): Node {
    const access = this.#demandWrite("create", name);
    const made = this.#mount.make(this.#found, name, access.read);
    const handle = new DenoHandle(made);
    return new HostFile(this.#placeOf(name, access, handle.stat()), handle);
  }

  /** Make an empty directory under a name that is free. */
  override createDirectory(name: string): void {
    this.#demandWrite("mkdir", name);
    this.#change("mkdir", name, (path) => Deno.mkdirSync(path));
  }

  /** Make a symbolic link under a name that is free. */
  override createLink(name: string, target: string): void {
    this.#demandWrite("symlink", name);
    if (escapes(parsePath(target), this.#depth())) {
      throw new WasiError(Errno.PERM);
    }
    this.#mount.demandAll("symlink", join(this.#path, name));
    this.#change("symlink", name, (path) => Deno.symlinkSync(target, path));
  }

  /** Give a file or link of this mount one more name, which is free. */
  override link(name: string, node: Node): void {
    const access = this.#demandWrite("link", name);
    if (
      !(node instanceof HostFile || node instanceof HostLink) ||
      node.place.mount !== this.#mount
    ) throw new WasiError(Errno.XDEV);
    const { place } = node;
    demandAccess("link", place, "write");
    const { directory } = place;
    const [, last] = split(place.path);
    demandTame(this.#mount, directory, last, {
      from: this.#mount.depthOf(directory.path),
      to: this.#depth(),
    });
    if (widens(place.access, access)) demandAccess("link", place, "read");
    this.#change("link", name, (path) => {
      this.#mount.change("link", directory, last, (old) => {
        Deno.linkSync(old, path);
      });
      if (isSameFile(Deno.lstatSync(path), place.seen)) return;
      Deno.removeSync(path); // not the file that the walk saw
      throw new WasiError(Errno.NOENT);
    });
  }

  /** Take a name from a node that is not a directory. */
  override unlink(name: string): void {
    this.#demandWrite("unlink", name);
    this.#change("unlink", name, (path) => {
      // Deno removes empty directories as well.
      if (Deno.lstatSync(path).isDirectory) throw new WasiError(Errno.ISDIR);
      Deno.removeSync(path);
    });
  }

  /** Remove an empty directory. */
  override removeDirectory(name: string): void {
    this.#demandMovable("rmdir", name);
    this.#change("rmdir", name, (path) => {
      if (!Deno.lstatSync(path).isDirectory) throw new WasiError(Errno.NOTDIR);
      Deno.removeSync(path);
    });
  }

  /** Move a node within the mount, replacing what has the new name. */
  override rename(name: string, to: Directory, newName: string): void {
    if (!(to instanceof HostDirectory) || to.#mount !== this.#mount) {
      throw new WasiError(Errno.XDEV);
    }
    const from = this.#demandMovable("rename", name);
    const access = to.#demandMovable("rename", newName);
    if (access.read && !from.read) {
      demandAccess("rename", this.#placeOf(name, from), "read");
    }
    demandTame(this.#mount, this.#found, name, {
      from: this.#depth(),
      to: to.#depth(),
    });
    this.#change("rename", name, (path) => {
      to.#change("rename", newName, (next) => Deno.renameSync(path, next));
    });
    this.#mount.moves.add(join(this.#path, name), join(to.#path, newName));
  }

  /** What may be done with a name, whether it is there or not. */
  #accessTo(name: string): Access {
    const { inside } = this.#access;
    if (!isHostName(name, Deno.build.os)) return NOTHING;
    if (inside === undefined) return this.#access;
    const exact = inside.get(name);
    if (exact !== undefined) return exact;
    for (const [each, access] of inside) {
      if (isSameName(each, name, Deno.build.os)) return access;
    }
    return this.#inherited();
  }

  /** What may be done with a name that is no exception. */
  #inherited(): Access {
    const { read, write } = this.#access;
    return { read, write };
  }

  /** How many names lie between the root of the mount and here. */
  #depth(): number {
    return this.#mount.depthOf(this.#path);
  }

  /** Itself, as the walk found it. */
  get #found(): FoundDirectory {
    const isRoot = this.#root === this;
    const seen = isRoot ? this.#mount.mounted : this.#seen;
    return { path: this.#path, seen };
  }

  /** Looks names up in one go, where none of them is an exception. */
  get #beneath(): Beneath | undefined {
    return this.#access.inside === undefined ? this.#mount.beneath : undefined;
  }

  #within<T>(tried: Omit<Refusal, "by">, action: (at: string) => T): T {
    return this.#mount.within(tried, this.#found, action);
  }

  /** What has a name, as the node that it is. */
  #find(at: string, name: string, given: Access): Node | undefined {
    const seen = this.#lookAt(at, name);
    if (seen === undefined) return undefined;
    const access = this.#otherName(at, name, seen) ?? given;
    return isHidden(access) ? undefined : this.#nodeOf(name, access, seen);
  }

  #nodeOf(name: string, access: Access, seen: HostEntry): Node {
    if (seen.isDirectory) return this.#inner(name, access, seen);
    const place = this.#placeOf(name, access, seen);
    if (seen.isSymlink) return new HostLink(place);
    return seen.isFile ? new HostFile(place) : new HostSpecial(place);
  }

  #inner(name: string, access: Access, seen?: Identity): HostDirectory {
    const inner = new Inner(this.#mount, this.#root, access, seen);
    return new HostDirectory(join(this.#path, name), inner);
  }

  /** The same as {@linkcode #entries}, unless it takes more than one go. */
  #entriesInOneGo(names: readonly Listed[]): DirectoryEntry[] | undefined {
    const { path, seen } = this.#found;
    if (seen === undefined) return undefined;
    const looks = this.#beneath?.lookInside(
      path,
      seen,
      names.map(({ name }) => name),
    );
    return looks && names.flatMap(({ name, cookie }, index) => {
      const look = looks[index];
      if (look === undefined) return [];
      return [{ name, node: this.#nodeOf(name, this.#access, look), cookie }];
    });
  }

  /** The entries that there are of some names. */
  #entries(at: string, names: readonly Listed[]): DirectoryEntry[] {
    return names.flatMap(({ name, cookie }) => {
      const access = this.#accessTo(name);
      if (isHidden(access)) return [];
      const node = unlessRefused(() => this.#find(at, name, access));
      return node === undefined ? [] : [{ name, node, cookie }];
    });
  }

  /** The access of an exception that has one more name, such as `KEY`. */
  #otherName(at: string, name: string, seen: Identity): Access | undefined {
    const { inside } = this.#access;
    if (inside === undefined || inside.has(name)) return undefined;
    for (const [each, access] of inside) {
      const other = unlessRefused(() => this.#lookAt(at, each));
      if (other !== undefined && isSameFile(other, seen)) return access;
    }
    return undefined;
  }

  #lookAt(at: string, name: string): HostEntry | undefined {
    return this.#mount.look(join(at, name), join(this.#path, name));
  }

  #look(): HostEntry {
    const path = this.#path;
    const seen = this.#beneath?.look(path);
    if (seen === null) throw new WasiError(Errno.NOENT);
    if (seen !== undefined) return seen;
    const tried = { operation: "stat", path, need: "read" } as const;
    return this.#within(tried, (at) => Deno.statSync(join(at, ".")));
  }

  #place(): HostPlace {
    return { mount: this.#mount, path: this.#path, access: this.#access };
  }

  #placeOf(name: string, access: Access): HostPlace;
  #placeOf(name: string, access: Access, seen: HostEntry): FoundPlace;
  #placeOf(name: string, access: Access, seen?: HostEntry): HostPlace {
    const path = join(this.#path, name);
    const place = { mount: this.#mount, path, access };
    return seen === undefined
      ? place
      : { ...place, seen, directory: this.#found } as FoundPlace;
  }

  #change(
    operation: string,
    name: string,
    action: (path: string) => void,
  ): void {
    this.#mount.change(operation, this.#found, name, action);
  }

  #demandWrite(operation: string, name: string): Access {
    const access = this.#accessTo(name);
    demandAccess(operation, this.#placeOf(name, access), "write");
    return access;
  }

  /** With it would go what the exceptions are about. */
  #demandMovable(operation: string, name: string): Access {
    const access = this.#demandWrite(operation, name);
    if (hasExceptions(access)) {
      demandAccess(operation, this.#placeOf(name, NOTHING), "write");
    }
    return access;
  }
}

/** What has a name; nothing when a link has come into its way. */
function lookupOrLink(at: HostDirectory, name: string): Node | undefined {
  try {
    return at.lookup(name);
  } catch (error) {
    if (error instanceof Passed) return undefined;
    throw error;
  }
}

/** What a directory below the root is made from. */
class Inner {
  readonly mount: HostMount;
  readonly root: HostDirectory;
  readonly access: Access;
  readonly seen: Identity | undefined;

  constructor(
    mount: HostMount,
    root: HostDirectory,
    access: Access,
    seen: Identity | undefined,
  ) {
    this.mount = mount;
    this.root = root;
    this.access = access;
    this.seen = seen;
  }
}

function mountAt(
  path: string,
  options: HostDirectoryOptions,
  asked = path,
): HostMount {
  if (!/^(?:\/|[A-Za-z]:[/\\]|\\\\)/.test(path)) {
    throw new TypeError(
      `Cannot mount ${JSON.stringify(path)}: the path is not absolute; ` +
        "Deno.realPathSync() makes it so",
    );
  }
  const root = path.length > 1 ? path.replace(/[/\\]$/, "") : path;
  return new HostMount(root, options, asked);
}
