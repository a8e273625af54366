/**
 * A guest without wasm: memory filled with `?`, and its syscalls by name.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ALL_RIGHTS, LookupFlags, Rights } from "../../src/wasi/abi.ts";
import {
  type Clock,
  Context,
  type ContextOptions,
  errnoName,
  WasiError,
} from "../../src/wasi/mod.ts";

/** What memory holds where nothing was written. */
export const UNTOUCHED = 0x3f; // "?"
/** Bytes of memory. */
export const MEMORY_SIZE = 4 * 65_536;
/** Untouched bytes between any two pieces of memory. */
const GAP = 16;

/** What wasi-libc asks for when a program opens something to read it. */
const READ_ONLY = ALL_RIGHTS & ~(Rights.FD_DATASYNC | Rights.FD_WRITE |
  Rights.FD_ALLOCATE | Rights.FD_FILESTAT_SET_SIZE);

type Word = number | bigint;

/** How {@linkcode Guest.open} opens. */
export interface OpenOptions {
  readonly from?: number;
  readonly follow?: boolean;
  readonly oflags?: number;
  readonly rights?: number;
  readonly inheriting?: number;
  readonly fdflags?: number;
}

/** The name of the errno that an action throws, or `SUCCESS`. */
export function errnoOf(action: () => unknown): string {
  try {
    action();
    return "SUCCESS";
  } catch (error) {
    if (error instanceof WasiError) return error.message;
    throw error;
  }
}

/** A clock that stands still until someone sleeps. */
export class FakeClock implements Clock {
  readonly resolution = 1n;
  readonly slept: bigint[] = [];
  time = 1_000_000n;

  now(): bigint {
    return this.time;
  }

  monotonic(): bigint {
    return this.time - 500_000n;
  }

  sleep(nanoseconds: bigint): void {
    this.slept.push(nanoseconds);
    this.time += nanoseconds;
  }
}

/** One guest; what is not given is closed, quiet and fixed. */
export class Guest {
  readonly context: Context;
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 4 });
  #next = 1024;

  constructor(options: ContextOptions = {}) {
    this.context = new Context({
      stdin: "null",
      stdout: "null",
      stderr: "null",
      clock: new FakeClock(),
      random: (buffer) => void buffer.fill(7),
      ...options,
    });
    this.context.bind(this.memory);
    this.bytes(0, MEMORY_SIZE).fill(UNTOUCHED);
  }

  /** Call a syscall: the name of its errno. */
  call(name: string, ...words: Word[]): string {
    const syscall = this.context.imports[name];
    assert(typeof syscall === "function", `there is no ${name}()`);
    return errnoName(syscall(...words));
  }

  /** Call a syscall that must succeed. */
  must(name: string, ...words: Word[]): void {
    assertEquals(this.call(name, ...words), "SUCCESS", name);
  }

  /** Memory as it is now. */
  bytes(ptr: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, ptr, length);
  }

  /** Memory as it is now, as text. */
  text(ptr: number, length: number): string {
    return new TextDecoder().decode(this.bytes(ptr, length));
  }

  u8(ptr: number): number {
    return this.#view().getUint8(ptr);
  }

  u16(ptr: number): number {
    return this.#view().getUint16(ptr, true);
  }

  u32(ptr: number): number {
    return this.#view().getUint32(ptr, true);
  }

  u64(ptr: number): bigint {
    return this.#view().getBigUint64(ptr, true);
  }

  /** Give all pieces of memory back. */
  reset(): void {
    this.bytes(0, Math.min(this.#next, MEMORY_SIZE)).fill(UNTOUCHED);
    this.#next = 1024;
  }

  /** A free piece of memory, untouched on both sides. */
  room(size: number): number {
    const ptr = this.#next;
    this.#next += size + GAP;
    assert(this.#next < MEMORY_SIZE, "the test needs more memory");
    return ptr;
  }

  /** Put bytes, or text, somewhere. */
  put(content: string | Uint8Array): [ptr: number, length: number] {
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    const ptr = this.room(bytes.length);
    this.bytes(ptr, bytes.length).set(bytes);
    return [ptr, bytes.length];
  }

  /** Put a list of `iovec` somewhere. */
  iovecs(
    ...vectors: (readonly [ptr: number, length: number])[]
  ): [ptr: number, count: number] {
    const ptr = this.room(vectors.length * 8);
    for (const [index, [buf, length]] of vectors.entries()) {
      this.#view().setUint32(ptr + index * 8, buf, true);
      this.#view().setUint32(ptr + index * 8 + 4, length, true);
    }
    return [ptr, vectors.length];
  }

  /** Check that nothing was written right before and right after. */
  assertAround(ptr: number, size: number): void {
    const untouched = new Uint8Array(GAP).fill(UNTOUCHED);
    assertEquals(this.bytes(ptr - GAP, GAP), untouched, "written before");
    assertEquals(this.bytes(ptr + size, GAP), untouched, "written after");
  }

  /** Open a path: its descriptor, or the name of the errno. */
  tryOpen(path: string, options: OpenOptions = {}): number | string {
    const result = this.room(4);
    const [ptr, length] = this.put(path);
    const errno = this.call(
      "path_open",
      options.from ?? 3,
      options.follow === false ? 0 : LookupFlags.SYMLINK_FOLLOW,
      ptr,
      length,
      options.oflags ?? 0,
      BigInt(options.rights ?? READ_ONLY),
      BigInt(options.inheriting ?? ALL_RIGHTS),
      options.fdflags ?? 0,
      result,
    );
    this.assertAround(result, 4);
    return errno === "SUCCESS" ? this.u32(result) : errno;
  }

  /** Open a path that can be opened. */
  open(path: string, options: OpenOptions = {}): number {
    const fd = this.tryOpen(path, options);
    assert(typeof fd === "number", `${path}: ${fd}`);
    return fd;
  }

  /** Write text: the name of the errno. */
  write(fd: number, content: string | Uint8Array): string {
    const [iovs, count] = this.iovecs(this.put(content));
    return this.call("fd_write", fd, iovs, count, this.room(4));
  }

  /** Read text: what was read. */
  read(fd: number, size: number): string {
    const buffer = this.room(size);
    const [iovs, count] = this.iovecs([buffer, size]);
    const result = this.room(4);
    this.must("fd_read", fd, iovs, count, result);
    this.assertAround(buffer, size);
    return this.text(buffer, this.u32(result));
  }

  /** Call a syscall that takes one path: `path_unlink_file` and its like. */
  path(name: string, path: string, from = 3): string {
    return this.call(name, from, ...this.put(path));
  }

  /** `path_filestat_get`: a few fields, or the name of the errno. */
  stat(path: string, options: { follow?: boolean; from?: number } = {}) {
    const out = this.room(64);
    const flags = options.follow === false ? 0 : LookupFlags.SYMLINK_FOLLOW;
    const words = [options.from ?? 3, flags, ...this.put(path), out];
    const errno = this.call("path_filestat_get", ...words);
    this.assertAround(out, 64);
    if (errno !== "SUCCESS") return errno;
    return {
      ino: this.u64(out + 8),
      filetype: this.u8(out + 16),
      nlink: Number(this.u64(out + 24)),
      size: Number(this.u64(out + 32)),
      mtim: this.u64(out + 48),
    };
  }

  /** All entries of a directory, read with a buffer of this size. */
  list(fd: number, size = 256): { name: string; type: number; ino: bigint }[] {
    const entries = [];
    for (let cookie = 0n;;) {
      const { found, used } = this.readdir(fd, size, cookie);
      entries.push(...found);
      if (used < size) return entries;
      const last = found.at(-1);
      assert(last !== undefined, "the buffer is too small for one entry");
      cookie = last.next;
    }
  }

  /** One `fd_readdir` that succeeds. */
  readdir(fd: number, size: number, cookie: bigint) {
    const read = this.tryReaddir(fd, size, cookie);
    assert(typeof read !== "string", `fd_readdir: ${read}`);
    return read;
  }

  /** One `fd_readdir`: the entries that fitted, and how many bytes. */
  tryReaddir(fd: number, size: number, cookie: bigint) {
    const buf = this.room(size);
    const result = this.room(4);
    const errno = this.call("fd_readdir", fd, buf, size, cookie, result);
    if (errno !== "SUCCESS") return errno;
    this.assertAround(buf, size);
    const used = this.u32(result);
    this.#next = buf; // long listings would fill the memory
    const found = [];
    for (let at = buf; at + 24 <= buf + used;) {
      const length = this.u32(at + 16);
      if (at + 24 + length > buf + used) break;
      const name = this.text(at + 24, length);
      const [next, ino] = [this.u64(at), this.u64(at + 8)];
      found.push({ name, type: this.u8(at + 20), ino, next });
      at += 24 + length;
    }
    this.bytes(buf, size + 2 * GAP + 4).fill(UNTOUCHED);
    return { found, used };
  }

  #view(): DataView {
    return new DataView(this.memory.buffer);
  }
}
