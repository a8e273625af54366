import { WasiError } from "./errno.ts";
import type { Kernel } from "./host_kernel.ts";
import type { HostEntry } from "./host_stat.ts";

/** An open file of the host, whoever opened it. */
export interface HostHandle {
  /** What the host tells of it. */
  stat(): HostEntry;

  /** Fill a buffer from an offset; fewer bytes at the end. */
  read(buffer: Uint8Array, offset: number): number;

  /** Write a buffer at an offset. */
  write(buffer: Uint8Array, offset: number): number;

  /** Make it as long as this. */
  truncate(size: number): void;

  /** Set its times, in seconds. */
  setTimes(atime: number, mtime: number): void;

  /** Bring its content, and what is known of it, to safety. */
  sync(): void;

  /** Bring its content to safety. */
  syncData(): void;

  /** Let go of it. */
  close(): void;
}

/** A file that Deno opened. */
export class DenoHandle implements HostHandle {
  readonly #file: Deno.FsFile;
  /** Where it stands; it is moved only when it must be. */
  #offset = 0;

  /**
   * Take over a file.
   *
   * @param file The file, which nobody else moves.
   */
  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** What the host tells of it. */
  stat(): HostEntry {
    return this.#file.statSync();
  }

  /** Fill a buffer from an offset; fewer bytes at the end. */
  read(buffer: Uint8Array, offset: number): number {
    this.#moveTo(offset);
    return this.#moved(() => this.#file.readSync(buffer) ?? 0);
  }

  /** Write a buffer at an offset. */
  write(buffer: Uint8Array, offset: number): number {
    this.#moveTo(offset);
    return this.#moved(() => this.#file.writeSync(buffer));
  }

  /** Make it as long as this. */
  truncate(size: number): void {
    this.#file.truncateSync(size);
  }

  /** Set its times, in seconds. */
  setTimes(atime: number, mtime: number): void {
    this.#file.utimeSync(atime, mtime);
  }

  /** Bring its content, and what is known of it, to safety. */
  sync(): void {
    this.#file.syncSync();
  }

  /** Bring its content to safety. */
  syncData(): void {
    this.#file.syncDataSync();
  }

  /** Let go of it. */
  close(): void {
    this.#file.close();
  }

  #moveTo(offset: number): void {
    if (offset === this.#offset) return;
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    this.#offset = offset;
  }

  #moved(transfer: () => number): number {
    const offset = this.#offset;
    this.#offset = -1; // when it fails, nobody knows how far it came
    const count = transfer();
    this.#offset = offset + count;
    return count;
  }
}

/** A file that the kernel opened for us. */
export class KernelHandle implements HostHandle {
  readonly #kernel: Kernel;
  readonly #fd: number;

  /**
   * Take over a file.
   *
   * @param kernel Who opened it.
   * @param fd Its number, which nobody else closes.
   */
  constructor(kernel: Kernel, fd: number) {
    this.#kernel = kernel;
    this.#fd = fd;
  }

  /** What the host tells of it. */
  stat(): HostEntry {
    const entry = this.#kernel.look(this.#fd);
    if (entry === undefined) throw this.#failure();
    return entry;
  }

  /** Fill a buffer from an offset; fewer bytes at the end. */
  read(buffer: Uint8Array, offset: number): number {
    return this.#must(this.#kernel.read(this.#fd, buffer, offset));
  }

  /** Write a buffer at an offset. */
  write(buffer: Uint8Array, offset: number): number {
    return this.#must(this.#kernel.write(this.#fd, buffer, offset));
  }

  /** Make it as long as this. */
  truncate(size: number): void {
    this.#must(this.#kernel.truncate(this.#fd, size));
  }

  /** Set its times, in seconds. */
  setTimes(atime: number, mtime: number): void {
    this.#must(this.#kernel.setTimes(this.#fd, atime, mtime));
  }

  /** Bring its content, and what is known of it, to safety. */
  sync(): void {
    this.#must(this.#kernel.sync(this.#fd));
  }

  /** Bring its content to safety. */
  syncData(): void {
    this.#must(this.#kernel.syncData(this.#fd));
  }

  /** Let go of it. */
  close(): void {
    this.#kernel.close(this.#fd);
  }

  #must(result: number): number {
    if (result < 0) throw this.#failure();
    return result;
  }

  #failure(): WasiError {
    return new WasiError(this.#kernel.errno);
  }
}
