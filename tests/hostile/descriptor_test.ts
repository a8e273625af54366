/**
 * Descriptors, pointers, cookies and offsets that are lies, on every kind of
 * mount: nothing is reached, and the host does not notice.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { ALL_RIGHTS, FdFlags, OFlags, Rights } from "../../src/wasi/abi.ts";
import { Guest, MEMORY_SIZE } from "../wasi/guest.ts";
import { CANARY, HostTree } from "../wasi/host_tree.ts";
import type { Attempt } from "./attempt.ts";
import { KINDS, Mounted } from "./mounts.ts";

const GIVEN: Attempt = {
  name: "descriptors",
  given: {
    "mine": "mine",
    "d": null,
    "d/file": "inside",
    "l": ["../outside/canary"],
    "o": ["../outside"],
  },
  actions: [],
};

/** What a wrong number may be answered with. */
const REFUSED = ["BADF", "NOTDIR", "INVAL", "NOTCAPABLE", "FAULT", "NOENT"];
const NUMBERS = [-1, 0, 1, 2, 4, 99, 8192, 0x7fffffff, 0x80000000, 0xffffffff];
const WORD = 0xffff_ffff_ffff_ffffn;
const READ = { rights: Rights.FD_READ | Rights.FD_SEEK };

/** Every attempt gets a guest with the mount as its root. */
const ATTEMPTS: Readonly<Record<string, (guest: Guest) => void>> = {
  "paths from numbers that are no directory": (guest) => {
    for (const from of NUMBERS) {
      for (const path of ["../outside/canary", "mine", ".."]) {
        assertIn(REFUSED, guest.tryOpen(path, { ...READ, from }));
        assertIn(REFUSED, guest.path("path_unlink_file", path, from));
        assertIn(REFUSED, guest.stat(path, { from }));
      }
    }
  },
  "paths from a file": (guest) => {
    const from = guest.tryOpen("mine", READ);
    if (typeof from === "string") return;
    for (const path of [".", "..", "../mine", "", "../outside/canary"]) {
      assertIn(REFUSED, guest.tryOpen(path, { ...READ, from }));
    }
  },
  "paths from a number that was closed, and given to another": (guest) => {
    const from = guest.tryOpen("d", { oflags: OFlags.DIRECTORY });
    if (typeof from === "string") return;
    guest.must("fd_close", from);
    assertEquals(guest.tryOpen("file", { ...READ, from }), "BADF");
    assertEquals(guest.tryOpen("mine", READ), from);
    assertEquals(guest.tryOpen("file", { ...READ, from }), "NOTDIR");
  },
  "a directory below in the place of the root": (guest) => {
    const from = guest.tryOpen("d", { oflags: OFlags.DIRECTORY });
    if (typeof from === "string") return;
    guest.must("fd_renumber", from, 3);
    assertEquals(guest.tryOpen("../mine", READ), "PERM");
    assertEquals(guest.tryOpen("../../outside/canary", READ), "PERM");
    assertEquals(guest.call("fd_prestat_get", 3, guest.room(8)), "BADF");
  },
  "a directory below, and up again": (guest) => {
    const from = guest.tryOpen("d", { oflags: OFlags.DIRECTORY });
    if (typeof from === "string") return;
    for (const path of ["..", "../mine", "../../outside", "../d/file"]) {
      assertEquals(guest.tryOpen(path, { ...READ, from }), "PERM");
      assertEquals(guest.stat(path, { from }), "PERM");
    }
  },
  "a directory opened through `.` and `..`": (guest) => {
    for (const path of ["d/..", "./d/../.", "d/."]) {
      const from = guest.tryOpen(path, { oflags: OFlags.DIRECTORY });
      if (typeof from === "string") continue;
      assertEquals(
        guest.tryOpen("../outside/canary", { ...READ, from }),
        "PERM",
      );
    }
  },
  "juggling numbers": (guest) => {
    const [one, other] = [guest.tryOpen("mine", READ), guest.tryOpen("d")];
    if (typeof one === "string" || typeof other === "string") return;
    for (const number of NUMBERS) {
      if (number < 0 || number > 4) {
        assertEquals(guest.call("fd_renumber", one, number), "BADF");
        assertEquals(guest.call("fd_renumber", number, one), "BADF");
      }
    }
    guest.must("fd_renumber", one, one);
    guest.must("fd_renumber", one, other);
    assertEquals(guest.tryOpen("file", { ...READ, from: other }), "NOTDIR");
    assertEquals(guest.call("fd_close", one), "BADF");
  },
  "rights that were given up": (guest) => {
    guest.must("fd_fdstat_set_rights", 3, BigInt(Rights.PATH_OPEN), 0n);
    const all = BigInt(ALL_RIGHTS);
    const call = guest.call("fd_fdstat_set_rights", 3, all, all);
    assertEquals(call, "NOTCAPABLE");
    assertEquals(guest.tryOpen("mine", READ), "NOTCAPABLE");
    assertEquals(guest.path("path_unlink_file", "mine"), "NOTCAPABLE");
  },
  "rights that there are not": (guest) => {
    for (const rights of [1n << 30n, 1n << 63n, WORD]) {
      const words = [3, 1, ...guest.put("mine"), 0, rights, rights, 0] as const;
      const errno = guest.call("path_open", ...words, guest.room(4));
      assertEquals(errno, "NOTCAPABLE");
    }
  },
  "flags that there are not": (guest) => {
    for (const [oflags, fdflags] of [[16, 0], [-1, 0], [0, 32], [0, -1]]) {
      assertEquals(
        guest.tryOpen("mine", { oflags, fdflags } as never),
        "INVAL",
      );
    }
  },
  "links opened without following": (guest) => {
    for (const path of ["l", "o", "o/", "o/canary"]) {
      const fd = guest.tryOpen(path, { ...READ, follow: false });
      assertIn(["LOOP", "PERM", "NOENT", "NOTDIR"], fd);
    }
  },
  "cookies of another world": (guest) => {
    const buffer = guest.room(512);
    const used = guest.room(4);
    for (const cookie of [WORD, 1n << 63n, 1n << 53n, 0xffffffffn, 999n]) {
      guest.must("fd_readdir", 3, buffer, 512, cookie, used);
      assertEquals(guest.u32(used), 0, `${cookie}`);
    }
    guest.must("fd_readdir", 3, buffer, 0, 0n, used);
    assertEquals(guest.u32(used), 0);
    const end = MEMORY_SIZE - 8;
    assertEquals(guest.call("fd_readdir", 3, end, 16, 0n, used), "FAULT");
    assertEquals(guest.call("fd_readdir", 3, -1, 16, 0n, used), "FAULT");
  },
  "buffers that overlap": (guest) => {
    const fd = guest.tryOpen("mine", READ);
    if (typeof fd === "string") return;
    const buffer = guest.room(8);
    const vectors = guest.iovecs([buffer, 4], [buffer + 1, 4], [buffer, 4]);
    guest.must("fd_pread", fd, ...vectors, 0n, guest.room(4));
    assertEquals(guest.text(buffer, 4), "mine");
    // The list of buffers is one of them.
    const [list] = guest.iovecs([0, 8]);
    guest.bytes(list, 4).set(new Uint8Array(new Uint32Array([list]).buffer));
    guest.must("fd_pread", fd, list, 1, 0n, guest.room(4));
    assertEquals(guest.text(list, 4), "mine");
    // The count lies in the buffer.
    guest.must("fd_pread", fd, ...guest.iovecs([buffer, 8]), 0n, buffer);
    assertEquals(guest.u32(buffer), 4);
  },
  "pointers that wrap around": (guest) => {
    const fd = guest.tryOpen("mine", READ);
    const result = guest.room(4);
    for (
      const [ptr, length] of [[-1, 2], [-4, 8], [MEMORY_SIZE, 1], [16, -1]]
    ) {
      const words = [3, 1, ptr, length, 0, 0n, 0n, 0, result] as never[];
      const errno = guest.call("path_open", ...words);
      assertIn(["FAULT", "NAMETOOLONG"], errno);
      if (typeof fd === "string") continue;
      const vectors = guest.iovecs([ptr as number, length as number]);
      assertEquals(guest.call("fd_read", fd, ...vectors, result), "FAULT");
      for (const list of [[ptr, 1], [8, length]]) {
        const words = [fd, ...list, result] as never[];
        assertIn(["FAULT", "INVAL"], guest.call("fd_read", ...words));
      }
    }
  },
  "paths that are no text": (guest) => {
    const texts: [number[], string][] = [
      [[0x2e, 0x2e, 0, 0x2f], "INVAL"],
      [[0x6d, 0x69, 0x6e, 0x65, 0], "INVAL"],
      [[0xc0, 0xae, 0xc0, 0xae, 0x2f, 0x61], "ILSEQ"],
      [[0xff, 0x2f, 0x2e, 0x2e], "ILSEQ"],
      [[0xed, 0xa0, 0x80], "ILSEQ"],
      [[], "NOENT"],
    ];
    for (const [bytes, errno] of texts) {
      const path = guest.put(new Uint8Array(bytes));
      assertEquals(guest.call("path_unlink_file", 3, ...path), errno);
      assertEquals(guest.call("path_create_directory", 3, ...path), errno);
      assertEquals(
        guest.call("path_symlink", ...path, 3, ...guest.put("x")),
        errno,
      );
    }
  },
  "offsets of another world": (guest) => {
    const fd = guest.tryOpen("mine", READ);
    if (typeof fd === "string") return;
    const vectors = guest.iovecs([guest.room(8), 8]);
    const read = guest.room(8);
    for (const offset of [WORD, 1n << 63n]) {
      assertEquals(
        guest.call("fd_pread", fd, ...vectors, offset, read),
        "INVAL",
      );
    }
    assertEquals(
      guest.call("fd_pread", fd, ...vectors, 1n << 62n, read),
      "FBIG",
    );
    guest.must("fd_pread", fd, ...vectors, 1n << 40n, read);
    assertEquals(guest.u32(read), 0);
    for (const [offset, whence] of [[-1n, 0], [-99n, 1], [-99n, 2], [0n, 9]]) {
      const words = [fd, offset, whence, read] as never[];
      assertEquals(guest.call("fd_seek", ...words), "INVAL");
    }
    guest.must("fd_seek", fd, 1n << 40n, 0, read);
    assertEquals(guest.read(fd, 8), "");
  },
  "sizes of another world": (guest) => {
    const rights = Rights.FD_WRITE | Rights.FD_FILESTAT_SET_SIZE |
      Rights.FD_ALLOCATE;
    const fd = guest.tryOpen("mine", { rights });
    if (typeof fd === "string") return;
    for (const size of [WORD, 1n << 63n]) {
      assertEquals(guest.call("fd_filestat_set_size", fd, size), "INVAL");
    }
    assertIn(
      ["FBIG", "INVAL", "NOSPC"],
      guest.call("fd_filestat_set_size", fd, (1n << 63n) - 1n),
    );
    assertEquals(guest.call("fd_allocate", fd, 1n, WORD), "INVAL");
    assertEquals(guest.stat("mine"), guest.stat("d/../mine"));
  },
  "an open file that is no more": (guest) => {
    const rights = Rights.FD_READ | Rights.FD_WRITE | Rights.FD_FILESTAT_GET;
    const fd = guest.tryOpen("mine", { rights, fdflags: FdFlags.APPEND });
    if (typeof fd === "string") return;
    guest.path("path_unlink_file", "mine");
    const move = [3, ...guest.put("l"), 3, ...guest.put("mine")];
    guest.call("path_rename", ...move);
    assertEquals(guest.write(fd, "written"), "SUCCESS");
    assertEquals(guest.call("fd_filestat_get", fd, guest.room(64)), "SUCCESS");
  },
  "a held directory replaced by a link": (guest) => {
    const from = guest.tryOpen("d", { oflags: OFlags.DIRECTORY });
    if (typeof from === "string") return;
    guest.call("path_rename", 3, ...guest.put("d"), 3, ...guest.put("e"));
    guest.call("path_rename", 3, ...guest.put("o"), 3, ...guest.put("d"));
    assertEquals(guest.tryOpen("canary", { ...READ, from }), "NOENT");
    assertEquals(guest.stat("canary", { from }), "NOENT");
    const names = guest.list(from).map(({ name }) => name);
    assertEquals(names.includes("canary"), false);
  },
  "a held directory that is no more": (guest) => {
    const from = guest.tryOpen("d", { oflags: OFlags.DIRECTORY });
    if (typeof from === "string") return;
    guest.path("path_unlink_file", "d/file");
    if (guest.path("path_remove_directory", "d") !== "SUCCESS") return;
    assertEquals(guest.tryOpen("x", { from, oflags: OFlags.CREAT }), "NOENT");
    assertEquals(guest.path("path_create_directory", "x", from), "NOENT");
    guest.call("path_rename", 3, ...guest.put("o"), 3, ...guest.put("d"));
    assertEquals(guest.tryOpen("canary", { ...READ, from }), "NOENT");
    assertEquals(guest.path("path_create_directory", "x", from), "NOENT");
  },
  "more descriptors than there may be": (guest) => {
    let last: number | string = 0;
    for (let count = 0; count < 8200 && typeof last === "number"; count++) {
      guest.reset();
      last = guest.tryOpen("d", { oflags: OFlags.DIRECTORY });
    }
    assertIn(["MFILE", "NOENT"], last);
  },
};

function assertIn(answers: readonly string[], actual: unknown): void {
  assert(answers.includes(String(actual)), `${actual} is none of ${answers}`);
}

for (const kind of KINDS) {
  Deno.test(`lies about descriptors and pointers reach nothing: ${kind}`, () => {
    using tree = new HostTree();
    for (const [name, attempt] of Object.entries(ATTEMPTS)) {
      const mounted = new Mounted(kind, GIVEN, tree);
      const guest = new Guest({ preopens: { "/": mounted.directory } });
      using _fds = guest.context.fds;
      attempt(guest);
      mounted.assertUntouched(`${name} (${kind})`);
      const memory = guest.text(0, MEMORY_SIZE);
      assert(!memory.includes(CANARY), `${name} (${kind}): seen`);
    }
  });
}
