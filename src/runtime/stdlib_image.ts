/**
 * The standard library's image: compressed files and their decompressor in
 * one wasm file.
 *
 * ```text
 *   stdlib.wasm
 *   +---------------------+--------------+----------------+-- - - -
 *   | code: the decoder   | stdlib.index | stdlib.block.0 | ...
 *   +---------------------+--------------+----------------+-- - - -
 *                          JSON           zstd frame
 * ```
 *
 * A block holds several files one after the other, because they compress
 * better together. Each lies in a custom section of its own, so that reading
 * one file copies one block out of the module and not the whole image.
 *
 * @module
 */

import { InternalError } from "../errors.ts";

/** Version of the format; image and reader are built together. */
export const IMAGE_FORMAT = 1;
/** Name of the custom section that holds the {@linkcode ImageIndex}. */
export const INDEX_SECTION = "stdlib.index";
/** Blocks kept decompressed: a package's files lie in one or two of them. */
const KEPT_BLOCKS = 4;

/** Name of the custom section that holds block `number`. */
export function blockSection(number: number): string {
  return `stdlib.block.${number}`;
}

/** One block as the index describes it. */
export interface ImageBlock {
  /** Bytes of the block when it is decompressed. */
  readonly size: number;
  /** Paths and sizes of the files in it, in the order they lie there. */
  readonly files: readonly (readonly [path: string, size: number])[];
}

/** What the index section holds, as JSON. */
export interface ImageIndex {
  /** {@linkcode IMAGE_FORMAT} of the writer. */
  readonly format: number;
  /** Each block; the position is the number in its section's name. */
  readonly blocks: readonly ImageBlock[];
}

/** Where a file lies. */
interface Place {
  readonly block: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The standard library as the artifact carries it: compressed files, read one
 * at a time.
 *
 * ```ts ignore
 * import { stdlib } from "../../wrapper/stdlib.js";
 * const image = new StdlibImage(stdlib);
 * const source = new TextDecoder().decode(image.read("json/__init__.py"));
 * ```
 */
export class StdlibImage {
  /** Sizes of the files by path, `json/__init__.py`, in the image's order. */
  readonly files: ReadonlyMap<string, number>;
  readonly #module: WebAssembly.Module;
  readonly #blocks: readonly ImageBlock[];
  /** Made for the first read: a start may need no file at all. */
  #places: ReadonlyMap<string, Place> | undefined;
  /** The blocks read last, the latest at the end. */
  readonly #kept = new Map<number, Uint8Array>();
  /** Every block read, as long as there is memory to spare. */
  readonly #seen = new Map<number, WeakRef<Uint8Array>>();
  #decoder: Decoder | undefined;

  /**
   * Read the index; blocks are read when they are asked for.
   *
   * @param module The compiled image.
   * @throws {InternalError} When the module is not an image of this format.
   */
  constructor(module: WebAssembly.Module) {
    this.#module = module;
    this.#blocks = readIndex(module);
    this.files = listFiles(this.#blocks);
  }

  /**
   * Decompress one file.
   *
   * @param path A key of {@linkcode StdlibImage.files}.
   * @returns The file's bytes, which others may be reading, too.
   * @throws {InternalError} When there is no such file, or it is damaged.
   */
  read(path: string): Uint8Array {
    this.#places ??= placeFiles(this.#blocks);
    const place = this.#places.get(path);
    if (place === undefined) {
      throw new InternalError(
        `Cannot read "${path}" from the standard library's image: not in it`,
      );
    }
    return this.#block(place.block).subarray(place.start, place.end);
  }

  /** The decompressed block, kept for the files that are asked for next. */
  #block(number: number): Uint8Array {
    const bytes = this.#kept.get(number) ?? this.#seen.get(number)?.deref() ??
      this.#decode(number);
    this.#kept.delete(number);
    this.#kept.set(number, bytes);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_BLOCKS && oldest !== undefined) {
      this.#kept.delete(oldest);
    }
    return bytes;
  }

  #decode(number: number): Uint8Array {
    this.#decoder ??= new Decoder(this.#module);
    const compressed = section(this.#module, blockSection(number));
    const size = this.#blocks[number]?.size ?? 0;
    const bytes = this.#decoder.decode(compressed, size);
    if (bytes === undefined) {
      throw new InternalError(
        `Cannot read block ${number} of the standard library's image: damaged`,
      );
    }
    this.#seen.set(number, new WeakRef(bytes));
    return bytes;
  }
}

/** The functions of wrapper/image/decoder.c. */
interface DecoderExports {
  readonly memory: WebAssembly.Memory;
  readonly _initialize: () => void;
  readonly input: (size: number) => number;
  readonly decode: (size: number, decodedSize: number) => number;
}

/** The image's own decompressor. */
class Decoder {
  readonly #exports: DecoderExports;

  constructor(module: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(module, {});
    this.#exports = exports as unknown as DecoderExports;
    this.#exports._initialize();
  }

  /** The decompressed bytes, or `undefined` when they are not `size` bytes. */
  decode(compressed: Uint8Array, size: number): Uint8Array | undefined {
    const { memory, input, decode } = this.#exports;
    const source = input(compressed.length) >>> 0;
    if (source === 0) return undefined;
    new Uint8Array(memory.buffer).set(compressed, source);
    const start = decode(compressed.length, size) >>> 0;
    if (start === 0) return undefined;
    return new Uint8Array(memory.buffer).slice(start, start + size);
  }
}

function readIndex(module: WebAssembly.Module): readonly ImageBlock[] {
  const text = new TextDecoder().decode(section(module, INDEX_SECTION));
  const index: Partial<ImageIndex> = parseJson(text);
  if (index.format !== IMAGE_FORMAT || !Array.isArray(index.blocks)) {
    throw new InternalError(
      `Cannot read the standard library's image: its format is "${index.format}", not "${IMAGE_FORMAT}"`,
    );
  }
  return index.blocks;
}

function parseJson(text: string): Partial<ImageIndex> {
  try {
    return Object(JSON.parse(text));
  } catch (cause) {
    throw new InternalError(
      "Cannot read the standard library's image: its index is damaged",
      { cause },
    );
  }
}

function listFiles(blocks: readonly ImageBlock[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [block, { size, files }] of blocks.entries()) {
    let sum = 0;
    for (const [path, length] of files) {
      sizes.set(path, length);
      sum += length;
    }
    if (sum !== size) {
      throw new InternalError(
        `Cannot read the standard library's image: block ${block} holds ${size} bytes, its files ${sum}`,
      );
    }
  }
  return sizes;
}

function placeFiles(blocks: readonly ImageBlock[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const [block, { files }] of blocks.entries()) {
    let start = 0;
    for (const [path, length] of files) {
      places.set(path, { block, start, end: start + length });
      start += length;
    }
  }
  return places;
}

function section(module: WebAssembly.Module, name: string): Uint8Array {
  const [bytes] = WebAssembly.Module.customSections(module, name);
  if (bytes === undefined) {
    throw new InternalError(
      `Cannot read the standard library's image: it has no section "${name}"`,
    );
  }
  return new Uint8Array(bytes);
}
