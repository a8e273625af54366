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
