import { Errno, hostErrno, WasiError } from "./errno.ts";
import { OpenFiles } from "./host_anchor.ts";
import { isSameName } from "./host_name.ts";
import { isDenosRefusal } from "./host_permission.ts";
import { type Identity, isSameFile } from "./host_stat.ts";

/** A directory where a walk found it. */
export interface FoundDirectory {
  /** The host's path, without links. */
  readonly path: string;
  /** Which directory it was; unknown where Deno does not let us look. */
  readonly seen: Identity | undefined;
}

/** A directory that is open so that names can be looked up in it. */
interface Held {
  readonly path: string;
  readonly file: Deno.FsFile;
  readonly seen: Identity;
  /** Its place under `/proc/self/fd`. */
  readonly place: string;
  users: number;
}

/**
 * Keeps a directory what it is while something is done in it.
 *
 * ```text
 *   /proc may be read    open /m/d, which the kernel says is at /m/d;
 *                        lstat /proc/self/fd/21/name
 *   elsewhere            lstat /m/d: the one that the walk saw;
 *                        lstat /m/d/name;
 *                        lstat /m/d: still the same, or it was not there
 * ```
 *
 * The last directory stays open until the guest lets the host's other work
 * go on: most calls come in the directory of the one before.
 */
export class Holds {
  readonly #held = new Map<string, Held>();
  /** Not known before it is needed; `null` where there is no such thing. */
  #files: OpenFiles | null | undefined;
  #closing = false;

  /** Finds open files, where the system and Deno let us, and still do. */
  get openFiles(): OpenFiles | null {
    if (this.#files === undefined) this.#files = OpenFiles.make();
    if (this.#files?.isAllowed === false) this.#files = null;
    return this.#files;
  }

  /**
   * Do something in a directory.
   *
   * @param directory The directory.
   * @param action Is given a path of the directory.
   * @param undo Is given what was done in a directory that was another.
   * @returns What the action returns.
   * @throws `NOENT` when it is not, or was not all the time, the directory
   * that the walk found.
   */
  within<T>(
    directory: FoundDirectory,
    action: (path: string) => T,
    undo?: (done: T, path: string) => void,
  ): T {
    const held = this.#hold(directory);
    if (held === undefined) return this.#watched(directory, action, undo);
    held.users++;
    try {
      return action(held.place);
    } finally {
      held.users--;
      this.#closeSoon();
    }
  }

  #watched<T>(
    directory: FoundDirectory,
    action: (path: string) => T,
    undo?: (done: T, path: string) => void,
  ): T {
    if (!this.#isStill(directory)) throw new WasiError(Errno.NOENT);
    const done = action(directory.path);
    if (this.#isStill(directory)) return done;
    undo?.(done, directory.path);
    throw new WasiError(Errno.NOENT);
  }

  /** Whether a directory's path leads to what the walk saw there. */
  #isStill({ path, seen }: FoundDirectory): boolean {
    try {
      if (seen !== undefined) return isSeen(path, seen);
      // One that was passed by must be looked at; one that Deno hides can't.
      return this.openFiles === null || leadsTo(path);
    } catch (error) {
      if (hostErrno(error) === undefined || isDenosRefusal(error)) throw error;
      return false;
    }
  }

  /** Open the directory; nothing where that gives no hold of it. */
  #hold(directory: FoundDirectory): Held | undefined {
    const files = this.openFiles;
    if (files === null) return undefined;
    const { path, seen } = directory;
    const known = this.#held.get(path);
    const held = known !== undefined && files.isAt(known.place, path)
      ? known
      : this.#open(files, path);
    if (held === undefined) return undefined;
    if (seen === undefined || isSameFile(held.seen, seen)) return held;
    throw new WasiError(Errno.NOENT);
  }

  #open(files: OpenFiles, path: string): Held | undefined {
    this.#closeIdle();
    const file = openDirectory(path);
    if (file === undefined) return undefined;
    const seen = file.statSync();
    const place = files.find(seen, path);
    if (place === undefined) {
      file.close();
      throw new WasiError(Errno.NOENT);
    }
    const held = { path, file, seen, place, users: 0 };
    this.#held.set(path, held);
    this.#closeSoon();
    return held;
  }

  /** What is in use belongs to a call that is not over. */
  #closeIdle(): void {
    for (const held of this.#held.values()) {
      if (held.users > 0) continue;
      held.file.close();
      this.#held.delete(held.path);
    }
  }

  #closeSoon(): void {
    if (this.#closing) return;
    this.#closing = true;
    queueMicrotask(() => {
      this.#closing = false;
      this.#closeIdle();
    });
  }
}

/**
 * Whether a path leads to what it names, through no link.
 *
 * @param path An absolute path.
 */
export function leadsTo(path: string): boolean {
  return isSameName(Deno.realPathSync(path), path, Deno.build.os);
}

/** `/.` makes the host refuse a FIFO, where opening would wait for a writer. */
function openDirectory(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path.endsWith("/") ? `${path}.` : `${path}/.`, {
      read: true,
    });
  } catch (error) {
    // One that may be searched but not read can only be watched.
    if (hostErrno(error) === Errno.ACCES) return undefined;
    throw error;
  }
}

/** Whether a directory is what it was seen to be. */
function isSeen(path: string, seen: Identity): boolean {
  // Without serial numbers only the path speaks.
  return isSameFile(Deno.lstatSync(path), seen) &&
    (seen.ino !== null || leadsTo(path));
}
