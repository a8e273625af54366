/**
 * Which failed syscalls were refusals, of what, and what would have helped.
 *
 * The guest is told as little as it is told of any file: what was not granted
 * is not there. The person who runs it learns the difference here.
 *
 * @module
 */

import type { TraceCall } from "../wasi/mod.ts";
import { follow, type Reach, reachOf } from "./grant_tree.ts";
import { type Grants, hostNames, isOwn, workingDirectory } from "./grants.ts";
import { guestPath, type Home, hostPath, namesOf } from "./host_path.ts";
import { escaped, quoted } from "./words.ts";

/** Something that a plugin tried and could not. */
export interface Refused {
  /** The syscall that failed. */
  readonly name: string;
  /** What it needed. */
  readonly need: "read" | "write";
  /** The guest's path. */
  readonly path: string;
  /**
   * Why: it was not granted, or denied; it is the guest's own and always
   * read-only; a link led out of what was granted; Deno itself, or the system,
   * does not allow it.
   */
  readonly by: "grant" | "denial" | "own" | "link" | "deno" | "system";
  /** The program's flag, or Deno's, that would allow it, when one would. */
  readonly flag?: string;
}

type Need = Refused["need"];

/** What each syscall needs at each of its paths; the rest is not refused. */
const NEEDS: Readonly<Record<string, readonly Need[]>> = {
  "path_filestat_get": ["read"],
  "path_readlink": ["read"],
  "fd_readdir": ["read"],
  "path_create_directory": ["write"],
  "path_unlink_file": ["write"],
  "path_remove_directory": ["write"],
  "path_symlink": ["write"],
  "path_filestat_set_times": ["write"],
  "fd_filestat_set_times": ["write"],
  "path_rename": ["write", "write"],
  "path_link": ["read", "write"],
};
/** Bits of `path_open`'s arguments. */
const RIGHT_TO_READ = 1n << 1n;
const RIGHT_TO_WRITE = 1n << 6n;
const CREATES_OR_TRUNCATES = 1 | 8;

const FORBIDDEN = ["ACCES", "PERM", "ROFS", "NOTCAPABLE"];

/** The refusals behind a syscall's failure; none when it failed otherwise. */
export function refusalsOf(call: TraceCall, grants: Grants): Refused[] {
  const { name, result } = call;
  const hidden = result === "NOENT";
  if (!hidden && !FORBIDDEN.includes(result)) return [];
  const refusals: Refused[] = [];
  for (const [index, path] of call.paths.entries()) {
    const place = placeOf(path, grants);
    const need = needsOf(call, index).find((each) => !place.reach[each]);
    if (need === undefined || (hidden && isOwn(place.names))) continue;
    const refused = { name, need, path: guestPath(place.names) };
    refusals.push({ ...refused, ...reason(need, place, grants) });
  }
  return refusals.length > 0 || hidden ? refusals : refusedBelow(call, grants);
}

/** Granted here, and refused by Deno, the system, or the gate for a link. */
function refusedBelow(call: TraceCall, grants: Grants): Refused[] {
  const { name, result, paths } = call;
  for (const [index, path] of paths.entries()) {
    const { names } = placeOf(path, grants);
    const host = hostNames(grants, names);
    for (const need of needsOf(call, index)) {
      const refused = { name, need, path: guestPath(names) };
      const flag = host && denoFlag(name, need, hostPath(host, grants.home));
      if (flag !== undefined) return [{ ...refused, by: "deno", flag }];
      const by = result === "PERM" ? "link" : "system";
      if (index === paths.length - 1) return [{ ...refused, by }];
    }
  }
  return [];
}

function needsOf(call: TraceCall, index: number): readonly Need[] {
  if (call.name !== "path_open") {
    return NEEDS[call.name]?.slice(index, index + 1) ?? [];
  }
  const { rights_base: rights = 0n, oflags = 0 } = call.args;
  const bits = BigInt(rights);
  const needs: Need[] = [];
  if (bits & RIGHT_TO_WRITE || Number(oflags) & CREATES_OR_TRUNCATES) {
    needs.push("write");
  }
  if (bits & RIGHT_TO_READ || needs.length === 0) needs.push("read");
  return needs;
}

interface GuestPlace {
  readonly names: readonly string[];
  readonly reach: Reach;
}

/** What is granted at a path, going by its text: links are not followed. */
function placeOf(path: string, grants: Grants): GuestPlace {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return { names, reach: reachOf(follow(grants.tree, names).flow) };
}

function reason(
  need: Need,
  { names }: GuestPlace,
  grants: Grants,
): Pick<Refused, "by" | "flag"> {
  if (isOwn(names)) return { by: "own" };
  const { flow: { fixture, marks } } = follow(grants.tree, names);
  if (fixture?.kind === "mount") {
    const host = hostPath(fixture.host, grants.home);
    const guest = guestPath(names.slice(0, depthOf(grants, names)));
    return { by: "grant", flag: quoted(`--mount=${host}:${guest}`) };
  }
  if (marks.has(need === "read" ? "denyRead" : "denyWrite")) {
    return { by: "denial" };
  }
  const scratch = names[0] === "tmp" && !grants.tree.inside.has("tmp");
  if (scratch && need === "write") {
    return { by: "grant", flag: "--tmp" };
  }
  const path = pathMeant(names, grants);
  return { by: "grant", flag: quoted(`--allow-${need}=${escaped(path)}`) };
}

/**
 * The path that a person would grant. Without a grant there the plugin is not
 * in the user's working directory: its `data/in.csv` was looked for at the
 * root, and is meant where the user is.
 */
function pathMeant(names: readonly string[], grants: Grants): string {
  const { home } = grants;
  const path = hostPath(names, home);
  if (workingDirectory(grants) !== "/" || isThere(names[0] ?? "", "", home)) {
    return path;
  }
  return isThere(names[0] ?? "", home.cwd, home) ? names.join("/") : path;
}

/** Whether the host has a name, as far as Deno lets us see. */
function isThere(name: string, directory: string, home: Home): boolean {
  const path = hostPath(namesOf(`${directory}/${name}`, home), home);
  const query = { name: "read", path } as const;
  if (Deno.permissions.querySync(query).state !== "granted") return false;
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** How many names lead to the mount that a place lies in. */
function depthOf(grants: Grants, names: readonly string[]): number {
  let depth = 0;
  let branch = grants.tree.inside.get(names[0] ?? "");
  for (let at = 1; branch !== undefined; at++) {
    if (branch.fixture !== undefined) depth = at;
    branch = branch.inside.get(names[at] ?? "");
  }
  return depth;
}

/** The flag of Deno's that is missing, if one is. */
function denoFlag(
  syscall: string,
  need: Need,
  path: string,
): string | undefined {
  // Deno makes links only for those who may read and write everything.
  const all = syscall === "path_symlink";
  for (const name of all ? ["read", "write"] as const : [need]) {
    const descriptor = all ? { name } : { name, path };
    if (Deno.permissions.querySync(descriptor).state !== "granted") {
      return quoted(`--allow-${name}${all ? "" : `=${escaped(path)}`}`);
    }
  }
  return undefined;
}
