import { Filetype } from "./abi.ts";
import { SeekableDescriptor } from "./seekable.ts";
import { Errno, WasiError } from "./errno.ts";
import { Attributes, type MemoryNodeOptions } from "./memory_node.ts";
import { Node, type OpenMode, type Stat, type Times } from "./node.ts";
import { Volume } from "./volume.ts";

/** Longest file: what one buffer of V8 surely holds. */
const MAX_SIZE = 2 ** 32 - 1;
const MIN_CAPACITY = 256;

/**
 * A file whose content lies in the host's memory.
 *
 * ```ts
 * import { MemoryFile } from "@x/py-plugin/wasi";
 * const file = new MemoryFile("hello\n");
 * console.log(file.text(), file.size); // hello, 6
 * ```
 */
export class MemoryFile extends Node {
  /** A regular file. */
  override readonly filetype: Filetype = Filetype.REGULAR_FILE;
  /** Names and times. */
  readonly attributes: Attributes;
  #bytes: Uint8Array<ArrayBuffer>;
  #size: number;
  /** Descriptors that hold it; its bytes are used until the last is closed. */
  #opened = 0;

  /**
   * Make a file that has no name yet.
   *
   * @param content What is in it; bytes are copied.
   * @param options Its times.
   */
  constructor(
    content: string | Uint8Array = "",
    options: MemoryNodeOptions & { readonly volume?: Volume } = {},
  ) {
    super();
    this.#bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content.slice();
    this.#size = this.#bytes.length;
    this.attributes = new Attributes(
      options.volume ?? new Volume(),
      options.mtime,
    );
  }

  /** How long it is. */
  get size(): number {
    return this.#size;
  }

  /** Host memory it takes: at most about four times its size. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /**
   * What is in it now.
   *
   * @returns A copy.
   */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#size);
  }

  /**
   * What is in it now, read as UTF-8.
   *
   * @returns The text.
   */
  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    const { nlink, atim, mtim, ctim } = this.attributes;
    return {
      filetype: this.filetype,
      nlink,
      size: this.#size,
      atim,
      mtim,
      ctim,
    };
  }

  /**
   * Set its times.
   *
   * @param times The new times.
   */
  override setTimes(times: Times): void {
    this.attributes.set(times);
  }

  /**
   * Open it.
   *
   * @param mode How.
   * @returns A new descriptor.
   */
  override open(mode: OpenMode): SeekableDescriptor {
    if (mode.write || mode.truncate) this.attributes.volume.demandWritable();
    if (mode.truncate) this.resize(0);
    this.#opened++;
    return new MemoryFileDescriptor(this);
  }

  /** A descriptor of it was closed. */
  release(): void {
    this.#opened--;
    this.#dropWhenUnused();
  }

  /** It has one name less. */
  unlinked(): void {
    this.attributes.nlink--;
    this.attributes.rename();
    this.#dropWhenUnused();
  }

  /** Fill a buffer from an offset; fewer bytes only at the end. */
  readAt(buffer: Uint8Array, offset: number): number {
    const end = Math.min(this.#size, offset + buffer.length);
    if (end <= offset) return 0;
    buffer.set(this.#bytes.subarray(offset, end));
    return end - offset;
  }

  /** Write as much of a buffer at an offset as the quota lets, or fail. */
  writeAt(buffer: Uint8Array, offset: number): number {
    this.attributes.volume.demandWritable();
    if (buffer.length === 0) return 0;
    if (offset >= MAX_SIZE) throw new WasiError(Errno.FBIG);
    const { volume } = this.attributes;
    const room = this.#size + volume.free;
    const end = Math.min(offset + buffer.length, room, MAX_SIZE);
    if (end <= offset) volume.refuse(offset + buffer.length - this.#size);
    if (end > this.#size) this.#grow(end);
    this.#bytes.set(buffer.subarray(0, end - offset), offset);
    this.attributes.touch();
    return end - offset;
  }

  /** Make it as long as this; new bytes are zero. */
  resize(size: number): void {
    this.attributes.volume.demandWritable();
    if (size > this.#size) this.#grow(size);
    else this.#shrink(size);
    this.attributes.touch();
  }

  #grow(size: number): void {
    if (size > MAX_SIZE) throw new WasiError(Errno.FBIG);
    const { volume } = this.attributes;
    volume.charge(size - this.#size);
    try {
      this.#reserve(size);
    } catch (error) {
      volume.charge(this.#size - size);
      throw error;
    }
    this.#size = size;
  }

  #shrink(size: number): void {
    this.attributes.volume.charge(size - this.#size);
    this.#size = size;
    // What is not charged any more must not be held either.
    const ample = 4 * Math.max(size, MIN_CAPACITY);
    if (this.#bytes.length > ample) this.#bytes = this.bytes();
    else this.#bytes.fill(0, size);
  }

  /** Make room, twice as much as needed, so that appending stays linear. */
  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const { free } = this.attributes.volume;
    const capacity = Math.min(
      Math.max(size * 2, MIN_CAPACITY),
      size + free,
      MAX_SIZE,
    );
    const bytes = allocate(Math.max(capacity, size));
    bytes.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = bytes;
  }

  #dropWhenUnused(): void {
    if (this.attributes.nlink > 0 || this.#opened > 0) return;
    this.attributes.volume.place(-this.#size);
    this.#bytes = new Uint8Array(0);
    this.#size = 0;
  }
}

/** An open file in memory. */
class MemoryFileDescriptor extends SeekableDescriptor {
  override readonly node: MemoryFile;
  #closed = false;

  constructor(node: MemoryFile) {
    super();
    this.node = node;
  }

  protected override size(): number {
    return this.node.size;
  }

  protected override readAt(buffer: Uint8Array, offset: number): number {
    return this.node.readAt(buffer, offset);
  }

  protected override writeAt(buffer: Uint8Array, offset: number): number {
    return this.node.writeAt(buffer, offset);
  }

  override setSize(size: number): void {
    this.node.resize(size);
  }

  override allocate(size: number): void {
    if (size > this.node.size) this.node.resize(size);
  }

  override close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.node.release();
  }
}

/** A buffer, or `NOSPC` when the host's memory is full. */
function allocate(size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (error) {
    if (error instanceof RangeError) throw new WasiError(Errno.NOSPC);
    throw error;
  }
}
