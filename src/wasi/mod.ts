/**
 * WASI preview 1 for one guest: a module compiled to `wasm32-wasip1` runs
 * with what it is given, and nothing else. Files lie in memory, in a
 * read-only image, or in those directories of the host that are mounted.
 *
 * ```ts
 * import { Context, MemoryDirectory, MemoryFile } from "@x/py-plugin/wasi";
 * const context = new Context({
 *   args: ["app", "--verbose"],
 *   preopens: {
 *     "/": new MemoryDirectory({ readOnly: true })
 *       .set("greeting.txt", new MemoryFile("hello\n")),
 *   },
 *   stdout: "inherit",
 * });
 * console.log(Object.keys(context.imports).length); // 46
 * ```
 *
 * ## From Deno's former `std/wasi`
 *
 * `Context`, `start()` and `initialize()` are called as they were in
 * `std/wasi/snapshot_preview1`. What differs:
 *
 * | There | Here |
 * | --- | --- |
 * | `context.exports` | `context.imports` |
 * | `preopens: { "/": "." }` | `preopens: { "/": new HostDirectory(Deno.realPathSync(".")) }`: a directory is an object, which can be read unless its `access` says more; links do not lead out of it |
 * | `stdin: file.rid` | bytes, or a function: `stdin: (wanted) => …` |
 * | `stdout: file.rid` | `stdout: file.writable`, or a function that takes the bytes |
 * | `exitOnReturn`, which ended the process by default | `start()` returns the exit code; `Deno.exit(code)` is yours |
 * | `start()` returns `null` at the end of `_start` | it returns 0 |
 * | precise clocks | steps of 0.1 ms; `clock: new SystemClock({ resolution: 1n })` |
 *
 * ```ts
 * import { Context, HostDirectory } from "@x/py-plugin/wasi";
 * const context = new Context({
 *   args: Deno.args,
 *   preopens: {
 *     "/": new HostDirectory(Deno.realPathSync("."), {
 *       access: { read: true, write: true },
 *     }),
 *   },
 * });
 * console.log(context.fds.size); // 4
 * // const instance = await WebAssembly.instantiate(module, {
 * //   wasi_snapshot_preview1: context.imports,
 * // });
 * // Deno.exit(context.start(instance));
 * ```
 *
 * @module
 */

export { Filetype } from "./abi.ts";
export { type Clock, SteppedClock, SystemClock } from "./clock.ts";
export { Context, type ContextOptions } from "./context.ts";
export { Device, NullDevice, RandomDevice } from "./devices.ts";
export {
  Descriptor,
  DirectoryDescriptor,
  type Readiness,
} from "./descriptor.ts";
export { Errno, errnoName, WasiError } from "./errno.ts";
export { FdTable } from "./fd_table.ts";
export {
  type FileImage,
  ImageDirectory,
  type ImageOptions,
} from "./image_fs.ts";
export type { Access, HostDirectoryOptions, Refusal } from "./host_access.ts";
export { HostBudget, type HostLimits } from "./host_budget.ts";
export { HostDirectory } from "./host_dir.ts";
export { GuestMemory } from "./memory.ts";
export { MemoryFile } from "./memory_file.ts";
export { MemoryDirectory, type MemoryDirectoryOptions } from "./memory_fs.ts";
export {
  type Attributes,
  MemoryLink,
  type MemoryNodeOptions,
} from "./memory_node.ts";
export { MountDirectory, type MountDirectoryOptions } from "./mount_dir.ts";
export {
  type Allows,
  Directory,
  type DirectoryEntry,
  type FileMode,
  Link,
  Node,
  type OpenMode,
  type Stat,
  type Times,
} from "./node.ts";
export { OutputBudget } from "./output_budget.ts";
export { OverlayDirectory } from "./overlay.ts";
export { fillRandom, type Random, seededRandom } from "./random.ts";
export { SeekableDescriptor } from "./seekable.ts";
export type { Sink, Source } from "./stdio.ts";
export { ProcessExit } from "./syscalls/proc.ts";
export { type Trace, type TraceCall, traceLine } from "./trace.ts";
export type { Volume, VolumeOptions } from "./volume.ts";
