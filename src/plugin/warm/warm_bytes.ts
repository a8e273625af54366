/**
 * A warm image as bytes, and back.
 *
 * ```text
 *   hash     32   SHA-256 of all behind it
 *   magic     8   "\x89PYWARM\n"
 *   build    32   which image of Python it goes on from
 *   size      4   pages of the memory; numbers are this machine's
 *   pages     4   how many image pages follow
 *   block     4   how many bytes the block has
 *   pages     4   the number of each
 *   bytes  4096   of each
 *   block         JSON: the file's script block (PEP 723), parsed; or nothing
 * ```
 *
 * @module
 */

import { IMAGE_PAGE, isPossible, type MemoryImage } from "../../runtime/mod.ts";
import type { Parsed } from "../toml.ts";

/** What is kept of a plugin. */
export interface Warm {
  /** The memory of a Python that has prepared its files. */
  readonly image: MemoryImage;
  /** Its script block, when it has one. */
  readonly block: Parsed | undefined;
}

const HASH = 32;
const MAGIC = Uint8Array.of(0x89, 0x50, 0x59, 0x57, 0x41, 0x52, 0x4d, 0x0a);
const BUILD = HASH + MAGIC.length;
const NUMBERS = BUILD + 32;
const PAGES = NUMBERS + 12;

/** Write it; `build` is the id of the artifact's image. */
export async function writeWarm(
  { image: { size, pages, bytes }, block }: Warm,
  build: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const json = new TextEncoder().encode(block && JSON.stringify(block));
  const memory = PAGES + pages.byteLength;
  const all = new Uint8Array(memory + bytes.length + json.length);
  all.set(MAGIC, HASH);
  all.set(Uint8Array.fromHex(build), BUILD);
  const numbers = new Uint32Array(all.buffer, NUMBERS, 3);
  numbers.set([size, pages.length, json.length]);
  new Uint32Array(all.buffer, PAGES, pages.length).set(pages);
  all.set(bytes, memory);
  all.set(json, memory + bytes.length);
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

/** What whole bytes hold, when it is of this build. */
export function parseWarm(
  bytes: Uint8Array<ArrayBuffer>,
  build: string,
): Warm | undefined {
  if (!startsWith(bytes.subarray(HASH), MAGIC)) return undefined;
  if (bytes.subarray(BUILD, NUMBERS).toHex() !== build) return undefined;
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = aligned;
  const numbers = new Uint32Array(buffer, byteOffset + NUMBERS, 3);
  const [size = 0, count = 0, length = 0] = numbers;
  const memory = PAGES + count * 4;
  const end = memory + count * IMAGE_PAGE;
  if (bytes.length !== end + length) return undefined;
  const image = {
    size,
    pages: new Uint32Array(buffer, byteOffset + PAGES, count),
    bytes: aligned.subarray(memory, end),
  };
  if (!isPossible(image)) return undefined;
  const json = new TextDecoder().decode(aligned.subarray(end));
  return { image, block: json === "" ? undefined : JSON.parse(json) };
}

async function sha256(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
