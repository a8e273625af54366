/**
 * From grants to the directories that a guest gets: policy becomes objects.
 *
 * ```text
 *   read=/proj  write=/proj/out  read=/etc/hosts  tmp
 *
 *   /            MountDirectory: a way, which shows only what is listed here
 *   ├── etc      MountDirectory
 *   │   └── hosts  slot: one file
 *   ├── proj     HostDirectory, read; inside it out: read and write
 *   └── tmp      MemoryDirectory
 * ```
 *
 * @module
 */

import { PermissionError } from "../errors.ts";
import {
  type Access,
  type Clock,
  Directory,
  HostBudget,
  HostDirectory,
  MemoryDirectory,
  MountDirectory,
  OverlayDirectory,
  type Volume,
  WasiError,
} from "../wasi/mod.ts";
import {
  type Branch,
  type Fixture,
  type Flow,
  flowInto,
  isWay,
  leadsSomewhere,
  reachOf,
} from "./grant_tree.ts";
import { withDenials } from "./denials.ts";
import type { Denial, Grants } from "./grants.ts";
import { guestPath, type Home, hostPath, namesOf } from "./host_path.ts";
import { asSeenFromHere } from "./working_directory.ts";

/** What the directories are made from besides the grants. */
export interface Materials {
  /** The guest's own directories, by name. */
  readonly own: ReadonlyMap<string, Directory>;
  /** The guest's time. */
  readonly clock: Clock;
  /** How many files of the host it may have open at a time. */
  readonly files?: number | undefined;
  /** Is given the volumes of the directories in memory. */
  readonly volumes?: Volume[];
}

/** A place in the tree while its directory is made. */
interface Site {
  readonly branch: Branch;
  readonly flow: Flow;
  readonly names: readonly string[];
  /** What the directory above shows besides the names laid over it. */
  readonly above: Directory | undefined;
  readonly home: Home;
  /** Asked for where the host is looked at: many a guest has nothing of it. */
  readonly denials: () => readonly Denial[];
  readonly materials: Materials;
  /** All of the guest's directories share what it may take of the host. */
  readonly budget: HostBudget;
}

/** The guest's root directory; none when there is nothing in it. */
export function guestRoot(
  grants: Grants,
  materials: Materials,
): Directory | undefined {
  const { tree, home } = grants;
  const flow = flowInto(tree);
  let known: readonly Denial[] | undefined;
  const denials = () => known ??= realDenials(grants);
  const above = undefined;
  return directoryAt({
    branch: tree,
    flow,
    names: [],
    above,
    home,
    denials,
    materials,
    budget: new HostBudget(
      materials.files === undefined ? {} : { files: materials.files },
    ),
  });
}

/**
 * The directory at a site: what lies there, and laid over it what has to be
 * an object of its own. Nothing, when it is no directory.
 */
function directoryAt(site: Site): Directory | undefined {
  const base = baseAt(site);
  const over = new MountDirectory();
  const placed: string[] = [];
  for (const [name, branch] of site.branch.inside) {
    const flow = flowInto(branch, site.flow);
    const names = [...site.names, name];
    const inner = { ...site, branch, flow, names, above: base };
    if (isOfHost(base) && !needsOverlay(branch, flow)) continue;
    if (flow.fixture?.kind === "tmp" && !isPlaced(branch)) continue;
    if (place(over, name, inner)) placed.push(name);
  }
  if (base === undefined) return placed.length === 0 ? undefined : over;
  return placed.length === 0 ? base : new OverlayDirectory(base, over, placed);
}

/** What lies at a site without regard to what is below it. */
function baseAt(site: Site): Directory | undefined {
  const { branch, flow, names } = site;
  if (branch.fixture !== undefined) return fixtureAt(branch.fixture, site);
  const granted = branch.marks.has("read") || branch.marks.has("write");
  if (!granted && site.above !== undefined) return wayThrough(site);
  const access = accessAt(site);
  if (flow.fixture !== undefined || (!access.read && !access.write)) {
    return undefined;
  }
  const path = hostPath(names, site.home);
  return names.length === 0 || isDirectory(path, access)
    ? hostDirectory(path, access, site)
    : undefined;
}

/**
 * A directory that is only on the way to a mount or a grant: what the one
 * above has there, unless that is no directory, or one that links lead to.
 */
function wayThrough(site: Site): Directory | undefined {
  const { above, names } = site;
  const name = names.at(-1) ?? "";
  if (above instanceof MemoryDirectory) {
    const mtime = site.materials.clock.now();
    above.set(name, new MemoryDirectory({ mtime }));
  }
  const node = above && unlessMissing(() => above.lookup(name));
  return node instanceof Directory ? node : undefined;
}

/** The directory with a path; nothing when all of it is denied. */
function hostDirectory(
  path: string,
  access: Access,
  site: Site,
): Directory | undefined {
  const real = realPath(path);
  const left = withDenials(access, namesOf(real, site.home), site.denials());
  const { budget } = site;
  const base = isHidden(left)
    ? undefined
    : new HostDirectory(real, { access: left, budget });
  const directory = withWays(base, real, left, budget);
  return directory && asSeenFromHere(directory, path, site.home);
}

/**
 * A directory of the host, and laid over it the ways through what a denial
 * hides to what is granted in there.
 */
function withWays(
  base: HostDirectory | undefined,
  real: string,
  access: Access,
  budget: HostBudget,
): Directory | undefined {
  const over = new MountDirectory();
  const ways: string[] = [];
  for (const [name, inner] of access.inside ?? []) {
    if (!hidesWay(inner) && !(base === undefined && leads(inner))) continue;
    const path = `${real === "/" ? "" : real}/${name}`;
    const below = isHidden(inner) || !isDirectory(path, inner)
      ? undefined
      : new HostDirectory(path, { access: inner, budget });
    const way = withWays(below, path, inner, budget);
    if (way !== undefined) over.set(name, way);
    else if (!isHidden(inner)) over.slot(name, path, { access: inner, budget });
    else continue;
    ways.push(name);
  }
  if (base === undefined) return ways.length === 0 ? undefined : over;
  return ways.length === 0 ? base : new OverlayDirectory(base, over, ways);
}

/** Whether a directory of the host with this access would hide a grant. */
function hidesWay(access: Access): boolean {
  const inside = [...access.inside?.values() ?? []];
  return inside.some(hidesWay) || (isHidden(access) && inside.some(leads));
}

function leads(access: Access): boolean {
  return !isHidden(access) || [...access.inside?.values() ?? []].some(leads);
}

function isHidden({ read, write }: Access): boolean {
  return !read && !write;
}

/** The access that denials leave at a real path; none when it is nothing. */
function withoutDenied(
  access: Access,
  real: string,
  { denials, home }: Site,
): Access | undefined {
  const left = withDenials(access, namesOf(real, home), denials());
  return left.read || left.write ? left : undefined;
}

/** Denials at the paths that were written, and where links on them lead. */
function realDenials({ denials, home }: Grants): Denial[] {
  return denials.flatMap((denial) => {
    const real = namesOf(realPath(hostPath(denial.names, home)), home);
    return [denial, { ...denial, names: real }];
  });
}

/** A directory in memory, whose volume is known. */
function inMemory(quota: number, { clock, volumes }: Materials): Directory {
  const directory = new MemoryDirectory({ quota, clock, mtime: clock.now() });
  volumes?.push(directory.volume);
  return directory;
}

function fixtureAt(fixture: Fixture, site: Site): Directory | undefined {
  const { own } = site.materials;
  switch (fixture.kind) {
    case "own":
      return own.get(site.names[0] ?? "");
    case "tmp":
      return inMemory(fixture.bytes, site.materials);
    case "mount": {
      const path = hostPath(fixture.host, site.home);
      const access = mountAccess(fixture);
      return isDirectory(path, access)
        ? hostDirectory(path, access, site)
        : undefined;
    }
    default:
      return fixture satisfies never;
  }
}

/** Give a site its name in the directory above; answers whether it has one. */
function place(over: MountDirectory, name: string, site: Site): boolean {
  const directory = directoryAt(site);
  if (directory !== undefined) {
    over.set(name, directory);
    return true;
  }
  const { fixture } = site.branch;
  if (fixture?.kind === "mount") {
    const path = hostPath(fixture.host, site.home);
    demandThere(path, site.names);
    return placeSlot(over, name, path, mountAccess(fixture), site);
  }
  const access = accessAt(site);
  // What lies in /tmp in memory, or in a mount, is not the host's of that name.
  if (site.flow.fixture !== undefined || (!access.read && !access.write)) {
    return false;
  }
  const path = hostPath(site.names, site.home);
  return placeSlot(over, name, path, access, site);
}

function placeSlot(
  over: MountDirectory,
  name: string,
  path: string,
  access: Access,
  site: Site,
): boolean {
  const real = realPath(path);
  const left = withoutDenied(access, real, site);
  if (left === undefined) return false;
  over.slot(name, real, { access: left, budget: site.budget });
  return true;
}

/** A mount of nothing is a misspelt path. */
function demandThere(path: string, names: readonly string[]): void {
  if (!isAllowed("read", path)) return;
  try {
    Deno.statSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return;
    throw new PermissionError(
      `Cannot mount "${path}" at "${
        guestPath(names)
      }": there is no such file or directory`,
      { cause: error },
    );
  }
}

/**
 * Whether a host directory above cannot do a branch as an exception: another
 * directory lies in it, or it is hidden and yet a way to something.
 */
function needsOverlay(branch: Branch, flow: Flow): boolean {
  const { read, write } = reachOf(flow);
  return branch.fixture !== undefined ||
    (!read && !write && leadsSomewhere(branch, flow)) ||
    [...branch.inside.values()].some((inner) =>
      needsOverlay(inner, flowInto(inner, flow))
    );
}

/** Whether a directory has its exceptions in itself. */
function isOfHost(directory: Directory | undefined): boolean {
  return directory instanceof HostDirectory ||
    directory instanceof OverlayDirectory;
}

/** Whether a branch is there for more than a denial. */
function isPlaced(branch: Branch): boolean {
  return branch.fixture !== undefined || isWay(branch);
}

/** The access that flows into a site, with the exceptions below it. */
function accessAt({ branch, flow }: Pick<Site, "branch" | "flow">): Access {
  const { read, write } = reachOf(flow);
  const inside = new Map<string, Access>();
  for (const [name, inner] of branch.inside) {
    const access = accessAt({ branch: inner, flow: flowInto(inner, flow) });
    inside.set(name, access);
  }
  return inside.size === 0 ? { read, write } : { read, write, inside };
}

function mountAccess(fixture: { readonly readOnly: boolean }): Access {
  return { read: true, write: !fixture.readOnly };
}

/** What the host or Deno keeps from us is not there. */
function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof WasiError) return undefined;
    throw error;
  }
}

/**
 * Whether a directory is there. What Deno hides from us may be one, in which
 * it allows something: that is asked when the plugin comes by. To be written
 * it must be known.
 */
function isDirectory(path: string, access: Access): boolean {
  if (!isAllowed("read", path)) return !access.write;
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false; // whatever is wrong, the plugin meets it when it comes by
  }
}

/**
 * The path without links: a granted path that is a link means its target. One
 * that is not there, or that Deno hides, keeps its last name.
 */
function realPath(path: string): string {
  const whole = resolved(path);
  if (whole !== undefined) return whole;
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const parent = resolved(path.slice(0, cut) || "/") ?? path.slice(0, cut);
  return parent.replace(/[\\/]$/, "") + path.slice(cut);
}

function resolved(path: string): string | undefined {
  if (!isAllowed("read", path)) return undefined;
  try {
    const real = Deno.realPathSync(path);
    return isAllowed("read", real) ? real : undefined;
  } catch {
    return undefined;
  }
}

/** Asked before each look, so that Deno never prompts. */
function isAllowed(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}
