/**
 * The files that the program writes itself: Deno is never made to ask about
 * them, and the plugin must not be able to forge them.
 *
 * @module
 */

import {
  type GrantOptions,
  type MountOptions,
  PluginError,
} from "../../mod.ts";
import { isGranted, refusalOf } from "../deno_permission.ts";
import { isIn, placesMeant, placesOf } from "./real_paths.ts";

/**
 * Make sure that Deno lets us write a file.
 *
 * @param what What would be written, for the error's message.
 * @param path The file.
 * @throws {PluginError} When it does not, with the flag to add.
 */
export function demandWritable(what: string, path: string): void {
  const reason = refusalOf({ name: "write", path });
  if (reason === undefined) return;
  throw new PluginError(`Cannot write ${what} to "${path}": ${reason}`, {
    fault: "caller",
  });
}

/**
 * Make sure that a plugin does not reach a file that tells about it: it could
 * forge what it may write, and what it may read would grow with each read.
 *
 * @param what What will be written, for the error's message.
 * @param path The file.
 * @param grants What the plugin gets.
 * @throws {PluginError} When it does, with the denials to add.
 */
export function demandOutOfReach(
  what: string,
  path: string,
  grants: GrantOptions,
): void {
  if (isSpecial(path)) return;
  const writes = mayWrite(grants, path);
  const reads = mayRead(grants, path);
  if (!writes && !reads) return;
  const [ways, outcome] = writes
    ? [reads ? ["read", "write"] : ["write"], "could forge it"]
    : [["read"], "would make it longer by reading it"];
  const flags = ways.map((way) => `--deny-${way}=${path}`).join(" ");
  throw new PluginError(
    `Cannot write ${what} to "${path}": the plugin may ${
      ways.join(" and ")
    } there, and ${outcome}; add ${flags} or choose another file`,
    { fault: "caller" },
  );
}

/** Whether a plugin that gets these grants may write a file or directory. */
export function mayWrite(
  { write = [], denyWrite = [], mounts = [] }: GrantOptions,
  path: string,
): boolean {
  const mounted = mounts.filter(({ readOnly }) => readOnly !== true);
  return isReached(path, write, mounted, denyWrite);
}

/** Whether a plugin that gets these grants may read a file or directory. */
function mayRead(
  { read = [], denyRead = [], mounts = [] }: GrantOptions,
  path: string,
): boolean {
  return isReached(path, read, mounts, denyRead);
}

function isReached(
  path: string,
  granted: true | readonly (string | URL)[],
  mounts: readonly MountOptions[],
  denied: readonly (string | URL)[],
): boolean {
  if (granted !== true && granted.length + mounts.length === 0) return false;
  const open = granted === true
    ? ["/"]
    : rootsOf([...granted, ...mounts.map(({ host }) => host)]);
  const closed = rootsOf(denied);
  const liesIn = (roots: readonly string[], place: string) =>
    roots.some((root) => isIn(place, root));
  return placesOf(path).some((place) =>
    liesIn(open, place) && !liesIn(closed, place)
  );
}

function rootsOf(paths: readonly (string | URL)[]): string[] {
  return paths.flatMap(placesMeant);
}

/** Whether Deno allows it; a question would wait for somebody's answer. */
export function isAllowed(name: "read" | "write", path: string): boolean {
  return isGranted({ name, path });
}

/** A terminal, a pipe or `/dev/null` is no file that a plugin could open. */
function isSpecial(path: string): boolean {
  if (!isAllowed("read", path)) return false;
  try {
    return !Deno.statSync(path).isFile;
  } catch {
    return false; // it is not there yet
  }
}
