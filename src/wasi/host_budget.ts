import { Errno, WasiError } from "./errno.ts";
import { HostListing } from "./host_listing.ts";
import { Kernel } from "./host_kernel.ts";
import type { Identity } from "./host_stat.ts";

/** A process usually has 1024 descriptors, and is not there for one guest. */
const MAX_FILES = 256;
/** Some 40 MB of them. */
const MAX_NAMES = 500_000;
/** To find the kernel's calls takes as long as they save in so many looks. */
const LOOKS = 100;

/** How much of the host one guest may take. */
export interface HostLimits {
  /** Files of the host that are open at a time, 256 by default. */
  readonly files?: number;
  /** Names that listings may keep at a time, 500 000 by default. */
  readonly names?: number;
}

/** The names of a directory, for all who read it. */
export interface SharedListing {
  /** The names. */
  readonly listing: HostListing;
  /** Which directory. */
  readonly key: string;
  /** How many read it. */
  readers: number;
  /** How many names were counted. */
  size: number;
}

/**
 * What one guest takes of the host besides memory of its own: open files, and
 * the names of the directories it reads.
 *
 * ```ts
 * import { HostBudget, HostDirectory } from "@x/py-plugin/wasi";
 * const budget = new HostBudget({ files: 16 });
 * const [one, other] = ["/srv/one", "/srv/other"].map((path) =>
 *   new HostDirectory(path, { budget })
 * );
 * console.log(one !== other, budget.files); // true, 0
 * ```
 */
export class HostBudget {
  readonly #maxFiles: number;
  readonly #maxNames: number;
  readonly #listings = new Map<string, SharedListing>();
  #files = 0;
  #names = 0;
  #looks = 0;
  #kernel: Kernel | null | undefined;

  /**
   * Make one of which nothing is taken.
   *
   * @param limits How much there is.
   */
  constructor(limits: HostLimits = {}) {
    this.#maxFiles = limits.files ?? MAX_FILES;
    this.#maxNames = limits.names ?? MAX_NAMES;
  }

  /** Files that are open. */
  get files(): number {
    return this.#files;
  }

  /** Names that are kept. */
  get names(): number {
    return this.#names;
  }

  /** Names that may still be kept. */
  get namesLeft(): number {
    return this.#maxNames - this.#names;
  }

  /**
   * What looks names up faster than Deno, for a guest that looks at many. To
   * be asked for each look, by who may do everything.
   *
   * @internal
   */
  get kernel(): Kernel | undefined {
    if (this.#kernel === undefined) {
      if (this.#looks++ < LOOKS) return undefined;
      this.#kernel = Kernel.load();
    }
    return this.#kernel ?? undefined;
  }

  /** Whether one more file may be opened. */
  get hasFile(): boolean {
    return this.#files < this.#maxFiles;
  }

  /**
   * Check that one more file may be opened.
   *
   * @throws `MFILE`.
   */
  demandFile(): void {
    if (!this.hasFile) throw new WasiError(Errno.MFILE);
  }

  /** A file was opened. */
  opened(): void {
    this.#files++;
  }

  /** A file was closed. */
  closed(): void {
    this.#files--;
  }

  /**
   * The names of a directory, the same for all who read it at a time.
   *
   * @param path Its path, where the host has no serial numbers.
   * @param seen Which directory it is.
   * @returns The names, to be given back by {@linkcode leave}.
   * @internal
   */
  enter(path: string, seen: Identity | undefined): SharedListing {
    const key = seen === undefined || seen.ino === null
      ? path
      : `${seen.dev}:${seen.ino}`;
    const known = this.#listings.get(key);
    const shared = known ??
      { listing: new HostListing(), key, readers: 0, size: 0 };
    this.#listings.set(key, shared);
    shared.readers++;
    return shared;
  }

  /**
   * Count the names again, which were read.
   *
   * @internal
   */
  count(shared: SharedListing): void {
    this.#names += shared.listing.size - shared.size;
    shared.size = shared.listing.size;
  }

  /**
   * A reader is done; the last one takes the names along.
   *
   * @internal
   */
  leave(shared: SharedListing): void {
    if (--shared.readers > 0) return;
    this.#names -= shared.size;
    this.#listings.delete(shared.key);
  }
}
