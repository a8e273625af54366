import { IOVEC } from "./abi.ts";
import { Errno, WasiError } from "./errno.ts";

/** `writev` of POSIX systems takes as many; more is a broken guest. */
const MAX_VECTORS = 1024;
const MAX_U32 = 0xffff_ffff;

/**
 * Guest memory, checked at every touch.
 *
 * Growing memory detaches its buffer, so a view is asked for each time and
 * never kept across a call into the guest. Guest pointers are unsigned.
 *
 * ```ts
 * import { GuestMemory } from "@x/py-plugin/wasi";
 * const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
 * memory.setUint32(8, 42);
 * console.log(memory.bytes(8, 4)[0]); // 42
 * console.log(memory.contains(65_535, 2)); // false
 * ```
 */
export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  /**
   * All memory, as it was the last time: asking for `memory.buffer` takes
   * longer than all else here. Growing leaves it with a length of 0.
   */
  #all = new Uint8Array(0);
  #words = new DataView(this.#all.buffer);

  /**
   * Watch over a memory.
   *
   * @param memory The memory that the guest's pointers are meant for.
   */
  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** How many bytes it has now. */
  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  /**
   * Whether a range of bytes is all inside memory.
   *
   * @param ptr Where it starts.
   * @param length How many bytes it has.
   * @returns Whether {@linkcode GuestMemory.bytes} would give it.
   */
  contains(ptr: number, length: number): boolean {
    // Both are below 2 ** 32, so their sum is exact.
    const end = (ptr >>> 0) + (length >>> 0);
    if (this.#all.length === 0 || end > this.#all.length) this.#look();
    return end <= this.#all.length;
  }

  /**
   * The bytes at a pointer.
   *
   * @param ptr Where they start.
   * @param length How many there are.
   * @returns A view of guest memory, good until the guest runs again.
   * @throws `FAULT` when they are not all inside memory.
   */
  bytes(ptr: number, length: number): Uint8Array<ArrayBuffer> {
    const buffer = this.check(ptr, length);
    return new Uint8Array(buffer, ptr >>> 0, length >>> 0);
  }

  /**
   * A struct at a pointer; its words are little-endian.
   *
   * @param ptr Where it starts.
   * @param size How long it is.
   * @returns A view of guest memory, good until the guest runs again.
   * @throws `FAULT` when it is not all inside memory.
   */
  struct(ptr: number, size: number): DataView<ArrayBuffer> {
    return new DataView(this.check(ptr, size), ptr >>> 0, size >>> 0);
  }

  /**
   * Check where a result will go, before anything happens.
   *
   * @param ptr Where it starts.
   * @param size How long it is.
   * @returns The memory of this moment.
   * @throws `FAULT` when it is not all inside memory.
   */
  check(ptr: number, size: number): ArrayBuffer {
    if (!this.contains(ptr, size)) throw new WasiError(Errno.FAULT);
    return this.#all.buffer;
  }

  /**
   * The buffers that a list of `iovec` names, all checked before any is used.
   *
   * @param ptr Where the list starts.
   * @param count How many `iovec` it has.
   * @returns Views of guest memory, good until the guest runs again.
   * @throws `FAULT` when the list or a buffer is not inside memory, `INVAL`
   * when there are too many, or more bytes than a size can say.
   */
  vectors(ptr: number, count: number): Uint8Array<ArrayBuffer>[] {
    if (count >>> 0 > MAX_VECTORS) throw new WasiError(Errno.INVAL);
    const start = ptr >>> 0;
    const end = start + (count >>> 0) * IOVEC.size;
    this.check(start, end - start);
    const list = this.#words;
    const buffers: Uint8Array<ArrayBuffer>[] = [];
    let total = 0;
    for (let at = start; at < end; at += IOVEC.size) {
      const buf = list.getUint32(at + IOVEC.buf, true);
      const length = list.getUint32(at + IOVEC.bufLen, true);
      total += length;
      buffers.push(this.bytes(buf, length));
    }
    if (total > MAX_U32) throw new WasiError(Errno.INVAL);
    return buffers;
  }

  /**
   * Write a 32-bit word.
   *
   * @param ptr Where it goes.
   * @param value The word.
   */
  setUint32(ptr: number, value: number): void {
    this.check(ptr, 4);
    this.#words.setUint32(ptr >>> 0, value, true);
  }

  /**
   * Write a 64-bit word.
   *
   * @param ptr Where it goes.
   * @param value The word.
   */
  setUint64(ptr: number, value: bigint): void {
    this.check(ptr, 8);
    this.#words.setBigUint64(ptr >>> 0, value, true);
  }

  /** Look at memory anew: it may have grown. */
  #look(): void {
    const buffer = this.#memory.buffer as ArrayBuffer;
    this.#words = new DataView(buffer);
    this.#all = new Uint8Array(buffer);
  }
}
