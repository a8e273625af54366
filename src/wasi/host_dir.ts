import type { Descriptor } from "./descriptor.ts";
import { Errno, WasiError } from "./errno.ts";
import {
  hasExceptions,
  type HostDirectoryOptions,
  NOTHING,
  READ_ONLY,
  unlessRefused,
  widens,
} from "./host_access.ts";
import type { SharedListing } from "./host_budget.ts";
import {
  demandAccess,
  HostFile,
  HostLink,
  HostSpecial,
  setOpenTimes,
} from "./host_file.ts";
import { DenoHandle } from "./host_handle.ts";
import { demandTame, demandTameLink } from "./host_links.ts";
import { join, split } from "./host_mount.ts";
import { type Found, HostSite, siteOf } from "./host_site.ts";
import { isSameFile } from "./host_stat.ts";
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
  #site: HostSite;
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
    this.#site = options instanceof HostSite ? options : siteOf(path, options);
  }

  /**
   * The directory of a file that is granted alone; nothing else is in it.
   *
   * @param path The file's path; it need not be there yet.
   * @param options What may be done with it, and who is told of refusals.
   * @returns The directory.
   */
  static around(path: string, options: HostDirectoryOptions): HostDirectory {
    const [parent, name] = split(path);
    const inside = new Map([[name, options.access ?? READ_ONLY]]);
    const access = { ...NOTHING, inside };
    return HostDirectory.#at(siteOf(parent, { ...options, access }, path));
  }

  static #at(site: HostSite): HostDirectory {
    return new HostDirectory(site.path, site);
  }

  /** Links in it can't leave what was granted with it. */
  override get linkScope(): object {
    return this.#site.mount;
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    const { mount, access } = this.#site;
    const stat = mount.times.stat(this.#site.look());
    // How many there are in it would tell of the hidden ones.
    return hasExceptions(access) ? { ...stat, nlink: 1 } : stat;
  }

  /** Whether names may be made in it, and listed. */
  override get allows(): Allows {
    const { read, write } = this.#site.access;
    return { read, write };
  }

  /** Its serial number on the host. */
  override inode(): bigint | undefined {
    const site = this.#site;
    const known = site.isRoot ? undefined : site.seen;
    if (known === undefined) site.follow();
    const ino = (known ?? unlessRefused(() => site.look()))?.ino ?? null;
    return ino === null ? undefined : BigInt(ino);
  }

  /**
   * Set its times.
   *
   * @param times The new times.
   */
  override setTimes(times: Times): void {
    demandAccess("utime", this.#site, "write");
    setOpenTimes(this.#site, times);
  }

  /**
   * Open it, unless Deno lets us see what lies in it at most.
   *
   * @param mode How.
   * @returns A new descriptor.
   * @throws `ACCES`.
   */
  override open(mode: OpenMode): Descriptor {
    const { mount, path, seen, wasPassed } = this.#site;
    if (wasPassed) return this.#again().open(mode);
    if (seen === undefined) mount.attempt("open", path, "read", () => {});
    return super.open(mode);
  }

  /**
   * Walk to it again from the root: a name on the way may have become a link
   * since it was opened, or the guest may have moved it.
   */
  override revisit(): HostDirectory {
    const { isRoot, seen } = this.#site;
    if (isRoot) return this;
    this.#site.follow();
    const { access, seen: now } = this.#again().#site;
    if (seen === undefined || now === undefined || !isSameFile(now, seen)) {
      throw new WasiError(Errno.NOENT);
    }
    this.#site.access = access;
    return this;
  }

  /**
   * What a walk from the root finds at its path.
   *
   * @throws `NOENT` when that is no directory that can be told from others.
   */
  #again(): HostDirectory {
    const { names, root } = this.#site;
    const last = names.pop() ?? "";
    let at: Node | undefined = HostDirectory.#at(root);
    for (const name of names) {
      at = at instanceof HostDirectory ? at.pass(name) : undefined;
    }
    at = at instanceof HostDirectory ? lookupOrLink(at, last) : undefined;
    if (!(at instanceof HostDirectory) || at.#site.seen === undefined) {
      throw new WasiError(Errno.NOENT);
    }
    return at;
  }

  /** The node with this name, if there is one that the guest may see. */
  override lookup(name: string): Node | undefined {
    const found = this.#site.find(name);
    return found && this.#nodeOf(name, found);
  }

  /** A file is opened together with the look, where that can be done. */
  override lookupFile(name: string, mode: FileMode): Node | undefined {
    const { read, truncate } = mode;
    const write = mode.write || truncate;
    const file = read || write
      ? this.#site.open(name, { read, write })
      : undefined;
    if (file === undefined) return this.lookup(name);
    return new HostFile(this.#site.foundPlace(name, file), file.handle);
  }

  /** A directory on the way need not be held: what lies in it will be. */
  override pass(name: string): Node | undefined {
    const access = this.#site.pass(name);
    // Which one it is counts for nothing: it is not known to be the right one.
    return access === undefined
      ? this.lookup(name)
      : HostDirectory.#at(this.#site.inner(name, access));
  }

  /** The entries whose cookies come after one. */
  override *list(after: number): Iterable<DirectoryEntry> {
    const site = this.#site;
    demandAccess("list", site, "read");
    const { budget } = site.mount;
    const shared = this.#listing ??= budget.enter(site.path, site.seen);
    const { listing } = shared;
    listing.renew(after, () => site.list(budget.namesLeft + listing.size));
    budget.count(shared);
    for (let last: number | undefined = after; last !== undefined;) {
      const some = listing.after(last, AT_ONCE);
      last = some.at(-1)?.cookie;
      for (const found of site.entries(some)) {
        const { name, cookie } = found;
        yield { name, cookie, node: this.#nodeOf(name, found) };
      }
    }
    this.leave();
  }

  /** Nobody reads its names any more. */
  override leave(): void {
    if (this.#listing === undefined) return;
    this.#site.mount.budget.leave(this.#listing);
    this.#listing = undefined;
  }

  /** Make an empty file under a name that is free. */
  override createFile(name: string): Node {
    const site = this.#site;
    const access = site.demandWrite("create", name);
    const made = site.mount.make(site.found, name, access.read);
    const handle = new DenoHandle(made);
    const seen = handle.stat();
    return new HostFile(site.foundPlace(name, { access, seen }), handle);
  }

  /** Make an empty directory under a name that is free. */
  override createDirectory(name: string): void {
    this.#site.demandWrite("mkdir", name);
    this.#site.change("mkdir", name, (path) => Deno.mkdirSync(path));
  }

  /** Make a symbolic link under a name that is free. */
  override createLink(name: string, target: string): void {
    const site = this.#site;
    site.demandWrite("symlink", name);
    demandTameLink(site.mount, site.path, target);
    site.mount.demandAll("symlink", join(site.path, name));
    site.change("symlink", name, (path) => Deno.symlinkSync(target, path));
  }

  /** Give a file or link of this mount one more name, which is free. */
  override link(name: string, node: Node): void {
    const site = this.#site;
    const { mount } = site;
    const access = site.demandWrite("link", name);
    if (
      !(node instanceof HostFile || node instanceof HostLink) ||
      node.place.mount !== mount
    ) throw new WasiError(Errno.XDEV);
    const { place } = node;
    demandAccess("link", place, "write");
    const { directory } = place;
    const [, last] = split(place.path);
    demandTame(mount, directory, last, join(site.path, name));
    if (widens(place.access, access)) demandAccess("link", place, "read");
    site.change("link", name, (path) => {
      mount.change("link", directory, last, (old) => Deno.linkSync(old, path));
      if (isSameFile(Deno.lstatSync(path), place.seen)) return;
      Deno.removeSync(path); // not the file that the walk saw
      throw new WasiError(Errno.NOENT);
    });
  }

  /** Take a name from a node that is not a directory. */
  override unlink(name: string): void {
    this.#site.demandWrite("unlink", name);
    this.#site.change("unlink", name, (path) => {
      // Deno removes empty directories as well.
      if (Deno.lstatSync(path).isDirectory) throw new WasiError(Errno.ISDIR);
      Deno.removeSync(path);
    });
  }

  /** Remove an empty directory. */
  override removeDirectory(name: string): void {
    this.#site.demandMovable("rmdir", name);
    this.#site.change("rmdir", name, (path) => {
      if (!Deno.lstatSync(path).isDirectory) throw new WasiError(Errno.NOTDIR);
      Deno.removeSync(path);
    });
  }

  /** Move a node within the mount, replacing what has the new name. */
  override rename(name: string, to: Directory, newName: string): void {
    const site = this.#site;
    const { mount } = site;
    const target = to instanceof HostDirectory ? to.#site : undefined;
    if (target?.mount !== mount) throw new WasiError(Errno.XDEV);
    const from = site.demandMovable("rename", name);
    const access = target.demandMovable("rename", newName);
    if (access.read && !from.read) {
      demandAccess("rename", site.placeOf(name, from), "read");
    }
    demandTame(mount, site.found, name, join(target.path, newName));
    site.change("rename", name, (path) => {
      target.change("rename", newName, (next) => Deno.renameSync(path, next));
    });
    mount.moves.add(join(site.path, name), join(target.path, newName));
  }

  /** What was found, as the node that it is. */
  #nodeOf(name: string, found: Found): Node {
    const { access, seen } = found;
    if (seen.isDirectory) {
      return HostDirectory.#at(this.#site.inner(name, access, seen));
    }
    const place = this.#site.foundPlace(name, found);
    if (seen.isSymlink) return new HostLink(place);
    return seen.isFile ? new HostFile(place) : new HostSpecial(place);
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
