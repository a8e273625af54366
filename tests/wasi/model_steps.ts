/**
 * The steps of the model, done through the syscalls of a guest.
 *
 * @module
 */

import fc from "fast-check";
import { FdFlags, OFlags, Rights } from "../../src/wasi/abi.ts";
import { Filetype } from "../../src/wasi/mod.ts";
import type { Guest } from "./guest.ts";
import { OPERATIONS, type Step } from "./model.ts";

const name = fc.constantFrom("a", "b", "c");
const part = fc.oneof(
  { weight: 15, arbitrary: name },
  { weight: 1, arbitrary: fc.constant("..") },
);
const path = fc.oneof(
  { weight: 3, arbitrary: name },
  { weight: 4, arbitrary: fc.tuple(name, part) },
  { weight: 1, arbitrary: fc.tuple(part, part, part) },
  { weight: 1, arbitrary: fc.tuple(name, name, name, part) },
).map((names) => typeof names === "string" ? names : names.join("/"));
/** Twice as much is made as is looked at and taken away. */
const kind = fc.constantFrom(
  ...OPERATIONS,
  ...["mkdir", "write", "symlink", "mkdir", "link"] as const,
);

/** Any step. */
export const anyStep: fc.Arbitrary<Step> = fc.record({
  kind,
  path,
  to: path,
  text: fc.string({ maxLength: 8, unit: "binary-ascii" }),
});

const KINDS: Readonly<Record<number, string>> = {
  [Filetype.DIRECTORY]: "directory",
  [Filetype.REGULAR_FILE]: "file",
  [Filetype.SYMBOLIC_LINK]: "link",
};

/** Do one step: what it gives, or the name of its errno. */
export function perform(guest: Guest, { kind, path, to, text }: Step): string {
  switch (kind) {
    case "mkdir":
      return guest.path("path_create_directory", path);
    case "unlink":
      return guest.path("path_unlink_file", path);
    case "rmdir":
      return guest.path("path_remove_directory", path);
    case "write":
      return store(guest, path, text, OFlags.CREAT | OFlags.TRUNC);
    case "append":
      return store(guest, path, text, 0);
    case "exclusive":
      return store(guest, path, text, OFlags.CREAT | OFlags.EXCL);
    case "read":
      return read(guest, path);
    case "link":
      return guest.call(
        "path_link",
        3,
        0,
        ...guest.put(path),
        3,
        ...guest.put(to),
      );
    case "rename":
      return guest.call(
        "path_rename",
        3,
        ...guest.put(path),
        3,
        ...guest.put(to),
      );
    case "symlink":
      return guest.call(
        "path_symlink",
        ...guest.put(to),
        3,
        ...guest.put(path),
      );
    case "readlink":
      return readlink(guest, path);
    case "stat":
      return stat(guest, path);
    case "list":
      return list(guest, path);
  }
}

function store(
  guest: Guest,
  path: string,
  text: string,
  oflags: number,
): string {
  const rights = Rights.FD_WRITE;
  const fdflags = FdFlags.APPEND;
  const fd = guest.tryOpen(path, { oflags, rights, fdflags });
  if (typeof fd === "string") return fd;
  const errno = guest.write(fd, text);
  guest.must("fd_close", fd);
  return errno;
}

function read(guest: Guest, path: string): string {
  const fd = guest.tryOpen(path, { rights: Rights.FD_READ });
  if (typeof fd === "string") return fd;
  const buffer = guest.room(512);
  const result = guest.room(4);
  const errno = guest.call(
    "fd_read",
    fd,
    ...guest.iovecs([buffer, 512]),
    result,
  );
  guest.must("fd_close", fd);
  return errno === "SUCCESS" ? guest.text(buffer, guest.u32(result)) : errno;
}

function readlink(guest: Guest, path: string): string {
  const buffer = guest.room(64);
  const result = guest.room(4);
  const words = [...guest.put(path), buffer, 64, result];
  const errno = guest.call("path_readlink", 3, ...words);
  return errno === "SUCCESS" ? guest.text(buffer, guest.u32(result)) : errno;
}

function stat(guest: Guest, path: string): string {
  const found = guest.stat(path);
  if (typeof found === "string") return found;
  return found.filetype === Filetype.DIRECTORY
    ? "directory"
    : `file of ${found.size}, ${found.nlink} names`;
}

function list(guest: Guest, path: string): string {
  const fd = guest.tryOpen(path, {
    oflags: OFlags.DIRECTORY,
    rights: Rights.FD_READDIR,
  });
  if (typeof fd === "string") return fd;
  const found = guest.list(fd, 96)
    .filter(({ name }) => name !== "." && name !== "..")
    .map(({ name, type }) => `${name} ${KINDS[type]}`);
  guest.must("fd_close", fd);
  return found.sort().join(", ");
}
