/**
 * A warm image as bytes, and back.
 *
 * ```text
 *   hash     32   SHA-256 of all behind it
 *   magic     8   "\x89PYWARM\n"
 *   build    32   which image of Python it goes on from
 *   size      4   pages of the memory; numbers are this machine's
 *   pages     4   how many image pages follow
 *   pages     4   the number of each
 *   bytes  4096   of each
 * ```
 *
 * @module
 */

import { IMAGE_PAGE, isPossible, type MemoryImage } from "../../runtime/mod.ts";

const HASH = 32;
const MAGIC = Uint8Array.of(0x89, 0x50, 0x59, 0x57, 0x41, 0x52, 0x4d, 0x0a);
const BUILD = HASH + MAGIC.length;
const NUMBERS = BUILD + 32;
const PAGES = NUMBERS + 8;

/** Write an image; `build` is the id of the artifact's. */
export async function writeWarm(
  { size, pages, bytes }: MemoryImage,
  build: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const all = new Uint8Array(PAGES + pages.byteLength + bytes.length);
  all.set(MAGIC, HASH);
  all.set(Uint8Array.fromHex(build), BUILD);
  new Uint32Array(all.buffer, NUMBERS).set([size, pages.length]);
  new Uint32Array(all.buffer, PAGES, pages.length).set(pages);
  all.set(bytes, PAGES + pages.byteLength);
  all.set(await sha256(all.subarray(HASH)));
  return all;
}

/** The same bytes when they are whole; it needs nothing of the build. */
export async function wholeWarm(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (bytes.length < PAGES) return undefined;
  const hash = await sha256(bytes.subarray(HASH));
  return startsWith(bytes, hash) ? bytes : undefined;
}

/** The image in whole bytes, when it is one of this build. */
export function parseWarm(
  bytes: Uint8Array<ArrayBuffer>,
  build: string,
): MemoryImage | undefined {
  if (!startsWith(bytes.subarray(HASH), MAGIC)) return undefined;
  if (bytes.subarray(BUILD, NUMBERS).toHex() !== build) return undefined;
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = aligned;
  const numbers = new Uint32Array(buffer, byteOffset + NUMBERS, 2);
  const [size = 0, count = 0] = numbers;
  if (bytes.length !== PAGES + count * (4 + IMAGE_PAGE)) return undefined;
  const image = {
    size,
    pages: new Uint32Array(buffer, byteOffset + PAGES, count),
    bytes: aligned.subarray(PAGES + count * 4),
  };
  return isPossible(image) ? image : undefined;
}

async function sha256(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
