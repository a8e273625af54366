/**
 * Which place of the host a plugin's path means, for the person who reads of
 * it and would grant it.
 *
 * @module
 */

import type { Grants } from "./grants.ts";
import { type Home, hostPath, namesOf } from "./host_path.ts";
import { workingDirectory } from "./working_directory.ts";

/** What lies at a root as a rule, whether or not we may look at it. */
const AT_ROOT: readonly string[] = [
  "bin",
  "boot",
  "dev",
  "etc",
  "home",
  "lib",
  "lib64",
  "media",
  "mnt",
  "opt",
  "proc",
  "root",
  "run",
  "sbin",
  "srv",
  "sys",
  "tmp",
  "usr",
  "var",
  "Applications",
  "Library",
  "System",
  "Users",
  "Volumes",
  "private",
];

/**
 * The names of the place that a path means. A plugin that has nothing of the
 * user's working directory begins at the root: its `data/in.csv` is looked for
 * there, and is meant where the user is.
 *
 * @param names The guest's names.
 * @param grants What it was granted.
 */
export function namesMeant(
  names: readonly string[],
  grants: Grants,
): readonly string[] {
  const { home } = grants;
  if (home.cwd === undefined || workingDirectory(grants) !== "/") return names;
  const here = namesOf(".", home);
  const atRoot = known([], names, home);
  const [first = ""] = names;
  const isOfRoot = atRoot > 0 || AT_ROOT.includes(first) ||
    first === here[0] || (home.windows && first.endsWith(":"));
  return isOfRoot && atRoot >= known(here, names, home)
    ? names
    : [...here, ...names];
}

/** The place's path as a person would write it, as short as it can be. */
export function pathFromHere(names: readonly string[], home: Home): string {
  const here = home.cwd === undefined ? undefined : namesOf(".", home);
  const isBelow = here !== undefined && names.length > here.length &&
    here.every((name, at) => names[at] === name);
  return isBelow ? names.slice(here.length).join("/") : hostPath(names, home);
}

/** How many of the names lead to something, as far as Deno lets us see. */
function known(
  base: readonly string[],
  names: readonly string[],
  home: Home,
): number {
  const missing = names.findIndex((_, at) =>
    !isThere(hostPath([...base, ...names.slice(0, at + 1)], home))
  );
  return missing < 0 ? names.length : missing;
}

function isThere(path: string): boolean {
  const query = { name: "read", path } as const;
  if (Deno.permissions.querySync(query).state !== "granted") return false;
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
