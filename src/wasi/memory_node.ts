import { Link, type Stat, type Times } from "./node.ts";
import { Volume } from "./volume.ts";

/** How a node in memory starts. */
export interface MemoryNodeOptions {
  /** Its times, nanoseconds since 1970; now by default. */
  readonly mtime?: bigint;
}

/** What nodes in memory have besides their content. */
export class Attributes {
  /** The tree it belongs to; one of its own until it gets a name. */
  volume: Volume;
  /** How many names it has. */
  nlink = 0;
  /** Last access. */
  atim: bigint;
  /** Last change of the content. */
  mtim: bigint;
  /** Last change of content, names or times. */
  ctim: bigint;

  /**
   * Start with no name.
   *
   * @param volume The tree it belongs to.
   * @param mtime Its times; now by default.
   */
  constructor(volume: Volume, mtime?: bigint) {
    this.volume = volume;
    const time = mtime ?? volume.now();
    this.atim = time;
    this.mtim = time;
    this.ctim = time;
  }

  /** The content changed now. */
  touch(): void {
    this.mtim = this.volume.now();
    this.ctim = this.mtim;
  }

  /** The names changed now. */
  rename(): void {
    this.ctim = this.volume.now();
  }

  /** Set times, as the guest asks. */
  set(times: Times): void {
    this.volume.demandWritable();
    this.atim = times.atim ?? this.atim;
    this.mtim = times.mtim ?? this.mtim;
    this.ctim = this.volume.now();
  }
}

/**
 * A symbolic link in memory. Whatever it says, it leads nowhere above the
 * directory that a path starts from.
 *
 * ```ts
 * import { MemoryDirectory, MemoryFile, MemoryLink } from "@x/py-plugin/wasi";
 * const root = new MemoryDirectory()
 *   .set("python3.14", new MemoryFile(""))
 *   .set("python3", new MemoryLink("python3.14"));
 * console.log([...root.names()]);
 * ```
 */
export class MemoryLink extends Link {
  /** The path it stands for. */
  override readonly target: string;
  /** Names and times. */
  readonly attributes: Attributes;

  /**
   * Make a link that has no name yet.
   *
   * @param target The path it stands for.
   * @param options Its times.
   */
  constructor(
    target: string,
    options: MemoryNodeOptions & { readonly volume?: Volume } = {},
  ) {
    super();
    this.target = target;
    this.attributes = new Attributes(
      options.volume ?? new Volume(),
      options.mtime,
    );
  }

  /** What `filestat` tells. */
  override stat(): Stat {
    const { nlink, atim, mtim, ctim } = this.attributes;
    const size = new TextEncoder().encode(this.target).length;
    return { filetype: this.filetype, nlink, size, atim, mtim, ctim };
  }

  /**
   * Set its times.
   *
   * @param times The new times.
   */
  override setTimes(times: Times): void {
    this.attributes.set(times);
  }

  /** It has one name less. */
  unlinked(): void {
    this.attributes.nlink--;
    this.attributes.rename();
  }
}
