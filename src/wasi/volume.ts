import type { Clock } from "./clock.ts";
import { SystemClock } from "./clock.ts";
import { Errno, WasiError } from "./errno.ts";

/** What a name costs besides its node's content, so that names run out too. */
export const ENTRY_COST = 512;
/** Ample for scratch files, and no danger to the host. */
const DEFAULT_QUOTA = 64 * 1024 * 1024;

/** How a tree in memory behaves as a whole. */
export interface VolumeOptions {
  /** Bytes that contents and names may take, 64 MiB by default. */
  readonly quota?: number;
  /** Nothing in it can be changed by the guest. */
  readonly readOnly?: boolean;
  /** Where times come from; the guest's clock, if that is not the host's. */
  readonly clock?: Clock;
}

/** What the nodes of one tree in memory share: quota, clock, read-only mark. */
export class Volume {
  /** Bytes that may be used. */
  readonly quota: number;
  /** Nothing in it can be changed by the guest. */
  readonly readOnly: boolean;
  readonly #clock: Clock;
  #used = 0;
  #refused: number | undefined;

  /**
   * Make a volume with nothing in it.
   *
   * @param options How it behaves.
   */
  constructor(options: VolumeOptions = {}) {
    this.quota = options.quota ?? DEFAULT_QUOTA;
    this.readOnly = options.readOnly ?? false;
    this.#clock = options.clock ?? new SystemClock();
  }

  /** Bytes in use. */
  get used(): number {
    return this.#used;
  }

  /** Bytes that would have been in use when they were last refused. */
  get refused(): number | undefined {
    return this.#refused;
  }

  /** Bytes left; what the host put there may have overdrawn it. */
  get free(): number {
    return Math.max(0, this.quota - this.#used);
  }

  /** The time to stamp on what changes now. */
  now(): bigint {
    return this.#clock.now();
  }

  /**
   * Check that the guest may change something.
   *
   * @throws `ROFS`.
   */
  demandWritable(): void {
    if (this.readOnly) throw new WasiError(Errno.ROFS);
  }

  /**
   * Use bytes on the guest's account.
   *
   * @param bytes How many more; fewer when negative.
   * @throws `NOSPC` when they are not free.
   */
  charge(bytes: number): void {
    if (bytes > this.free) this.refuse(bytes);
    this.#used += bytes;
  }

  /**
   * Refuse to use more bytes.
   *
   * @param bytes How many more.
   * @throws `NOSPC`.
   */
  refuse(bytes: number): never {
    this.#refused = this.#used + bytes;
    throw new WasiError(Errno.NOSPC);
  }

  /**
   * Use bytes on the host's account, which is never overdrawn.
   *
   * @param bytes How many more; fewer when negative.
   */
  place(bytes: number): void {
    this.#used += bytes;
  }
}
