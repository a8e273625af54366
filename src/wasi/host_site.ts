import { Errno, WasiError } from "./errno.ts";
import {
  type Access,
  accessTo,
  hasExceptions,
  type HostDirectoryOptions,
  isHidden,
  NOTHING,
  type Refusal,
  unlessRefused,
} from "./host_access.ts";
import type { Beneath, Transfer } from "./host_beneath.ts";
import { demandAccess, type FoundPlace, type HostPlace } from "./host_file.ts";
import type { HostHandle } from "./host_handle.ts";
import type { FoundDirectory } from "./host_hold.ts";
import { namesIn } from "./host_links.ts";
import type { Listed } from "./host_listing.ts";
import { HostMount, join } from "./host_mount.ts";
import { type HostEntry, type Identity, isSameFile } from "./host_stat.ts";
import { Passed } from "./node.ts";

/** What a name leads to. */
export interface Found {
  /** What may be done with it. */
  readonly access: Access;
  /** What the host told. */
  readonly seen: HostEntry;
}

/** A file that was opened when it was found. */
export interface FoundFile extends Found {
  /** The file. */
  readonly handle: HostHandle;
}

/**
 * Where a directory lies on the host, and what may be done there: it knows of
 * names and accesses, and nothing of nodes.
 */
export class HostSite implements HostPlace {
  /** What it shares with all others below the same root. */
  readonly mount: HostMount;
  /** The site of the mount's root; itself, if it is that. */
  readonly root: HostSite;
  /** Which directory the walk saw; the root is what is at its path. */
  readonly seen: Identity | undefined;
  /** What may be done there; a walk may come to it with another. */
  access: Access;
  #path: string;
  /** How many moves there were when the path was right. */
  #moves: number;

  /**
   * A directory that a walk found; without a walk, the root of a mount.
   *
   * @param mount What it belongs to.
   * @param walk Where the walk found it.
   */
  constructor(mount: HostMount, walk?: Walk) {
    this.mount = mount;
    this.root = walk?.root ?? this;
    this.#path = walk?.path ?? mount.root;
    this.access = walk?.access ?? mount.access;
    this.seen = walk === undefined ? mount.mounted : walk.seen;
    this.#moves = mount.moves.count;
  }

  /** The host's path. */
  get path(): string {
    return this.#path;
  }

  /** Whether it is where links can't leave from. */
  get isRoot(): boolean {
    return this.root === this;
  }

  /** Whether a walk went on through it without a look that counts. */
  get wasPassed(): boolean {
    return this.mount.anchors && !this.isRoot && this.seen === undefined;
  }

  /** The names between the root of the mount and here. */
  get names(): string[] {
    return this.mount.namesOf(this.#path);
  }

  /** The directory as the walk found it. */
  get found(): FoundDirectory {
    return { path: this.#path, seen: this.seen };
  }

  /** Go where the guest itself moved it. */
  follow(): void {
    const { moves } = this.mount;
    this.#path = moves.follow(this.#path, this.#moves);
    this.#moves = moves.count;
  }

  /** The site of a directory in it; unseen, if it was passed. */
  inner(name: string, access: Access, seen?: Identity): HostSite {
    const path = join(this.#path, name);
    return new HostSite(this.mount, { root: this.root, path, access, seen });
  }

  /** The place of something in it. */
  placeOf(name: string, access: Access): HostPlace {
    return { mount: this.mount, path: join(this.#path, name), access };
  }

  /** The place of something that was found in it. */
  foundPlace(name: string, { access, seen }: Found): FoundPlace {
    return { ...this.placeOf(name, access), seen, directory: this.found };
  }

  /** What the host tells of the directory itself. */
  look(): HostEntry {
    const path = this.#path;
    const seen = this.#beneath?.look(path);
    if (seen === null) throw new WasiError(Errno.NOENT);
    if (seen !== undefined) return seen;
    const tried = { operation: "stat", path, need: "read" } as const;
    return this.#within(tried, (at) => Deno.statSync(join(at, ".")));
  }

  /**
   * What has a name.
   *
   * @param name The name.
   * @returns What the guest may see of it, if anything.
   * @throws `Passed` when it was passed, and a link is on the way.
   */
  find(name: string): Found | undefined {
    const access = accessTo(this.access, name);
    const path = join(this.#path, name);
    const tried = { operation: "find", path, need: "read" } as const;
    if (isHidden(access)) {
      this.mount.hide({ ...tried, by: "grant" });
      return undefined;
    }
    const seen = this.#findInOneGo(path);
    if (seen === null) return undefined;
    return seen === undefined
      ? this.#within(tried, (at) => this.#findAt(at, name, access))
      : { access, seen };
  }

  /**
   * What has a name, opened if it is a file.
   *
   * @param name The name.
   * @param mode What it is opened for.
   * @returns The file; nothing when that was not granted, or takes more than
   * one go.
   */
  open(name: string, mode: Transfer): FoundFile | undefined {
    const { access } = this;
    const refused = (mode.read && !access.read) ||
      (mode.write && !access.write);
    const beneath = this.#beneath;
    if (beneath === undefined || refused || !this.mount.budget.hasFile) {
      return undefined;
    }
    const opened = beneath.open(join(this.#path, name), mode);
    return opened && { access, seen: opened.entry, handle: opened.handle };
  }

  /**
   * The access of a directory that a walk passes without a look that counts:
   * what lies in it is looked up in a way that makes sure of it.
   *
   * @param name Its name.
   * @returns The access; nothing when it must be looked at.
   */
  pass(name: string): Access | undefined {
    const { access, mount } = this;
    if (!mount.anchors || access.inside !== undefined || isHidden(access)) {
      return undefined;
    }
    // It is looked at together with what lies in it.
    if (mount.beneath !== undefined) return access;
    return mount.look(join(this.#path, name))?.isDirectory ? access : undefined;
  }

  /**
   * All names in it.
   *
   * @param limit How many at most.
   * @throws `MFILE` when there are more.
   */
  list(limit: number): string[] {
    return this.#within(this.#listing, (at) => namesIn(at, limit));
  }

  /** What there is, and may be seen, of names that were listed. */
  entries(names: readonly Listed[]): (Listed & Found)[] {
    return this.#entriesInOneGo(names) ??
      this.#within(this.#listing, (at) => this.#entriesAt(at, names));
  }

  /**
   * Change its entries.
   *
   * @param operation What the guest tries.
   * @param name The entry's name.
   * @param action Is given a path of the entry that stays right, where the
   * system has such paths.
   */
  change(
    operation: string,
    name: string,
    action: (path: string) => void,
  ): void {
    this.mount.change(operation, this.found, name, action);
  }

  /**
   * Check that something with a name may be made, changed and removed.
   *
   * @returns What may be done with it.
   * @throws `ACCES`.
   */
  demandWrite(operation: string, name: string): Access {
    const access = accessTo(this.access, name);
    demandAccess(operation, this.placeOf(name, access), "write");
    return access;
  }

  /**
   * Check that something with a name may be moved: with it would go what its
   * exceptions are about.
   *
   * @returns What may be done with it.
   * @throws `ACCES`.
   */
  demandMovable(operation: string, name: string): Access {
    const access = this.demandWrite(operation, name);
    if (hasExceptions(access)) {
      demandAccess(operation, this.placeOf(name, NOTHING), "write");
    }
    return access;
  }

  get #listing(): Omit<Refusal, "by"> {
    return { operation: "list", path: this.#path, need: "read" };
  }

  /** Looks names up in one go, where none of them is an exception. */
  get #beneath(): Beneath | undefined {
    return this.access.inside === undefined ? this.mount.beneath : undefined;
  }

  #within<T>(tried: Omit<Refusal, "by">, action: (at: string) => T): T {
    return this.mount.within(tried, this.found, action);
  }

  /** `null` when nothing is there; nothing when that takes more than one go. */
  #findInOneGo(path: string): HostEntry | null | undefined {
    const beneath = this.#beneath;
    const seen = beneath?.look(path);
    if (beneath === undefined || seen || !this.wasPassed) return seen;
    const here = beneath.look(this.#path);
    if (here === null) throw new WasiError(Errno.NOENT);
    if (!here?.isDirectory) throw new Passed();
    return seen;
  }

  #findAt(at: string, name: string, given: Access): Found | undefined {
    const seen = this.#lookAt(at, name);
    if (seen === undefined) return undefined;
    const access = this.#otherName(at, name, seen) ?? given;
    return isHidden(access) ? undefined : { access, seen };
  }

  #entriesInOneGo(names: readonly Listed[]): (Listed & Found)[] | undefined {
    const { access, seen } = this;
    const beneath = this.#beneath;
    if (beneath === undefined || seen === undefined) return undefined;
    const texts = names.map(({ name }) => name);
    const looks = beneath.lookInside(this.#path, seen, texts);
    return looks && names.flatMap((listed, index) => {
      const look = looks[index];
      return look === undefined ? [] : [{ ...listed, access, seen: look }];
    });
  }

  #entriesAt(at: string, names: readonly Listed[]): (Listed & Found)[] {
    return names.flatMap((listed) => {
      const { name } = listed;
      const access = accessTo(this.access, name);
      if (isHidden(access)) return [];
      const found = unlessRefused(() => this.#findAt(at, name, access));
      return found === undefined ? [] : [{ ...listed, ...found }];
    });
  }

  /** The access of an exception that has one more name, such as `KEY`. */
  #otherName(at: string, name: string, seen: Identity): Access | undefined {
    const { inside } = this.access;
    if (inside === undefined || inside.has(name)) return undefined;
    for (const [each, access] of inside) {
      const other = unlessRefused(() => this.#lookAt(at, each));
      if (other !== undefined && isSameFile(other, seen)) return access;
    }
    return undefined;
  }

  #lookAt(at: string, name: string): HostEntry | undefined {
    return this.mount.look(join(at, name), join(this.#path, name));
  }
}

/** Where a walk found a directory. */
interface Walk {
  readonly root: HostSite;
  readonly path: string;
  readonly access: Access;
  readonly seen: Identity | undefined;
}

/**
 * The site of a mount's root.
 *
 * @param path Its path.
 * @param options What may be done there, and who is told of refusals.
 * @param asked The path that Deno's permissions are asked about.
 * @throws TypeError when the path is not absolute.
 */
export function siteOf(
  path: string,
  options: HostDirectoryOptions,
  asked: string = path,
): HostSite {
  if (!/^(?:\/|[A-Za-z]:[/\\]|\\\\)/.test(path)) {
    throw new TypeError(
      `Cannot mount ${JSON.stringify(path)}: the path is not absolute; ` +
        "Deno.realPathSync() makes it so",
    );
  }
  const root = path.length > 1 ? path.replace(/[/\\]$/, "") : path;
  return new HostSite(new HostMount(root, options, asked));
}
