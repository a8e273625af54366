/**
 * What is done for the next run of a plugin, after this one.
 *
 * @module
 */

import type { WarmStore } from "../../mod.ts";
import { MOST_LABEL } from "./warm_cache.ts";
import { kindOf, prune, type Sized } from "./kept_files.ts";

/** How a plugin's image comes about. */
export interface ImageSource {
  /** What people call the plugin. */
  readonly label: string;
  /** Makes the image. */
  readonly make: Parameters<WarmStore["missed"]>[1];
}

/** An image that was used at all is not noted more often. */
const DAY_MS = 24 * 60 * 60 * 1000;

/** The only byte of a file that says that the plugin has no image. */
const NONE = Uint8Array.of(0x2d);

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
  const kind = kindOf(sizeOf(path));
  switch (kind) {
    case undefined:
      await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
      keepFile(path, new Uint8Array());
      break;
    case "none":
      return true;
    case "seen":
    case "image": { // of another build, or damaged
      const image = await make();
      keepFile(path, image === undefined ? NONE : labelled(image, label));
    }
  }
  prune(directory);
  return kind !== undefined;
}

/** Note that an image was used: the ones that are not go first. */
export function keepUsed(path: string): void {
  const now = new Date();
  const { mtime } = Deno.lstatSync(path);
  if (now.getTime() - (mtime?.getTime() ?? 0) >= DAY_MS) {
    Deno.utimeSync(path, now, now);
  }
}

function sizeOf(path: string): Sized | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whoever reads it meanwhile has the old file or the new one, whole. */
export function keepFile(path: string, bytes: Uint8Array): void {
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
  const name = new TextEncoder().encode(label).subarray(0, MOST_LABEL);
  const bytes = new Uint8Array(image.length + name.length + 4);
  bytes.set(image);
  bytes.set(name, image.length);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, name.length, true);
  return bytes;
}
