import { demand, type Descriptor, DirectoryDescriptor } from "./descriptor.ts";
import { Errno, WasiError } from "./errno.ts";

/**
 * More than a program needs, few enough not to hurt the host: each may be one
 * of the host's own, of which a process usually has 1024, and an open
 * directory keeps the names in it.
 */
const MAX_OPEN = 512;

/**
 * The guest's numbers and what they stand for; disposing closes all.
 *
 * ```ts
 * import { Context } from "@x/py-plugin/wasi";
 * const { fds } = new Context();
 * console.log(fds.size); // 3: the standard streams
 * fds[Symbol.dispose]();
 * console.log(fds.size); // 0
 * ```
 */
export class FdTable implements Disposable {
  /** How many there may be at a time. */
  readonly maximum: number;
  readonly #slots: (Descriptor | undefined)[] = [];
  /** No number below this one is free. */
  #lowest = 0;
  /** What there was from the beginning. */
  #given: readonly (Descriptor | undefined)[] = [];

  /**
   * Make one that is empty.
   *
   * @param maximum How many descriptors there may be at a time.
   */
  constructor(maximum: number = MAX_OPEN) {
    this.maximum = maximum;
  }

  /** How many numbers are in use. */
  get size(): number {
    return this.#slots.reduce((sum, slot) => slot ? sum + 1 : sum, 0);
  }

  /** What is open now, the guest has not opened itself. */
  noteGiven(): void {
    this.#given = [...this.#slots];
  }

  /** What the guest has opened, or moved to another number, since then. */
  get opened(): Descriptor[] {
    return this.#slots.filter((slot, fd) =>
      slot !== undefined && slot !== this.#given[fd]
    ) as Descriptor[];
  }

  /**
   * Give a descriptor the lowest free number.
   *
   * @param descriptor The descriptor.
   * @returns Its number.
   * @throws `MFILE` when there are too many; the descriptor is closed then.
   */
  add(descriptor: Descriptor): number {
    let fd = this.#lowest;
    while (this.#slots[fd] !== undefined) fd++;
    if (fd >= this.maximum) {
      descriptor.close();
      throw new WasiError(Errno.MFILE);
    }
    this.#slots[fd] = descriptor;
    this.#lowest = fd + 1;
    return fd;
  }

  /**
   * The descriptor with a number.
   *
   * @param fd The number, as the guest gave it.
   * @param rights What it must be good for.
   * @returns The descriptor.
   * @throws `BADF`, `NOTCAPABLE`.
   */
  get(fd: number, rights = 0): Descriptor {
    const descriptor = this.#slots[fd];
    if (descriptor === undefined) throw new WasiError(Errno.BADF);
    if (rights !== 0) demand(descriptor, rights);
    return descriptor;
  }

  /**
   * The directory with a number.
   *
   * @param fd The number, as the guest gave it.
   * @param rights What it must be good for.
   * @returns The descriptor.
   * @throws `BADF`, `NOTDIR`, `NOTCAPABLE`.
   */
  directory(fd: number, rights = 0): DirectoryDescriptor {
    const descriptor = this.get(fd);
    if (!(descriptor instanceof DirectoryDescriptor)) {
      throw new WasiError(Errno.NOTDIR);
    }
    demand(descriptor, rights);
    return descriptor;
  }

  /**
   * Free a number.
   *
   * @param fd The number.
   * @throws `BADF`.
   */
  close(fd: number): void {
    const descriptor = this.get(fd);
    this.#free(fd);
    descriptor.close();
  }

  /**
   * Move a descriptor to a number in use, which is closed.
   *
   * @param from The number it has.
   * @param to The number it gets.
   * @throws `BADF` when either is not in use.
   */
  renumber(from: number, to: number): void {
    const descriptor = this.get(from);
    const old = this.get(to);
    if (from === to) return;
    this.#slots[to] = descriptor;
    this.#free(from);
    old.close();
  }

  /** Close all. */
  [Symbol.dispose](): void {
    for (const descriptor of this.#slots.splice(0)) descriptor?.close();
    this.#lowest = 0;
  }

  #free(fd: number): void {
    this.#slots[fd] = undefined;
    this.#lowest = Math.min(this.#lowest, fd);
  }
}
