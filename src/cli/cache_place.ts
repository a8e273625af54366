/**
 * Where the program keeps warm images: in a directory of the user's own, and
 * only where it may write without asking.
 *
 * @module
 */

import type { GrantOptions } from "../../mod.ts";
import { isAllowed, mayWrite } from "./own_file.ts";

/** The directory, or why there is none. */
export type CachePlace =
  | { readonly kind: "usable"; readonly path: string }
  | {
    readonly kind: "unusable";
    /** Where it would be, when that is known. */
    readonly path: string | undefined;
    /** Why it is not used, and the way out. */
    readonly reason: string;
  };

/** The place for this process. */
export function cachePlace(): CachePlace {
  const path = cachePath();
  if (path === undefined) {
    const reason =
      `${VARIABLES.join(" and ")} do not say where, or Deno does ` +
      `not let us read them; run with -A, or with --allow-env`;
    return { kind: "unusable", path, reason };
  }
  const reason = complaintOf(path);
  return reason === undefined
    ? { kind: "usable", path }
    : { kind: "unusable", path, reason };
}

/** What it is looked for in. */
const VARIABLES: readonly string[] = Deno.build.os === "windows"
  ? ["LOCALAPPDATA"]
  : Deno.build.os === "darwin"
  ? ["HOME"]
  : ["XDG_CACHE_HOME", "HOME"];

/** Where it is, by the customs of the system. */
export function cachePath(): string | undefined {
  const [first, second] = VARIABLES.map(directoryIn);
  switch (Deno.build.os) {
    case "windows":
      return first && `${first}\\py-plugin\\cache`;
    case "darwin":
      return first && `${first}/Library/Caches/py-plugin`;
    default:
      if (first !== undefined) return `${first}/py-plugin`;
      return second && `${second}/.cache/py-plugin`;
  }
}

/**
 * The same grants without the cache: a plugin that may write where it lies must
 * not choose what others run.
 */
export function withoutCache(grants: GrantOptions): GrantOptions {
  const { write = [], mounts = [], denyWrite = [] } = grants;
  if (write !== true && write.length + mounts.length === 0) return grants;
  const path = cachePath();
  if (path === undefined || !mayWrite(grants, path)) return grants;
  return { ...grants, denyWrite: [...denyWrite, path] };
}

/** What people call a plugin: its path, or its address without a password. */
export function labelOf(plugin: string): string {
  if (/^[a-z][a-z0-9+.-]+:/i.test(plugin)) {
    return plugin.startsWith("data:") ? "data:…" : shown(plugin);
  }
  const isWhole = /^(?:\/|[a-z]:[/\\])/i.test(plugin);
  const cwd = isWhole ? undefined : directoryHere();
  const path = plugin.replace(/^(?:\.\/)+/, "");
  return cwd === undefined ? plugin : `${cwd}/${path}`;
}

function directoryHere(): string | undefined {
  try {
    return Deno.cwd();
  } catch {
    return undefined; // it was removed
  }
}

function shown(address: string): string {
  const [start = ""] = address.split(/[?#]/);
  return start.replace(/\/\/[^/@]*@/, "//");
}

/** A relative path is to be ignored, says the XDG specification. */
function directoryIn(variable: string): string | undefined {
  const query = { name: "env", variable } as const;
  if (Deno.permissions.querySync(query).state !== "granted") return undefined;
  const path = Deno.env.get(variable)?.replace(/[/\\]+$/, "");
  return path && /^(?:\/|[a-z]:[/\\])/i.test(path) ? path : undefined;
}

/** Whoever can write there chooses what plugins run. */
function complaintOf(path: string): string | undefined {
  if (!isAllowed("read", path) || !isAllowed("write", path)) {
    return `Deno does not allow it; run with -A, or with --allow-read=${path} and --allow-write=${path}`;
  }
  const info = infoOf(path);
  if (info === undefined) return undefined; // it is made when it is needed
  if (!info.isDirectory) return "it is no directory; move it away";
  const { mode, uid } = info;
  if (mode !== null && (mode & 0o077) !== 0) {
    const shown = (mode & 0o777).toString(8);
    return `others may look into it or change it (its mode is ${shown}); chmod 700 it, when all in it is yours`;
  }
  const us = ownUid();
  if (uid !== null && us !== undefined && uid !== us) {
    return "it belongs to another user; set XDG_CACHE_HOME to a directory of your own";
  }
  return undefined;
}

function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined; // whoever uses it will see
  }
}

function ownUid(): number | undefined {
  const query = { name: "sys", kind: "uid" } as const;
  if (Deno.permissions.querySync(query).state !== "granted") return undefined;
  return Deno.uid() ?? undefined;
}
