/**
 * Where the program keeps warm images: in a directory of the user's own, and
 * only where it may write without asking.
 *
 * @module
 */

import type { GrantOptions } from "../../mod.ts";
import { isGranted, refusalOf } from "../deno_permission.ts";
import { mayWrite } from "./own_file.ts";

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
    return { kind: "unusable", path, reason: whyUnknown() };
  }
  const reason = complaintOf(path);
  return reason === undefined
    ? { kind: "usable", path }
    : { kind: "unusable", path, reason };
}

function whyUnknown(): string {
  const needs = VARIABLES.map((variable) =>
    ({ name: "env", variable }) as const
  );
  const reason = refusalOf(...needs) ?? "set one to an absolute path";
  return `${VARIABLES.join(" or ")} would say where: ${reason}`;
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
  if (!isGranted({ name: "env", variable })) return undefined;
  const path = Deno.env.get(variable)?.replace(/[/\\]+$/, "");
  return path && /^(?:\/|[a-z]:[/\\])/i.test(path) ? path : undefined;
}

/** Whoever can write there chooses what plugins run. */
function complaintOf(path: string): string | undefined {
  const refusal = refusalOf({ name: "read", path }, { name: "write", path });
  if (refusal !== undefined) return refusal;
  const info = infoOf(path);
  if (info === undefined) return undefined; // it is made when it is needed
  if (!info.isDirectory) return "it is no directory; move it away";
  const { mode, uid } = info;
  if (mode !== null && (mode & 0o077) !== 0) {
    const shown = (mode & 0o777).toString(8);
    return `others may look into it or change it (its mode is ${shown}); chmod 700 it, when all in it is yours`;
  }
  return uid === null ? undefined : complaintOfOwner(path, uid);
}

function complaintOfOwner(path: string, owner: number): string | undefined {
  const us = ownUid(path);
  if (us === owner) return undefined;
  return us === undefined
    ? "whether it is yours cannot be told; run with --allow-sys=uid"
    : "it belongs to another user; set XDG_CACHE_HOME to a directory of your own";
}

function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined; // whoever uses it will see
  }
}

/** Who we are; without the permission to ask, the owner of what we make. */
function ownUid(directory: string): number | undefined {
  if (isGranted({ name: "sys", kind: "uid" })) return Deno.uid() ?? undefined;
  // If it stays, it goes with what is unfinished (`kept_files.ts`).
  const path = `${directory}/${"0".repeat(64)}.${crypto.randomUUID()}`;
  try {
    // The file is asked and not its name: another may have that by now.
    using file = Deno.openSync(path, {
      write: true,
      createNew: true,
      mode: 0o600,
    });
    Deno.removeSync(path);
    return file.statSync().uid ?? undefined;
  } catch {
    return undefined; // nobody lets us
  }
}
