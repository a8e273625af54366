/**
 * Packs files into one wasm file: the decoder's code, then custom sections
 * with the index and the compressed blocks.
 *
 * @module
 */

import {
  blockSection,
  IMAGE_FORMAT,
  type ImageBlock,
  type ImageIndex,
  INDEX_SECTION,
} from "../../src/runtime/stdlib_image.ts";
import { ByteWriter } from "./wasm/bytes.ts";
import { customSection, readSections, writeSections } from "./wasm/sections.ts";

/** A file of the image. */
export interface ImageFile {
  /** Path relative to `/python/lib/python3.14`. */
  readonly path: string;
  /** Its contents. */
  readonly bytes: Uint8Array;
}

/** Files that are compressed together, in blocks of about `blockSize`. */
export interface ImageGroup {
  /** The files, in the order they shall lie. */
  readonly files: readonly ImageFile[];
  /** A block ends with the file that reaches this size. */
  readonly blockSize: number;
  /** Whether how fast they are unpacked is worth more than how small they are. */
  readonly isQuick: boolean;
}

/** Compresses one block; see wrapper/image/encoder.c. */
export type Encode = (bytes: Uint8Array, isQuick: boolean) => Uint8Array;

/** The image: `decoder` is the wasm file that the sections are added to. */
export function packImage(
  decoder: Uint8Array,
  groups: readonly ImageGroup[],
  encode: Encode,
): Uint8Array {
  const blocks = groups.flatMap((group) =>
    cutIntoBlocks(group).map((files) => ({ files, isQuick: group.isQuick }))
  );
  const index: ImageIndex = {
    format: IMAGE_FORMAT,
    blocks: blocks.map(({ files }) => describe(files)),
  };
  const indexText = new TextEncoder().encode(JSON.stringify(index));
  return writeSections([
    ...readSections(decoder),
    customSection(INDEX_SECTION, indexText),
    ...blocks.map(({ files, isQuick }, number) =>
      customSection(blockSection(number), encode(joined(files), isQuick))
    ),
  ]);
}

/** The compressor of wrapper/image/encoder.c as a function. */
export function loadEncoder(module: WebAssembly.Module): Encode {
  const { exports } = new WebAssembly.Instance(module, {});
  const { memory, _initialize, input, encode, output } =
    exports as unknown as EncoderExports;
  _initialize();
  return (bytes, isQuick) => {
    const source = input(bytes.length) >>> 0;
    new Uint8Array(memory.buffer).set(bytes, source);
    const size = encode(bytes.length, Number(isQuick));
    if (size === 0) throw new Error("Cannot compress a block: out of memory");
    const start = output() >>> 0;
    return new Uint8Array(memory.buffer).slice(start, start + size);
  };
}

interface EncoderExports {
  readonly memory: WebAssembly.Memory;
  readonly _initialize: () => void;
  readonly input: (size: number) => number;
  readonly encode: (size: number, isQuick: number) => number;
  readonly output: () => number;
}

function cutIntoBlocks({ files, blockSize }: ImageGroup): ImageFile[][] {
  const blocks: ImageFile[][] = [];
  let block: ImageFile[] = [];
  let size = 0;
  for (const file of files) {
    block.push(file);
    size += file.bytes.length;
    if (size < blockSize) continue;
    blocks.push(block);
    block = [];
    size = 0;
  }
  return block.length === 0 ? blocks : [...blocks, block];
}

function describe(files: readonly ImageFile[]): ImageBlock {
  return {
    size: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
    files: files.map(({ path, bytes }) => [path, bytes.length]),
  };
}

function joined(files: readonly ImageFile[]): Uint8Array {
  const writer = new ByteWriter();
  for (const { bytes } of files) writer.put(bytes);
  return writer.bytes;
}
