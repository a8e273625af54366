/**
 * Where a plugin begins: in the user's working directory, when it has that.
 *
 * @module
 */

import {
  type Directory,
  MountDirectory,
  type OpenMode,
  OverlayDirectory,
  type Stat,
} from "../wasi/mod.ts";
import { follow, isWay, reachOf } from "./grant_tree.ts";
import { type Grants, hostNames } from "./grants.ts";
import { guestPath, type Home, hostPath, namesOf } from "./host_path.ts";

/** The user's working directory if the guest has it, else the root. */
export function workingDirectory(grants: Grants): string {
  const { home, tree } = grants;
  if (home.cwd === undefined) return "/";
  const names = namesOf(".", home);
  const { flow, branch } = follow(tree, names);
  const { read, write } = reachOf(flow);
  const host = hostNames(grants, names);
  const same = host !== undefined && guestPath(host) === guestPath(names);
  const onTheWay = branch !== undefined && isWay(branch) &&
    flow.fixture?.kind !== "mount";
  if (onTheWay) return guestPath(names);
  if (!same || !(read || write)) return "/";
  // What Deno hides is there where it was granted itself, and only to be read.
  const isGranted = branch?.marks.has("read") ||
    branch?.fixture?.kind === "mount";
  const isThere = (isGranted && read && !write) || !isHidden(home);
  return isThere ? guestPath(names) : "/";
}

/** A directory of the host; one that Deno hides is there, if we are in it. */
export function asSeenFromHere(
  directory: Directory,
  path: string,
  home: Home,
): Directory {
  if (home.cwd === undefined) return directory;
  const isHere = path === hostPath(namesOf(".", home), home);
  return isHere && isHidden(home) ? new HiddenDirectory(directory) : directory;
}

/** Whether Deno does not let us look at the working directory itself. */
function isHidden({ cwd }: Home): boolean {
  if (cwd === undefined) return true;
  const query = { name: "read", path: cwd } as const;
  return Deno.permissions.querySync(query).state !== "granted";
}

/**
 * A directory that we know of and may not look at: that it is one is all that
 * there is to see, and what Deno allows in it can be found.
 */
class HiddenDirectory extends OverlayDirectory {
  readonly #base: Directory;

  constructor(base: Directory) {
    super(base, new MountDirectory(), []);
    this.#base = base;
  }

  override open(mode: OpenMode) {
    return this.#base.open(mode);
  }

  override stat(): Stat {
    return new MountDirectory().stat();
  }
}
