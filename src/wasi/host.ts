import type { Context } from "./context.ts";
import { Errno, WasiError } from "./errno.ts";
import { argsGet, argsSizesGet } from "./syscalls/args.ts";
import { clockResGet, clockTimeGet } from "./syscalls/clock.ts";
import { environGet, environSizesGet } from "./syscalls/environ.ts";
import * as fd from "./syscalls/fd.ts";
import * as stat from "./syscalls/fd_stat.ts";
import * as path from "./syscalls/path.ts";
import { pathOpen } from "./syscalls/path_open.ts";
import { pollOneoff } from "./syscalls/poll.ts";
import { procExit, procRaise } from "./syscalls/proc.ts";
import { randomGet } from "./syscalls/random.ts";
import { schedYield } from "./syscalls/sched.ts";
import {
  sockAccept,
  sockRecv,
  sockSend,
  sockShutdown,
} from "./syscalls/sock.ts";

/** A wasm argument: an `i32`, or an `i64`. */
export type Word = number | bigint;

// deno-lint-ignore no-explicit-any -- each syscall names its own words
type Syscall = (ctx: Context, ...words: any[]) => void;

/** The one place that holds foreign names, in the order of the spec. */
const SYSCALLS: Readonly<Record<string, Syscall>> = {
  "args_get": argsGet,
  "args_sizes_get": argsSizesGet,
  "environ_get": environGet,
  "environ_sizes_get": environSizesGet,
  "clock_res_get": clockResGet,
  "clock_time_get": clockTimeGet,
  "fd_advise": fd.fdAdvise,
  "fd_allocate": fd.fdAllocate,
  "fd_close": fd.fdClose,
  "fd_datasync": fd.fdDatasync,
  "fd_fdstat_get": stat.fdFdstatGet,
  "fd_fdstat_set_flags": stat.fdFdstatSetFlags,
  "fd_fdstat_set_rights": stat.fdFdstatSetRights,
  "fd_filestat_get": stat.fdFilestatGet,
  "fd_filestat_set_size": stat.fdFilestatSetSize,
  "fd_filestat_set_times": stat.fdFilestatSetTimes,
  "fd_pread": fd.fdPread,
  "fd_prestat_get": stat.fdPrestatGet,
  "fd_prestat_dir_name": stat.fdPrestatDirName,
  "fd_pwrite": fd.fdPwrite,
  "fd_read": fd.fdRead,
  "fd_readdir": stat.fdReaddir,
  "fd_renumber": fd.fdRenumber,
  "fd_seek": fd.fdSeek,
  "fd_sync": fd.fdSync,
  "fd_tell": fd.fdTell,
  "fd_write": fd.fdWrite,
  "path_create_directory": path.pathCreateDirectory,
  "path_filestat_get": path.pathFilestatGet,
  "path_filestat_set_times": path.pathFilestatSetTimes,
  "path_link": path.pathLink,
  "path_open": pathOpen,
  "path_readlink": path.pathReadlink,
  "path_remove_directory": path.pathRemoveDirectory,
  "path_rename": path.pathRename,
  "path_symlink": path.pathSymlink,
  "path_unlink_file": path.pathUnlinkFile,
  "poll_oneoff": pollOneoff,
  "proc_exit": procExit,
  "proc_raise": procRaise,
  "sched_yield": schedYield,
  "random_get": randomGet,
  "sock_accept": sockAccept,
  "sock_recv": sockRecv,
  "sock_send": sockSend,
  "sock_shutdown": sockShutdown,
};

/**
 * The functions of `wasi_snapshot_preview1` for one guest.
 *
 * @param ctx What the guest may touch.
 * @returns The part of the import object with that name.
 */
export function wasiImports(ctx: Context): WebAssembly.ModuleImports {
  const imports: WebAssembly.ModuleImports = {};
  for (const [name, syscall] of Object.entries(SYSCALLS)) {
    imports[name] = entrance(name, syscall, ctx);
  }
  return imports;
}

/**
 * What the guest calls. A `WasiError` becomes its number; anything else is
 * our bug and traps. No syscall has more than nine words, and to name them
 * costs less than to gather and spread them; what is missing stays missing.
 */
function entrance(
  name: string,
  syscall: Syscall,
  ctx: Context,
): (...words: Word[]) => Errno {
  return (a, b, c, d, e, f, g, h, i) => {
    ctx.note(name);
    try {
      syscall(ctx, a, b, c, d, e, f, g, h, i);
      return Errno.SUCCESS;
    } catch (error) {
      if (error instanceof WasiError) return error.errno;
      throw error;
    }
  };
}
