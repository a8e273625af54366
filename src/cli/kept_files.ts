/**
 * The files that the program keeps for plugins.
 *
 * @module
 */

import { MEMORY_NAME } from "./memory_file.ts";

/**
 * What a file says of a plugin: that it was seen, that it has no image, that one
 * is being made or could not be kept; or what every start begins with.
 */
export type KeptKind = "seen" | "none" | "tried" | "image" | "memory";

type PluginKind = Exclude<KeptKind, "memory">;

/** One of the files. */
export interface KeptFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was made, or used last. */
  readonly used: Date;
  /** What it is; nothing when a process left it unfinished. */
  readonly kind: KeptKind | undefined;
}

/** What of a file is looked at. */
export interface Sized {
  readonly size: number;
}

/** All files together may have as many bytes. */
export const MOST_BYTES = 256 * 1024 * 1024;
/** So many images are kept. */
export const MOST_IMAGES = 64;
/** And so many notes of plugins that have none. */
const MOST_NOTES = 256;
/** What is unfinished for as long is nobody's any more. */
const UNFINISHED_MS = 60 * 60 * 1000;

/** The program's present version and the one before have their memories. */
const MOST_MEMORIES = 2;

const NAME = /^[0-9a-f]{64}$/;
const MEMORY = new RegExp(`^${MEMORY_NAME}[0-9a-f]{64}$`);
const UNFINISHED = new RegExp(
  `^(?:${MEMORY_NAME})?[0-9a-f]{64}\\.[0-9a-f-]{36}$`,
);

/** What a plugin's file is, by its size; nothing when there is none. */
export function kindOf(file: Sized): PluginKind;
/** The same for a file that may be missing. */
export function kindOf(file: Sized | undefined): PluginKind | undefined;
export function kindOf(file: Sized | undefined): PluginKind | undefined {
  if (file === undefined) return undefined;
  if (isTried(file)) return "tried";
  return file.size === 0 ? "seen" : file.size === 1 ? "none" : "image";
}

/** Whether it stands in the place of what is being made. */
export function isTried({ size }: Sized): boolean {
  return size === 2;
}

/** The files in a directory that are the program's, the last used one first. */
export function keptFiles(directory: string): KeptFile[] {
  const files: KeptFile[] = [];
  for (const { name, isFile } of entriesOf(directory)) {
    const isOurs = isFile &&
      [NAME, MEMORY, UNFINISHED].some((form) => form.test(name));
    const path = `${directory}/${name}`;
    const info = isOurs ? infoOf(path) : undefined;
    if (info === undefined) continue;
    files.push({
      path,
      bytes: info.size,
      used: info.mtime ?? new Date(0),
      kind: NAME.test(name)
        ? kindOf(info)
        : MEMORY.test(name)
        ? isTried(info) ? "tried" : "memory"
        : undefined,
    });
  }
  return files.sort((a, b) => b.used.getTime() - a.used.getTime());
}

/** Remove what is too much. */
export function prune(directory: string): void {
  const latest = Date.now() - UNFINISHED_MS;
  const count = { images: 0, bytes: 0, notes: 0, memories: 0 };
  const isTooMuch = ({ kind, bytes, used }: KeptFile): boolean => {
    count.bytes += bytes;
    switch (kind) {
      case "image":
        count.images += 1;
        return count.images > MOST_IMAGES || count.bytes > MOST_BYTES;
      case "memory":
        count.memories += 1;
        return count.memories > MOST_MEMORIES || count.bytes > MOST_BYTES;
      case "seen":
      case "none":
      case "tried":
        count.notes += 1;
        return count.notes > MOST_NOTES;
      default:
        return used.getTime() < latest;
    }
  };
  for (const file of keptFiles(directory)) {
    if (isTooMuch(file)) removeFile(file.path);
  }
}

/** Remove a file, unless somebody else has. */
export function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function entriesOf(directory: string): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync(directory)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
