/**
 * Calls of any syscall with any words, and a guest that makes them.
 *
 * @module
 */

import { assert } from "@std/assert";
import fc from "fast-check";
import {
  Context,
  errnoName,
  ImageDirectory,
  MemoryDirectory,
  MemoryFile,
  MemoryLink,
  NullDevice,
} from "../../../src/wasi/mod.ts";
import { FakeClock } from "../guest.ts";

/** The words of each syscall: `i` is an `i32`, `I` an `i64`. */
export const SIGNATURES: Readonly<Record<string, string>> = {
  "args_get": "ii",
  "args_sizes_get": "ii",
  "environ_get": "ii",
  "environ_sizes_get": "ii",
  "clock_res_get": "ii",
  "clock_time_get": "iIi",
  "fd_advise": "iIIi",
  "fd_allocate": "iII",
  "fd_close": "i",
  "fd_datasync": "i",
  "fd_fdstat_get": "ii",
  "fd_fdstat_set_flags": "ii",
  "fd_fdstat_set_rights": "iII",
  "fd_filestat_get": "ii",
  "fd_filestat_set_size": "iI",
  "fd_filestat_set_times": "iIIi",
  "fd_pread": "iiiIi",
  "fd_prestat_get": "ii",
  "fd_prestat_dir_name": "iii",
  "fd_pwrite": "iiiIi",
  "fd_read": "iiii",
  "fd_readdir": "iiiIi",
  "fd_renumber": "ii",
  "fd_seek": "iIii",
  "fd_sync": "i",
  "fd_tell": "ii",
  "fd_write": "iiii",
  "path_create_directory": "iii",
  "path_filestat_get": "iiiii",
  "path_filestat_set_times": "iiiiIIi",
  "path_link": "iiiiiii",
  "path_open": "iiiiiIIii",
  "path_readlink": "iiiiii",
  "path_remove_directory": "iii",
  "path_rename": "iiiiii",
  "path_symlink": "iiiii",
  "path_unlink_file": "iii",
  "poll_oneoff": "iiii",
  "proc_raise": "i",
  "sched_yield": "",
  "random_get": "ii",
  "sock_accept": "iii",
  "sock_recv": "iiiiii",
  "sock_send": "iiiii",
  "sock_shutdown": "ii",
};

/** Lies at 0: paths that lead somewhere, nowhere and out. */
const TEXT = "a\0dir/b\0../x\0dir/up\0loop\0img/f\0null\0\xff\xfe/\0././";

/** Lie at 128: `iovec`s that are good, odd and bad. */
const IOVECS = [200, 8, 204, 16, 128, 40, 0, 0, 65_535, 1, 65_535, 2, -1, -1];
const IOVECS_AT = 128;

const word = fc.oneof(
  fc.nat(6),
  fc.constantFrom(0, 2, 8, 13, 20, 128, 136, 144, 152),
  fc.nat(255),
  fc.constantFrom(-1, 0x7fff_ffff, -0x8000_0000, 65_535, 65_536, 65_533),
  fc.integer(),
);
const bigWord = fc.oneof(
  fc.bigInt(0n, 300n),
  fc.constantFrom(-1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, 2n ** 30n - 1n),
);
/** A syscall's name, and its words. */
export type AnyCall = [name: string, words: (number | bigint)[]];

/** Any call. */
export const anyCall: fc.Arbitrary<AnyCall> = fc.constantFrom(
  ...Object.entries(SIGNATURES),
).chain(
  ([name, signature]) =>
    fc.tuple(
      fc.constant(name),
      fc.tuple(...[...signature].map((kind) => kind === "i" ? word : bigWord)),
    ),
);

function makeContext(): Context {
  const clock = new FakeClock();
  const image = new ImageDirectory({
    files: new Map([["f", 3]]),
    read: () => new Uint8Array(3),
  });
  const inner = new MemoryDirectory({ quota: 4096, clock })
    .set("b", new MemoryFile("inner"))
    .set("up", new MemoryLink("../a"));
  const root = new MemoryDirectory({ quota: 4096, clock })
    .set("a", new MemoryFile("content"))
    .set("dir", inner)
    .set("img", image)
    .set("loop", new MemoryLink("loop"))
    .set("null", new NullDevice());
  return new Context({
    args: ["x"],
    clock,
    stdin: new Uint8Array(100),
    stdout: "null",
    stderr: () => {},
    preopens: { "/": root, "/img": image },
  });
}

/**
 * Make calls, one after the other, in one guest.
 *
 * @throws {Error} When one gives anything but an errno.
 */
export function makeCalls(calls: readonly AnyCall[]): void {
  using fds = new DisposableStack();
  const context = makeContext();
  fds.use(context.fds);
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).set(new TextEncoder().encode(TEXT));
  new Int32Array(memory.buffer, IOVECS_AT).set(IOVECS);
  context.bind(memory);
  for (const [name, words] of calls) {
    const syscall = context.imports[name];
    assert(typeof syscall === "function");
    const errno = syscall(...words);
    assert(Number.isInteger(errno), `${name}: ${errno}`);
    assert(errnoName(errno) !== String(errno), `${name}: ${errno}`);
  }
}
