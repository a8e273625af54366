/**
 * A saved plugin as bytes, and back.
 *
 * ```text
 *   magic     8   "\x89PYPLUG\n"
 *   version   4   1; all numbers are little-endian
 *   image    32   which image of Python it goes on from
 *   header    4   how many bytes the header has
 *   header        JSON: entry, offered, check, size, pages, [file, bytes]...
 *   files         one after the other
 *   pages     4   the number of each page
 *   bytes  4096   of each page
 *   hash     32   SHA-256 of all before it
 * ```
 *
 * The bytes may come from anywhere. What they say is checked, so that the
 * worst that they can be is a hostile guest, which any plugin can be as well.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";
import { IMAGE_PAGE, isPossible } from "../runtime/mod.ts";
import { concat } from "../concat.ts";
import type { SavedPlugin } from "./open.ts";

const MAGIC = Uint8Array.of(0x89, 0x50, 0x59, 0x50, 0x4c, 0x55, 0x47, 0x0a);
const VERSION = 1;
const ID = 32;
const HASH = 32;
/** Magic, version, image, and the size of the header. */
const FIXED = MAGIC.length + 4 + ID + 4;

/** The header, once it has been checked. */
interface Header {
  readonly entry: string;
  readonly offered: readonly string[];
  readonly check: boolean;
  readonly size: number;
  readonly pages: number;
  readonly files: readonly (readonly [string, number])[];
}

/** Write a saved plugin; `image` is the id of the artifact's image. */
export async function writeSnapshot(
  saved: SavedPlugin,
  image: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { source: { entry, files }, offered, check, image: memory } = saved;
  const header: Header = {
    entry,
    offered,
    check,
    size: memory.size,
    pages: memory.pages.length,
    files: Array.from(files, ([name, { length }]) => [name, length] as const),
  };
  const headerBytes = new TextEncoder().encode(JSON.stringify(header));
  const numbers = new DataView(new ArrayBuffer(8));
  numbers.setUint32(0, VERSION, true);
  numbers.setUint32(4, headerBytes.length, true);
  const body = concat([
    MAGIC,
    new Uint8Array(numbers.buffer, 0, 4),
    Uint8Array.fromHex(image),
    new Uint8Array(numbers.buffer, 4, 4),
    headerBytes,
    ...files.values(),
    littleEndian(memory.pages),
    memory.bytes,
  ]);
  return concat([body, await sha256(body)]);
}

/**
 * Read a saved plugin.
 *
 * @param given The bytes; nothing of them is used once it returns.
 * @param image The id of the artifact's image.
 * @throws {PluginLoadError} When it is none, or not of this image.
 * @throws {TypeError} When these are no bytes.
 */
export async function readSnapshot(
  given: Uint8Array,
  image: string,
): Promise<SavedPlugin> {
  checkBeginning(given, image);
  // They are the caller's to change, and hashing takes a while.
  const bytes = new Uint8Array(given);
  const body = bytes.subarray(0, -HASH);
  const hash = await sha256(body);
  if (hash.some((byte, index) => bytes[body.length + index] !== byte)) {
    throw cannot("it is damaged or cut off, its hash does not fit");
  }
  const words = new DataView(bytes.buffer);
  return parseBody(body.subarray(FIXED), words.getUint32(FIXED - 4, true));
}

/** Check what comes before the header, before the rest is looked at. */
function checkBeginning(bytes: Uint8Array, image: string): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError("Cannot read a snapshot: it must be a Uint8Array");
  }
  if (bytes.length === 0) throw cannot("it is empty");
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw cannot("it is none, its first bytes are wrong");
  }
  if (bytes.length < FIXED + HASH) throw cannot("it is cut off");
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = words.getUint32(MAGIC.length, true);
  if (version !== VERSION) {
    throw cannot(`its version is ${version}, and ${VERSION} is known`);
  }
  const id = bytes.subarray(MAGIC.length + 4, MAGIC.length + 4 + ID).toHex();
  if (id !== image) {
    throw cannot(
      `it was taken with another build of Python (${short(id)}, this is ${
        short(image)
      }); load the plugin and take it anew`,
    );
  }
}

function parseBody(
  body: Uint8Array<ArrayBuffer>,
  headerSize: number,
): SavedPlugin {
  const header = parseHeader(body.subarray(0, headerSize));
  const { entry, offered, check, size } = header;
  const fileBytes = header.files.reduce((sum, [, length]) => sum + length, 0);
  const expected = headerSize + fileBytes + header.pages * (4 + IMAGE_PAGE);
  if (body.length !== expected) throw cannot("its sizes do not fit");
  let at = headerSize;
  const take = (length: number) => body.slice(at, at += length);
  const files = new Map(
    header.files.map(([name, length]) => [name, take(length)]),
  );
  const pages = fromLittleEndian(take(header.pages * 4));
  const memory = { size, pages, bytes: take(header.pages * IMAGE_PAGE) };
  if (!files.has(entry)) throw cannot("its file is not in it");
  if (!isPossible(memory)) throw cannot("its pages fit no memory");
  const source = { kind: "python", entry, files } as const;
  return { source, offered, check, image: memory };
}

function parseHeader(bytes: Uint8Array): Header {
  const header = parseJson(bytes);
  const { entry, offered, check, size, pages, files } = header;
  if (
    isName(entry) && Array.isArray(offered) && offered.every(isText) &&
    typeof check === "boolean" && isCount(size) && isCount(pages) &&
    Array.isArray(files) && files.every(isFile)
  ) {
    return { entry, offered, check, size, pages, files };
  }
  throw cannot("its header is damaged");
}

function parseJson(bytes: Uint8Array): Record<keyof Header, unknown> {
  try {
    return Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw cannot("its header is damaged", cause);
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 &&
    Number(value) < 2 ** 32;
}

function isFile(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && value.length === 2 && isName(value[0]) &&
    isCount(value[1]);
}

/** A relative path that stays where it begins. */
function isName(value: unknown): value is string {
  return isText(value) && !value.includes("\0") &&
    value.split("/").every((part) => !["", ".", ".."].includes(part));
}

function littleEndian(numbers: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.length * 4));
  for (const [index, number] of numbers.entries()) {
    view.setUint32(index * 4, number, true);
  }
  return new Uint8Array(view.buffer);
}

function fromLittleEndian(
  bytes: Uint8Array<ArrayBuffer>,
): Uint32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer);
  const numbers = new Uint32Array(bytes.length / 4);
  for (const index of numbers.keys()) {
    numbers[index] = view.getUint32(index * 4, true);
  }
  return numbers;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function short(id: string): string {
  return id.slice(0, 12);
}

function cannot(why: string, cause?: unknown): PluginLoadError {
  return new PluginLoadError(`Cannot read the snapshot: ${why}`, { cause });
}
