/**
 * Attempts as raw syscalls.
 *
 * @module
 */

import { FdFlags, LookupFlags, OFlags, Rights } from "../../src/wasi/abi.ts";
import type { Guest } from "../wasi/guest.ts";
import type { Action } from "./attempt.ts";

const FOLLOW = LookupFlags.SYMLINK_FOLLOW;

/** Do one thing: what the guest sees, or the name of the errno. */
export function perform(guest: Guest, action: Action): string {
  const [what, path, to = ""] = action;
  switch (what) {
    case "read":
      return read(guest, path);
    case "write":
      return store(guest, path, OFlags.CREAT | OFlags.TRUNC);
    case "append":
      return store(guest, path, 0);
    case "exclusive":
      return store(guest, path, OFlags.CREAT | OFlags.EXCL);
    case "list":
      return list(guest, path);
    case "stat":
    case "lstat":
      return stat(guest, path, what === "stat");
    case "readlink":
      return readlink(guest, path);
    case "mkdir":
      return guest.path("path_create_directory", path);
    case "unlink":
      return guest.path("path_unlink_file", path);
    case "rmdir":
      return guest.path("path_remove_directory", path);
    case "utime":
    case "lutime": {
      const flags = what === "utime" ? FOLLOW : 0;
      const words = [3, flags, ...guest.put(path), 0n, 0n, 5] as const;
      return guest.call("path_filestat_set_times", ...words);
    }
    case "rename":
      return guest.call(
        "path_rename",
        3,
        ...guest.put(path),
        3,
        ...guest.put(to),
      );
    case "link":
      return guest.call(
        "path_link",
        3,
        0,
        ...guest.put(path),
        3,
        ...guest.put(to),
      );
    case "symlink":
      return guest.call(
        "path_symlink",
        ...guest.put(path),
        3,
        ...guest.put(to),
      );
  }
}

function read(guest: Guest, path: string): string {
  const fd = guest.tryOpen(path, { rights: Rights.FD_READ });
  if (typeof fd === "string") return fd;
  const buffer = guest.room(64);
  const result = guest.room(4);
  const vectors = guest.iovecs([buffer, 64]);
  const errno = guest.call("fd_read", fd, ...vectors, result);
  guest.must("fd_close", fd);
  return errno === "SUCCESS" ? guest.text(buffer, guest.u32(result)) : errno;
}

function store(guest: Guest, path: string, oflags: number): string {
  const rights = Rights.FD_WRITE;
  const fdflags = FdFlags.APPEND;
  const fd = guest.tryOpen(path, { oflags, rights, fdflags });
  if (typeof fd === "string") return fd;
  const errno = guest.write(fd, "written");
  guest.must("fd_close", fd);
  return errno;
}

function list(guest: Guest, path: string): string {
  const fd = guest.tryOpen(path, { oflags: OFlags.DIRECTORY });
  if (typeof fd === "string") return fd;
  const read = guest.tryReaddir(fd, 4096, 0n);
  guest.must("fd_close", fd);
  if (typeof read === "string") return read;
  return read.found.map(({ name, type }) => `${name} ${type}`).sort().join(
    ", ",
  );
}

function stat(guest: Guest, path: string, follow: boolean): string {
  const found = guest.stat(path, { follow });
  if (typeof found === "string") return found;
  return `type ${found.filetype}, ${found.filetype === 4 ? found.size : "-"}`;
}

function readlink(guest: Guest, path: string): string {
  const buffer = guest.room(4096);
  const result = guest.room(4);
  const words = [3, ...guest.put(path), buffer, 4096, result];
  const errno = guest.call("path_readlink", ...words);
  return errno === "SUCCESS" ? guest.text(buffer, guest.u32(result)) : errno;
}
