import { FIRST_COOKIE } from "./node.ts";

/** A name and where reading goes on after it. */
export interface Listed {
  /** The name. */
  readonly name: string;
  /** Where reading goes on after it. */
  readonly cookie: number;
}

/**
 * The names of a directory in the order they were first seen. A name keeps
 * its cookie as long as it is there, so readers that stopped anywhere go on
 * there, whatever came and went meanwhile.
 */
export class HostListing {
  #entries: Listed[] = [];
  #next = FIRST_COOKIE;

  /** How many names there are. */
  get size(): number {
    return this.#entries.length;
  }

  /**
   * Read the names again when a reader starts, or when none have been read.
   *
   * @param after The reader's cookie.
   * @param read Reads the names.
   */
  renew(after: number, read: () => readonly string[]): void {
    if (after >= FIRST_COOKIE && this.#next > FIRST_COOKIE) return;
    const names = read();
    this.#entries = this.#entries.length === 0
      ? this.#number(names)
      : this.#merge(new Set(names));
  }

  /**
   * The names that come after a cookie.
   *
   * @param cookie The cookie.
   * @param count How many at most.
   * @returns The next ones.
   */
  after(cookie: number, count: number): Listed[] {
    const index = this.#indexAfter(cookie);
    return this.#entries.slice(index, index + count);
  }

  #merge(names: Set<string>): Listed[] {
    const kept = this.#entries.filter(({ name }) => names.delete(name));
    return kept.concat(this.#number([...names]));
  }

  #number(names: readonly string[]): Listed[] {
    return names.map((name) => ({ name, cookie: this.#next++ }));
  }

  #indexAfter(cookie: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.cookie ?? Infinity) <= cookie) {
        low = middle + 1;
      } else high = middle;
    }
    return low;
  }
}
