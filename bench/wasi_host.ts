/**
 * A WASI host that is called as a guest would call it: ours, or `node:wasi`.
 *
 * @module
 */

import { WASI } from "node:wasi";
import { ALL_RIGHTS, Rights } from "../src/wasi/abi.ts";
import { Context, HostDirectory } from "../src/wasi/mod.ts";

/** What `fd_readdir` is given room for, as wasi-libc does. */
const LISTING = 4096;
/** Where things lie in the guest's memory. */
export const AT = {
  path: 1024,
  vector: 2048,
  result: 3072,
  stat: 3200,
  buffer: 65_536,
} as const;

/** A module with nothing but 4 MiB of memory. */
const MODULE = new WebAssembly.Module(
  Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 0, 64, 7, 10, 1, 6],
    ...new TextEncoder().encode("memory"),
    ...[2, 0],
  ),
);

type Syscalls = Record<string, (...words: (number | bigint)[]) => number>;

/** One host: its syscalls, and the memory that they see. */
export class Host {
  /** Who it is. */
  readonly name: string;
  readonly #calls: Syscalls;
  readonly #memory: WebAssembly.Memory;

  constructor(name: string, calls: Syscalls, memory: WebAssembly.Memory) {
    this.name = name;
    this.#calls = calls;
    this.#memory = memory;
  }

  /** Call a syscall, which must succeed. */
  must(name: string, ...words: (number | bigint)[]): void {
    const errno = this.#calls[name]?.(...words);
    if (errno !== 0) throw new Error(`${this.name}: ${name}() gave ${errno}`);
  }

  /** What a syscall left in memory. */
  word(ptr: number): number {
    return new DataView(this.#memory.buffer).getUint32(ptr, true);
  }

  /** Open a path; answers its descriptor. */
  open(from: number, path: string, oflags: number, rights: number): number {
    const bytes = new Uint8Array(this.#memory.buffer, AT.path, 256);
    const { written } = new TextEncoder().encodeInto(path, bytes);
    const all = BigInt(ALL_RIGHTS & ~Rights.SOCK_ACCEPT);
    const words = [from, 1, AT.path, written, oflags, BigInt(rights), all, 0];
    this.must("path_open", ...words, AT.result);
    return this.word(AT.result);
  }

  /** Say how much the next transfers move. */
  vector(size: number): void {
    new Uint32Array(this.#memory.buffer, AT.vector, 2).set([AT.buffer, size]);
  }

  /** Look at a path. */
  stat(from: number, path: string): void {
    const bytes = new Uint8Array(this.#memory.buffer, AT.path, 256);
    const { written } = new TextEncoder().encodeInto(path, bytes);
    this.must("path_filestat_get", from, 0, AT.path, written, AT.stat);
  }

  /**
   * Names and types, as wasi-libc reads them: it asks for the serial number
   * of an entry that came without one, as all of `node:wasi` do.
   */
  *entries(fd: number): Iterable<{ name: string; type: number }> {
    let cookie = 0n;
    for (let used = LISTING; used === LISTING;) {
      this.must("fd_readdir", fd, AT.buffer, LISTING, cookie, AT.result);
      used = this.word(AT.result);
      const bytes = new Uint8Array(this.#memory.buffer, AT.buffer, used)
        .slice();
      const view = new DataView(bytes.buffer);
      for (let at = 0; at + 24 <= used;) {
        const end = at + 24 + view.getUint32(at + 16, true);
        if (end > used) break;
        const name = new TextDecoder().decode(bytes.subarray(at + 24, end));
        if (view.getBigUint64(at + 8, true) === 0n) this.stat(fd, name);
        yield { name, type: view.getUint8(at + 20) };
        cookie = view.getBigUint64(at, true);
        at = end;
      }
    }
  }
}

/** Our host, with a directory as its root. */
export function ourHost(path: string): Host {
  const access = { read: true, write: true };
  const directory = new HostDirectory(path, { access });
  const context = new Context({ preopens: { "/": directory } });
  const instance = new WebAssembly.Instance(MODULE);
  context.initialize(instance);
  return hostOf("py-plugin", context.imports, instance);
}

/** Deno's `node:wasi`, with a directory as its root. */
export function nodeHost(path: string): Host {
  const wasi = new WASI({ version: "preview1", preopens: { "/": path } });
  const instance = new WebAssembly.Instance(MODULE);
  wasi.initialize(instance);
  return hostOf("node:wasi", wasi.wasiImport, instance);
}

function hostOf(
  name: string,
  calls: object,
  { exports }: WebAssembly.Instance,
): Host {
  return new Host(name, calls as Syscalls, exports["memory"] as never);
}
