import { Errno, errnoName } from "./errno.ts";
import type { Word } from "./host.ts";
import type { GuestMemory } from "./memory.ts";

/** One syscall, after it. */
export interface TraceCall {
  /** The syscall's name in the spec, `fd_write`. */
  readonly name: string;
  /** Its arguments by their names in the spec; paths as text. */
  readonly args: Readonly<Record<string, number | bigint | string>>;
  /**
   * The guest's paths that it is about, in the order of its arguments: for a
   * descriptor the path that it was opened by.
   */
  readonly paths: readonly string[];
  /** The name of what it answered, or of the error that left it. */
  readonly result: string;
  /** How long it took, in microseconds. */
  readonly duration: number;
}

/** What a trace has to know of the guest. */
export interface TracedGuest {
  /** Its memory, once it is known. */
  readonly memory: () => GuestMemory | undefined;
  /** The paths of its descriptors; the trace keeps it up to date. */
  readonly files: Map<number, string>;
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

/** Arguments that are descriptors; `new_fd` of `sock_accept` is a pointer. */
const DESCRIPTORS: readonly string[] = ["fd", "old_fd", "new_fd", "to"];

/**
 * Wrap imports so that each call is told.
 *
 * @param imports The functions to wrap.
 * @param trace Is told.
 * @param guest Whose calls they are.
 * @returns Functions that do the same.
 */
export function traced(
  imports: WebAssembly.ModuleImports,
  trace: Trace,
  guest: TracedGuest,
): WebAssembly.ModuleImports {
  const wrapped: WebAssembly.ModuleImports = {};
  for (const [name, value] of Object.entries(imports)) {
    const syscall = value as (...words: Word[]) => number;
    wrapped[name] = (...words: Word[]) => {
      const call = { name, ...nameWords(name, words, guest) };
      const start = performance.now();
      const told = (result: string) => {
        const duration = Math.round((performance.now() - start) * 1000);
        trace({ ...call, result, duration });
      };
      try {
        const errno = syscall(...words);
        told(errnoName(errno));
        if (errno === Errno.SUCCESS) keepFiles(call, words, guest);
        return errno;
      } catch (error) {
        told(error instanceof Error ? error.name : String(error));
        throw error;
      }
    };
  }
  return wrapped;
}

/** Remember which path each descriptor was opened by. */
function keepFiles(
  { name, paths: [path] }: Pick<TraceCall, "name" | "paths">,
  words: readonly Word[],
  { memory, files }: TracedGuest,
): void {
  const first = Number(words[0]);
  if (name === "fd_close") files.delete(first);
  else if (path === undefined) return;
  else if (name === "path_open") {
    const opened = memory()?.struct(Number(words.at(-1)), 4).getUint32(0, true);
    if (opened !== undefined) files.set(opened, path);
  } else if (name === "fd_renumber") {
    files.delete(first);
    files.set(Number(words[1]), path);
  }
}

/**
 * One line for one syscall.
 *
 * ```ts
 * import { traceLine } from "@x/py-plugin/wasi";
 * const call = {
 *   name: "fd_close",
 *   args: { fd: 3 },
 *   paths: [],
 *   result: "BADF",
 *   duration: 2,
 * };
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
  { memory, files }: TracedGuest,
): Pick<TraceCall, "args" | "paths"> {
  const args: Record<string, number | bigint | string> = {};
  const paths: string[] = [];
  let directory: string | undefined;
  const names = PARAMETERS[syscall]?.split(" ") ?? [];
  for (let index = 0; index < words.length; index++) {
    const name = names[index] ?? `arg${index}`;
    const word = words[index] ?? 0;
    const isText = names[index + 1] === `${name}_len` && name.endsWith("path");
    if (isText) {
      const text = textAt(memory(), word, words[++index] ?? 0);
      args[name] = text;
      if (directory !== undefined) paths.push(joined(directory, text));
      directory = undefined;
      continue;
    }
    args[name] = word;
    if (!DESCRIPTORS.includes(name)) continue;
    if (directory !== undefined) paths.push(directory);
    directory = files.get(Number(word));
  }
  if (directory !== undefined) paths.push(directory);
  return { args, paths };
}

function joined(directory: string, path: string): string {
  return directory.endsWith("/") ? directory + path : `${directory}/${path}`;
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
