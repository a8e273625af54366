/**
 * The border of all syscalls: pointers one byte past memory, descriptors that
 * are closed, and names that the spec has.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  MemoryDirectory,
  MemoryFile,
  MemoryLink,
} from "../../../src/wasi/mod.ts";
import { Guest, MEMORY_SIZE } from "../guest.ts";

/** Stands for a pointer whose last byte is one past memory. */
type Bad = { readonly bad: number };
const bad = (size: number): Bad => ({ bad: size });

/** A good pointer to a good `iovec`, path, or 64 free bytes. */
type Word = number | bigint | Bad | "iovecs" | "room" | "path" | "file";

/** Every pointer of every syscall, one at a time. */
const CALLS: readonly (readonly [name: string, ...words: Word[]])[] = [
  ["args_get", bad(4), "room"],
  ["args_get", "room", bad(2)],
  ["args_sizes_get", bad(4), "room"],
  ["args_sizes_get", "room", bad(4)],
  ["environ_get", bad(4), "room"],
  ["environ_get", "room", bad(3)],
  ["environ_sizes_get", bad(4), "room"],
  ["environ_sizes_get", "room", bad(4)],
  ["clock_res_get", 0, bad(8)],
  ["clock_time_get", 0, 0n, bad(8)],
  ["fd_fdstat_get", 3, bad(24)],
  ["fd_filestat_get", 3, bad(64)],
  ["fd_pread", "file", bad(8), 1, 0n, "room"],
  ["fd_pread", "file", "iovecs", 1, 0n, bad(4)],
  ["fd_prestat_get", 3, bad(8)],
  ["fd_prestat_dir_name", 3, bad(1), 1],
  ["fd_pwrite", "file", bad(8), 1, 0n, "room"],
  ["fd_pwrite", "file", "iovecs", 1, 0n, bad(4)],
  ["fd_read", "file", bad(8), 1, "room"],
  ["fd_read", "file", "iovecs", 1, bad(4)],
  ["fd_readdir", 3, bad(64), 64, 0n, "room"],
  ["fd_readdir", 3, "room", 64, 0n, bad(4)],
  ["fd_seek", "file", 0n, 0, bad(8)],
  ["fd_tell", "file", bad(8)],
  ["fd_write", 1, bad(8), 1, "room"],
  ["fd_write", 1, "iovecs", 1, bad(4)],
  ["path_create_directory", 3, bad(4), 4],
  ["path_filestat_get", 3, 0, bad(4), 4, "room"],
  ["path_filestat_get", 3, 0, "path", 1, bad(64)],
  ["path_filestat_set_times", 3, 0, bad(4), 4, 0n, 0n, 0],
  ["path_link", 3, 0, bad(4), 4, 3, "path", 1],
  ["path_link", 3, 0, "path", 1, 3, bad(4), 4],
  ["path_open", 3, 0, bad(4), 4, 0, 0n, 0n, 0, "room"],
  ["path_open", 3, 0, "path", 1, 0, 0n, 0n, 0, bad(4)],
  ["path_readlink", 3, bad(4), 4, "room", 64, "room"],
  ["path_readlink", 3, "path", 2, bad(64), 64, "room"],
  ["path_readlink", 3, "path", 2, "room", 64, bad(4)],
  ["path_remove_directory", 3, bad(4), 4],
  ["path_rename", 3, bad(4), 4, 3, "path", 1],
  ["path_rename", 3, "path", 1, 3, bad(4), 4],
  ["path_symlink", bad(4), 4, 3, "path", 3],
  ["path_symlink", "path", 1, 3, bad(4), 4],
  ["path_unlink_file", 3, bad(4), 4],
  ["poll_oneoff", bad(48), "room", 1, "room"],
  ["poll_oneoff", "room", bad(32), 1, "room"],
  ["poll_oneoff", "room", "room", 1, bad(4)],
  ["random_get", bad(4), 4],
];

/** The words after the descriptor of every syscall that takes one. */
const DESCRIPTORS: readonly (readonly [name: string, ...words: Word[]])[] = [
  ["fd_advise", 0n, 0n, 0],
  ["fd_allocate", 0n, 1n],
  ["fd_close"],
  ["fd_datasync"],
  ["fd_fdstat_get", "room"],
  ["fd_fdstat_set_flags", 0],
  ["fd_fdstat_set_rights", 0n, 0n],
  ["fd_filestat_get", "room"],
  ["fd_filestat_set_size", 0n],
  ["fd_filestat_set_times", 0n, 0n, 0],
  ["fd_pread", "iovecs", 1, 0n, "room"],
  ["fd_prestat_get", "room"],
  ["fd_prestat_dir_name", "room", 9],
  ["fd_pwrite", "iovecs", 1, 0n, "room"],
  ["fd_read", "iovecs", 1, "room"],
  ["fd_readdir", "room", 64, 0n, "room"],
  ["fd_renumber", 1],
  ["fd_seek", 0n, 0, "room"],
  ["fd_sync"],
  ["fd_tell", "room"],
  ["fd_write", "iovecs", 1, "room"],
  ["path_create_directory", "path", 1],
  ["path_filestat_get", 0, "path", 1, "room"],
  ["path_filestat_set_times", 0, "path", 1, 0n, 0n, 0],
  ["path_link", 0, "path", 1, 3, "path", 1],
  ["path_open", 0, "path", 1, 0, 0n, 0n, 0, "room"],
  ["path_readlink", "path", 1, "room", 9, "room"],
  ["path_remove_directory", "path", 1],
  ["path_rename", "path", 1, 3, "path", 1],
  ["path_unlink_file", "path", 1],
  ["sock_accept", 0, "room"],
  ["sock_recv", "iovecs", 1, 0, "room", "room"],
  ["sock_send", "iovecs", 1, 0, "room"],
  ["sock_shutdown", 3],
];

function makeGuest(): Guest {
  const root = new MemoryDirectory().set("a", new MemoryFile("content"))
    .set("al", new MemoryLink("a"));
  return new Guest({ args: ["x"], env: { A: "" }, preopens: { "/": root } });
}

function fill(guest: Guest, words: readonly Word[]): (number | bigint)[] {
  return words.map((word) => {
    if (typeof word === "object") return MEMORY_SIZE - word.bad + 1;
    switch (word) {
      case "room":
        return guest.room(64);
      case "path":
        return guest.put("alx")[0];
      case "iovecs":
        return guest.iovecs([guest.room(4), 4])[0];
      case "file":
        return guest.open("a", { rights: 0x3fff_ffff });
      default:
        return word;
    }
  });
}

for (const [name, ...words] of CALLS) {
  const index = words.findIndex((word) => typeof word === "object");
  Deno.test(`${name}() answers FAULT for word ${index} past memory`, () => {
    const guest = makeGuest();
    const filled = fill(guest, words);
    const before = guest.bytes(0, MEMORY_SIZE).slice();
    assertEquals(guest.call(name, ...filled), "FAULT");
    const after = guest.bytes(0, MEMORY_SIZE);
    const changed = before.findIndex((byte, at) => byte !== after[at]);
    assertEquals(changed, -1, "something was written");
  });
}

for (const [name, ...words] of DESCRIPTORS) {
  Deno.test(`${name}() answers BADF for a closed descriptor`, () => {
    const guest = makeGuest();
    const closed = guest.open("a");
    guest.must("fd_close", closed);
    for (const fd of [closed, -1, 8191]) {
      assertEquals(guest.call(name, fd, ...fill(guest, words)), "BADF");
    }
  });
}

Deno.test("every other descriptor of a call is checked too", () => {
  const guest = makeGuest();
  const path = guest.put("a");
  assertEquals(guest.call("fd_renumber", 1, 99), "BADF");
  assertEquals(guest.call("path_link", 3, 0, ...path, 99, ...path), "BADF");
  assertEquals(guest.call("path_rename", 3, ...path, 99, ...path), "BADF");
  assertEquals(guest.call("path_symlink", ...path, 99, ...path), "BADF");
});

Deno.test("the tables above leave no syscall out", () => {
  const listed = new Set([...CALLS, ...DESCRIPTORS].map(([name]) => name));
  const others = ["proc_exit", "proc_raise", "sched_yield"];
  assertEquals(
    Object.keys(makeGuest().context.imports).sort(),
    [...listed, ...others].sort(),
  );
});
