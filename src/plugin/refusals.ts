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
import { type Grants, hostNames, isDenied, isOwn, reachAt } from "./grants.ts";
import { guestPath, hostPath } from "./host_path.ts";
import { namesMeant, pathFromHere } from "./place_meant.ts";
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
  /**
   * The program's flag, or Deno's, that would allow it, when one would: what
   * was denied to the plugin, or to Deno, no flag allows.
   */
  readonly flag?: string;
}

type Need = Refused["need"];
type Reason = Pick<Refused, "by" | "flag">;

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
    refusals.push({ ...refused, ...reason(refused, place, grants) });
  }
  return refusals.length > 0 || hidden ? refusals : refusedBelow(call, grants);
}

/** Granted here, and refused by Deno, the system, or the gate for a link. */
function refusedBelow(call: TraceCall, grants: Grants): Refused[] {
  const { name, result, paths } = call;
  for (const [index, path] of paths.entries()) {
    const { names } = placeOf(path, grants);
    for (const need of needsOf(call, index)) {
      const refused = { name, need, path: guestPath(names) };
      const denied = reasonOfDeno(refused, names, grants);
      if (denied !== undefined) return [{ ...refused, ...denied }];
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
  refused: Pick<Refused, "name" | "need">,
  { names }: GuestPlace,
  grants: Grants,
): Reason {
  const { need } = refused;
  if (isOwn(names)) return { by: "own" };
  const { flow: { fixture } } = follow(grants.tree, names);
  if (fixture?.kind === "mount") {
    const host = hostPath(fixture.host, grants.home);
    const guest = guestPath(names.slice(0, depthOf(grants, names)));
    return { by: "grant", flag: quoted(`--mount=${host}:${guest}`) };
  }
  if (isDenied(grants, names, need)) return { by: "denial" };
  const scratch = names[0] === "tmp" && !grants.tree.inside.has("tmp");
  if (scratch && need === "write") return { by: "grant", flag: "--tmp" };
  return reasonMeant(refused, namesMeant(names, grants), grants);
}

/** Why it is refused at the place that was meant. */
function reasonMeant(
  refused: Pick<Refused, "name" | "need">,
  names: readonly string[],
  grants: Grants,
): Reason {
  const { need } = refused;
  if (isDenied(grants, names, need)) return { by: "denial" };
  const ofDeno = reachAt(grants, names)[need]
    ? reasonOfDeno(refused, names, grants)
    : undefined;
  if (ofDeno !== undefined) return ofDeno;
  const path = pathFromHere(names, grants.home);
  return { by: "grant", flag: quoted(`--allow-${need}=${escaped(path)}`) };
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

/** Whether Deno refuses what was granted, and its flag that is missing. */
function reasonOfDeno(
  { name, need }: Pick<Refused, "name" | "need">,
  names: readonly string[],
  grants: Grants,
): Reason | undefined {
  const host = hostNames(grants, names);
  if (host === undefined) return undefined;
  // Deno makes links only for those who may read and write everything.
  if (name === "path_symlink") return denied("read") ?? denied("write");
  return denied(need, hostPath(host, grants.home)) ??
    hiddenAbove(names, grants);
}

/** The first directory of a grant that Deno hides, so that nobody passes. */
function hiddenAbove(
  names: readonly string[],
  grants: Grants,
): Reason | undefined {
  for (const kept of names.keys()) {
    const way = names.slice(0, kept);
    const { read, write } = reachAt(grants, way);
    const host = hostNames(grants, way);
    if (host === undefined || !(read || write)) continue;
    const above = reachAt(grants, way.slice(0, -1));
    // What is granted itself, and only to be read, is passed unseen.
    if (!write && (kept === 0 || !(above.read || above.write))) continue;
    const hidden = denied("read", hostPath(host, grants.home));
    if (hidden !== undefined) return hidden;
  }
  return undefined;
}

/** Whether Deno refuses a path; or any, when there is none. */
function denied(name: Need, path?: string): Reason | undefined {
  const descriptor = path === undefined ? { name } : { name, path };
  const { state } = Deno.permissions.querySync(descriptor);
  if (state === "granted") return undefined;
  if (state === "denied") return { by: "deno" };
  const flag = `--allow-${name}${
    path === undefined ? "" : `=${escaped(path)}`
  }`;
  return { by: "deno", flag: quoted(flag) };
}
