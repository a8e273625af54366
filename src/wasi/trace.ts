import { errnoName } from "./errno.ts";
import type { Word } from "./host.ts";
import type { GuestMemory } from "./memory.ts";

/** One syscall, after it. */
export interface TraceCall {
  /** The syscall's name in the spec, `fd_write`. */
  readonly name: string;
  /** Its arguments by their names in the spec; paths as text. */
  readonly args: Readonly<Record<string, number | bigint | string>>;
  /** The name of what it answered, or of the error that left it. */
  readonly result: string;
}

/** Is told of each syscall. */
export type Trace = (call: TraceCall) => void;

/** Names of arguments, in order; `path` and `path_len` are read as text. */
const PARAMETERS: Readonly<Record<string, string>> = {
  "args_get": "argv argv_buf",
  "args_sizes_get": "argc argv_buf_size",
  "environ_get": "environ environ_buf",
  "environ_sizes_get": "count environ_buf_size",
  "clock_res_get": "id resolution",
  "clock_time_get": "id precision time",
  "fd_advise": "fd offset len advice",
  "fd_allocate": "fd offset len",
  "fd_close": "fd",
  "fd_datasync": "fd",
  "fd_fdstat_get": "fd stat",
  "fd_fdstat_set_flags": "fd flags",
  "fd_fdstat_set_rights": "fd rights_base rights_inheriting",
  "fd_filestat_get": "fd stat",
  "fd_filestat_set_size": "fd size",
  "fd_filestat_set_times": "fd atim mtim fst_flags",
  "fd_pread": "fd iovs iovs_len offset nread",
  "fd_prestat_get": "fd prestat",
  "fd_prestat_dir_name": "fd buf buf_len",
  "fd_pwrite": "fd iovs iovs_len offset nwritten",
  "fd_read": "fd iovs iovs_len nread",
  "fd_readdir": "fd buf buf_len cookie bufused",
  "fd_renumber": "fd to",
  "fd_seek": "fd offset whence newoffset",
  "fd_sync": "fd",
  "fd_tell": "fd offset",
  "fd_write": "fd iovs iovs_len nwritten",
  "path_create_directory": "fd path path_len",
  "path_filestat_get": "fd flags path path_len stat",
  "path_filestat_set_times": "fd flags path path_len atim mtim fst_flags",
  "path_link":
    "old_fd old_flags old_path old_path_len new_fd new_path new_path_len",
  "path_open":
    "fd dirflags path path_len oflags rights_base rights_inheriting fdflags opened_fd",
  "path_readlink": "fd path path_len buf buf_len bufused",
  "path_remove_directory": "fd path path_len",
  "path_rename": "fd old_path old_path_len new_fd new_path new_path_len",
  "path_symlink": "old_path old_path_len fd new_path new_path_len",
  "path_unlink_file": "fd path path_len",
  "poll_oneoff": "in out nsubscriptions nevents",
  "proc_exit": "rval",
  "proc_raise": "sig",
  "sched_yield": "",
  "random_get": "buf buf_len",
  "sock_accept": "fd flags new_fd",
  "sock_recv": "fd ri_data ri_data_len ri_flags ro_datalen ro_flags",
  "sock_send": "fd si_data si_data_len si_flags so_datalen",
  "sock_shutdown": "fd how",
};

/**
 * Wrap imports so that each call is told.
 *
 * @param imports The functions to wrap.
 * @param trace Is told.
 * @param memory The guest's memory, once it is known.
 * @returns Functions that do the same.
 */
export function traced(
  imports: WebAssembly.ModuleImports,
  trace: Trace,
  memory: () => GuestMemory | undefined,
): WebAssembly.ModuleImports {
  const wrapped: WebAssembly.ModuleImports = {};
  for (const [name, value] of Object.entries(imports)) {
    const syscall = value as (...words: Word[]) => number;
    wrapped[name] = (...words: Word[]) => {
      const args = nameWords(name, words, memory());
      try {
        const errno = syscall(...words);
        trace({ name, args, result: errnoName(errno) });
        return errno;
      } catch (error) {
        const result = error instanceof Error ? error.name : String(error);
        trace({ name, args, result });
        throw error;
      }
    };
  }
  return wrapped;
}

/**
 * One line for one syscall.
 *
 * ```ts
 * import { traceLine } from "@x/py-plugin/wasi";
 * const call = { name: "fd_close", args: { fd: 3 }, result: "BADF" };
 * console.log(traceLine(call)); // ==> fd_close(fd=3) <== BADF
 * ```
 *
 * @param call The syscall.
 * @returns The line, without a line end.
 */
export function traceLine(call: TraceCall): string {
  const args = Object.entries(call.args).map(([name, value]) =>
    `${name}=${typeof value === "string" ? JSON.stringify(value) : value}`
  );
  return `==> ${call.name}(${args.join(", ")}) <== ${call.result}`;
}

function nameWords(
  syscall: string,
  words: readonly Word[],
  memory: GuestMemory | undefined,
): TraceCall["args"] {
  const args: Record<string, number | bigint | string> = {};
  const names = PARAMETERS[syscall]?.split(" ") ?? [];
  for (let index = 0; index < words.length; index++) {
    const name = names[index] ?? `arg${index}`;
    const word = words[index] ?? 0;
    const isText = names[index + 1] === `${name}_len` && name.endsWith("path");
    if (isText) args[name] = textAt(memory, word, words[++index] ?? 0);
    else args[name] = word;
  }
  return args;
}

/** Text for a person; what is no text shows as such. */
function textAt(
  memory: GuestMemory | undefined,
  ptr: Word,
  length: Word,
): string {
  try {
    const bytes = memory?.bytes(Number(ptr), Number(length));
    return new TextDecoder().decode(bytes?.slice());
  } catch {
    return `<${length} bytes at ${Number(ptr) >>> 0}>`;
  }
}
