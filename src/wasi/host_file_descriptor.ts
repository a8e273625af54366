import { FdFlags } from "./abi.ts";
import type { Refusal } from "./host_access.ts";
import { demandAccess, type HostFile } from "./host_file.ts";
import type { Transfer } from "./host_beneath.ts";
import { DenoHandle, type HostHandle } from "./host_handle.ts";
import { hostTimes, isSameFile } from "./host_stat.ts";
import type { Stat, Times } from "./node.ts";
import { SeekableDescriptor } from "./seekable.ts";

/** An open file of the host. */
export class HostFileDescriptor extends SeekableDescriptor {
  /** The file, where the walk found it. */
  override readonly node: HostFile;
  #file: HostHandle;
  readonly #mode: Transfer;
  /** Nothing is faster than the handle it has, or can be had instead. */
  #settled: boolean;
  #closed = false;

  /**
   * Count an open file and take it over.
   *
   * @param node Where it was found.
   * @param file The file, which nobody else closes.
   * @param mode What it was opened for.
   */
  constructor(node: HostFile, file: HostHandle, mode: Transfer) {
    super();
    this.node = node;
    this.#file = file;
    this.#mode = mode;
    this.#settled = !(file instanceof DenoHandle);
    node.place.mount.budget.opened();
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    const { times } = this.node.place.mount;
    return this.#call("stat", "read", () => times.stat(this.#file.stat()));
  }

  /**
   * Set its times.
   *
   * @param times The new times.
   * @throws `ACCES` when that was not granted.
   */
  override setTimes(times: Times): void {
    demandAccess("utime", this.node.place, "write");
    this.#call("utime", "write", () => {
      const seen = this.#file.stat();
      this.#file.setTimes(...hostTimes(times, seen));
      this.node.place.mount.times.remember(seen, times);
    });
  }

  /** Make it as long as this. */
  override setSize(size: number): void {
    this.#call("truncate", "write", () => this.#file.truncate(size));
  }

  /** Make it at least as long as this. */
  override allocate(size: number): void {
    if (size > this.size()) this.setSize(size);
  }

  /** Bring what was written to safety. */
  override sync(): void {
    this.#call("sync", "read", () => this.#file.sync());
  }

  /** Let go of it. */
  override close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.close();
    this.node.place.mount.budget.closed();
  }

  /** How long it is now. */
  protected override size(): number {
    return this.#call("stat", "read", () => this.#file.stat().size);
  }

  /** Fill one buffer from an offset. */
  protected override readAt(
    buffer: Uint8Array,
    offset: number,
  ): number {
    if (buffer.length === 0) return 0;
    try {
      return this.#fastest().read(buffer, offset);
    } catch (error) {
      throw this.#failure(error, "read", "read");
    }
  }

  /** Write one buffer at an offset. */
  protected override writeAt(
    buffer: Uint8Array,
    offset: number,
  ): number {
    if (buffer.length === 0) return 0;
    try {
      const count = this.#fastest().write(buffer, offset);
      if (this.flags & (FdFlags.SYNC | FdFlags.DSYNC)) this.#file.syncData();
      return count;
    } catch (error) {
      throw this.#failure(error, "write", "write");
    }
  }

  /** The file, opened once more when the kernel has come to be asked. */
  #fastest(): HostHandle {
    if (this.#settled) return this.#file;
    const { mount, path } = this.node.place;
    const { beneath } = mount;
    if (beneath === undefined) return this.#file;
    this.#settled = true;
    const opened = beneath.open(path, this.#mode);
    if (opened === undefined) return this.#file;
    const isIt = isSameFile(opened.entry, this.#file.stat());
    const [kept, other] = isIt
      ? [opened.handle, this.#file]
      : [this.#file, opened.handle];
    other.close();
    return this.#file = kept;
  }

  #call<T>(operation: string, need: Refusal["need"], action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.#failure(error, operation, need);
    }
  }

  #failure(
    error: unknown,
    operation: string,
    need: Refusal["need"],
  ): unknown {
    const { mount, path } = this.node.place;
    return mount.failure(error, { operation, path, need });
  }
}
