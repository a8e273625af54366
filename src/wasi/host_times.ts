import { type HostEntry, hostStat, type Identity } from "./host_stat.ts";
import type { Stat, Times } from "./node.ts";

/** More files than any program sets times of and looks at again. */
const MAX_KNOWN = 1024;
const NANOSECONDS = 1_000_000n;

/**
 * The nanoseconds of times that the guest set. Deno reads and sets
 * milliseconds; a program that sets a time and looks at it again shall find
 * the time that it set, as long as nobody has set another since.
 */
export class HostTimes {
  readonly #known = new Map<string, Times>();

  /**
   * Remember times that were set just now.
   *
   * @param file The file.
   * @param times What was set.
   */
  remember(file: Identity, times: Times): void {
    if (file.ino === null) return; // it could be any file
    const key = keyOf(file);
    const known = { ...this.#known.get(key), ...times };
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size <= MAX_KNOWN) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }

  /**
   * What `filestat` tells of a file.
   *
   * @param entry What the host tells.
   * @returns The same, with the nanoseconds that the host has forgotten.
   */
  stat(entry: HostEntry): Stat {
    const stat = hostStat(entry);
    if (this.#known.size === 0) return stat;
    const known = this.#known.get(keyOf(entry));
    if (known === undefined) return stat;
    return {
      ...stat,
      atim: finer(stat.atim, known.atim),
      mtim: finer(stat.mtim, known.mtim),
    };
  }
}

function keyOf({ dev, ino }: Identity): string {
  return `${dev}:${ino}`;
}

/** The known time if the host shows its milliseconds, else the host's. */
function finer(time: bigint, known: bigint | undefined): bigint {
  if (known === undefined || known - known % NANOSECONDS !== time) return time;
  return known;
}
