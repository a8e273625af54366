import { hostErrno } from "./errno.ts";
import { isSameFile } from "./host_stat.ts";

const DESCRIPTORS = "/proc/self/fd";
/** `/proc` is open only to who may do everything; else Deno would ask. */
const EVERYTHING = [
  "read",
  "write",
  "net",
  "env",
  "run",
  "sys",
  "ffi",
] as const;

/**
 * Finds open files under `/proc/self/fd`, where the kernel tells which path
 * each has now, and where names can be looked up in an open directory however
 * it was renamed. It is what `openat()` would do, which Deno has not.
 *
 * ```text
 *   open /m/a              -> some descriptor, Deno does not tell which
 *   stat /proc/self/fd/21  -> same device and serial number: it is 21
 *   readlink               -> "/m/a": reached through no link
 *   mkdir /proc/self/fd/21/b
 * ```
 */
export class OpenFiles {
  /**
   * Where the last ones were: the lowest free number is taken each time, and
   * a directory is held while a file is made in it.
   */
  readonly #last = { directory: 0, file: 0 };

  /** Deno keeps their states right, whoever changes them in this thread. */
  readonly #permissions: readonly Deno.PermissionStatus[];

  private constructor(permissions: readonly Deno.PermissionStatus[]) {
    this.#permissions = permissions;
  }

  /**
   * Find files, where the process may look.
   *
   * @returns Nothing unless this is Linux and Deno allows everything.
   */
  static make(): OpenFiles | null {
    if (Deno.build.os !== "linux") return null;
    const files = new OpenFiles(
      EVERYTHING.map((name) => Deno.permissions.querySync({ name })),
    );
    return files.isAllowed ? files : null;
  }

  /** Whether the process may look. */
  static available(): boolean {
    return OpenFiles.make() !== null;
  }

  /** Whether the process may still look. */
  get isAllowed(): boolean {
    return this.#permissions.every(isWhole);
  }

  /**
   * The place under `/proc` of an open file or directory.
   *
   * @param opened What `statSync()` says of it.
   * @param path The path that it must have, without links.
   * @returns The place, or nothing when it has another path.
   */
  find(opened: Deno.FileInfo, path: string): string | undefined {
    const last = this.#last[kindOf(opened)];
    return this.#match(last, opened, path) ??
      this.#match(last + 1, opened, path) ??
      this.#search(opened, path);
  }

  /**
   * Whether an open file is still at a path.
   *
   * @param place Its place, from {@linkcode find}; it has not been closed.
   * @param path The path, without links.
   */
  isAt(place: string, path: string): boolean {
    try {
      return Deno.readLinkSync(place) === path;
    } catch (error) {
      if (hostErrno(error) === undefined) throw error;
      return false;
    }
  }

  #search(opened: Deno.FileInfo, path: string): string | undefined {
    const numbers = Array.from(
      Deno.readDirSync(DESCRIPTORS),
      ({ name }) => Number(name),
    );
    // Most of the numbers are in use, so the last one taken is a high one.
    for (const number of numbers.sort((one, other) => other - one)) {
      const place = this.#match(number, opened, path);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  #match(
    number: number,
    opened: Deno.FileInfo,
    path: string,
  ): string | undefined {
    const place = `${DESCRIPTORS}/${number}`;
    if (!this.isAt(place, path)) return undefined;
    try {
      if (!isSameFile(Deno.statSync(place), opened)) return undefined;
    } catch (error) {
      // A number that is free, or was until now.
      if (hostErrno(error) === undefined) throw error;
      return undefined;
    }
    this.#last[kindOf(opened)] = number;
    return place;
  }
}

/**
 * Whether nothing is left out of a permission.
 *
 * @param status The permission.
 */
export function isWhole({ state, partial }: Deno.PermissionStatus): boolean {
  return state === "granted" && !partial;
}

function kindOf(opened: Deno.FileInfo): "directory" | "file" {
  return opened.isDirectory ? "directory" : "file";
}
