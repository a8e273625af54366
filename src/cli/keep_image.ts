/**
 * What is done for the next run of a plugin, after this one.
 *
 * @module
 */

import type { WarmStore } from "../../mod.ts";
import { isTried, kindOf, prune } from "./kept_files.ts";
import type { WantedMemory } from "./memory_file.ts";
import { MOST_LABEL } from "./warm_cache.ts";

/** How a plugin's image comes about. */
export interface ImageSource {
  /** What people call the plugin. */
  readonly label: string;
  /** Makes the image. */
  readonly make: Parameters<WarmStore["missed"]>[1];
}

/** So often it is noted that a file was used, and so often one is made. */
const DAY_MS = 24 * 60 * 60 * 1000;

/** The only byte of a file that says that the plugin has no image. */
const NONE = Uint8Array.of(0x2d);

/** What stands in the place of what is being made. */
const TRIED = Uint8Array.of(0x2d, 0x2d);

/**
 * Note that a plugin was seen, or keep its image when it was seen before.
 *
 * @returns Whether it was.
 * @param directory Where.
 * @param key What its file is called.
 * @param source How the image comes about.
 */
export async function keepImage(
  directory: string,
  key: string,
  { label, make }: ImageSource,
): Promise<boolean> {
  const path = `${directory}/${key}`;
  const there = infoOf(path);
  if (there === undefined) {
    await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
    keepFile(path, new Uint8Array());
  } else if (hasNone(there)) {
    return true;
  } else { // it was seen, or the image is of another build, or damaged
    await keepMade(path, async () => {
      const image = await make();
      return image === undefined ? NONE : labelled(image, label);
    });
  }
  prune(directory);
  return there !== undefined;
}

function hasNone(file: Deno.FileInfo): boolean {
  return kindOf(file) === "none" || isTried(file) && !isOld(file);
}

/** Keep what every start begins with. */
export async function keepMemory({ path, make }: WantedMemory): Promise<void> {
  const there = infoOf(path);
  if (there !== undefined && isTried(there) && !isOld(there)) return;
  await keepMade(path, make);
}

/** Note that a file was used: the ones that are not go first. */
export function keepUsed(path: string): void {
  const now = new Date();
  if (isOld(Deno.lstatSync(path))) Deno.utimeSync(path, now, now);
}

/**
 * Nothing is made where not even a note can be written, and nothing anew all day
 * long where there is room for no more than the note.
 */
async function keepMade(
  path: string,
  make: () => Uint8Array | Promise<Uint8Array>,
): Promise<void> {
  keepFile(path, TRIED);
  keepFile(path, await make());
}

/** Whether a day has passed. A clock that was set back has its day at once. */
function isOld({ mtime }: Deno.FileInfo): boolean {
  return Math.abs(Date.now() - (mtime?.getTime() ?? 0)) >= DAY_MS;
}

function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whoever reads it meanwhile has the old file or the new one, whole. */
function keepFile(path: string, bytes: Uint8Array): void {
  const part = `${path}.${crypto.randomUUID()}`;
  try {
    Deno.writeFileSync(part, bytes, { createNew: true, mode: 0o600 });
    Deno.renameSync(part, path);
  } catch (error) {
    remove(part);
    throw error;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was not even made.
  }
}

function labelled(image: Uint8Array, label: string): Uint8Array {
  const room = new Uint8Array(MOST_LABEL);
  const { written } = new TextEncoder().encodeInto(label, room);
  const name = room.subarray(0, written); // whole characters
  const bytes = new Uint8Array(image.length + name.length + 4);
  bytes.set(image);
  bytes.set(name, image.length);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, name.length, true);
  return bytes;
}
