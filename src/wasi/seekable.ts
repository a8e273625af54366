import { FdFlags, FILE_RIGHTS, type Filetype, Whence } from "./abi.ts";
import { Descriptor, type Readiness } from "./descriptor.ts";
import { Errno, WasiError } from "./errno.ts";
import type { Node, Stat, Times } from "./node.ts";

/** A node that can be read and written at any offset. */
export abstract class SeekableDescriptor extends Descriptor {
  #position = 0;

  /** A descriptor with all rights of a file. */
  constructor() {
    super(FILE_RIGHTS);
  }

  /** The open node. */
  abstract readonly node: Node;

  /** How long the content is. */
  protected abstract size(): number;

  /** Fill one buffer from an offset; fewer bytes only at the end. */
  protected abstract readAt(
    buffer: Uint8Array,
    offset: number,
  ): number;

  /** Write one buffer at an offset. */
  protected writeAt(_buffer: Uint8Array, _offset: number): number {
    throw new WasiError(Errno.ROFS);
  }

  /** What kind of file its node is. */
  override get filetype(): Filetype {
    return this.node.filetype;
  }

  /** It has an offset. */
  override get seekable(): boolean {
    return true;
  }

  /** Its node, which other descriptors may have open too. */
  override get identity(): object {
    return this.node;
  }

  /** What `filestat` tells of its node. */
  override stat(): Stat {
    return this.node.stat();
  }

  /** Set the times of its node. */
  override setTimes(times: Times): void {
    this.node.setTimes(times);
  }

  /** Read-only unless overridden. */
  override setSize(_size: number): void {
    throw new WasiError(Errno.ROFS);
  }

  /** Read-only unless overridden. */
  override allocate(_size: number): void {
    throw new WasiError(Errno.ROFS);
  }

  /** Take advice, which changes nothing. */
  override advise(): void {}

  /** There is no safer place than where it is. */
  override sync(): void {}

  /** Fill buffers from where it stands, and move on. */
  override read(buffers: readonly Uint8Array[]): number {
    const count = this.pread(buffers, this.#position);
    this.#position += count;
    return count;
  }

  /** Fill buffers from an offset. */
  override pread(
    buffers: readonly Uint8Array[],
    offset: number,
  ): number {
    let total = 0;
    for (const buffer of buffers) {
      const count = this.readAt(buffer, offset + total);
      total += count;
      if (count < buffer.length) break;
    }
    return total;
  }

  /** Write buffers where it stands, or at the end, and move on. */
  override write(buffers: readonly Uint8Array[]): number {
    if (this.flags & FdFlags.APPEND) this.#position = this.size();
    const count = this.#writeAll(buffers, this.#position);
    this.#position += count;
    return count;
  }

  /** Write buffers at an offset, or at the end. */
  override pwrite(
    buffers: readonly Uint8Array[],
    offset: number,
  ): number {
    // As Linux does, and as the conformance tests expect: append wins.
    const appends = (this.flags & FdFlags.APPEND) !== 0;
    return this.#writeAll(buffers, appends ? this.size() : offset);
  }

  /** Move, and tell where it stands then. */
  override seek(offset: number, whence: number): number {
    const position = this.#base(whence) + offset;
    if (position < 0 || !Number.isSafeInteger(position)) {
      throw new WasiError(Errno.INVAL);
    }
    this.#position = position;
    return position;
  }

  /** Always ready: for reading with what is left. */
  override ready(write: boolean): Readiness {
    const left = Math.max(0, this.size() - this.#position);
    return { nbytes: write ? 1 : left, hangup: false };
  }

  #base(whence: number): number {
    switch (whence) {
      case Whence.SET:
        return 0;
      case Whence.CUR:
        return this.#position;
      case Whence.END:
        return this.size();
      default:
        throw new WasiError(Errno.INVAL);
    }
  }

  /** Write what fits; fail only when nothing did. */
  #writeAll(
    buffers: readonly Uint8Array[],
    offset: number,
  ): number {
    let total = 0;
    try {
      for (const buffer of buffers) {
        const count = this.writeAt(buffer, offset + total);
        total += count;
        if (count < buffer.length) break;
      }
    } catch (error) {
      if (total === 0 || !(error instanceof WasiError)) throw error;
    }
    return total;
  }
}
