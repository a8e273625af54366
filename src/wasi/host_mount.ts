import { Errno, hostErrno, WasiError } from "./errno.ts";
import {
  type Access,
  type HostDirectoryOptions,
  READ_ONLY,
  type Refusal,
} from "./host_access.ts";
import { OpenFiles } from "./host_anchor.ts";
import { isSameName } from "./host_name.ts";
import { type Identity, isSameFile } from "./host_stat.ts";
import { HostTimes } from "./host_times.ts";

/** How often something that changes while it is opened is tried again. */
const MAX_TRIES = 3;
/** How many of the guest's own moves an open directory can follow. */
const MAX_MOVES = 256;

/** What the nodes of one host directory share. */
export class HostMount {
  /** The host's path of the directory that links can't leave. */
  readonly root: string;
  /** What may be done there. */
  readonly access: Access;
  /** Times that the guest set. */
  readonly times: HostTimes = new HostTimes();
  readonly #denied: (refusal: Refusal) => void;
  /** The path that Deno's permissions are asked about. */
  readonly #asked: string;
  /** What the root was; unknown where Deno does not let us look. */
  readonly #mounted: Identity | undefined;
  readonly #allowed: { read?: boolean; write?: boolean } = {};
  /** Not known before it is needed; `null` where there is no such thing. */
  #openFiles: OpenFiles | null | undefined;
  readonly #moves: (readonly [from: string, to: string])[] = [];
  #dropped = 0;

  /**
   * Share a directory.
   *
   * @param root Its path, absolute and without links.
   * @param options What may be done, and who is told.
   * @param asked The path that Deno's permissions are asked about.
   */
  constructor(root: string, options: HostDirectoryOptions, asked = root) {
    this.root = root;
    this.access = options.access ?? READ_ONLY;
    this.#denied = options.denied ?? (() => {});
    this.#asked = asked;
    this.#mounted = identityOf(root);
  }

  /**
   * Tell of a refusal, and refuse.
   *
   * @throws `ACCES`, always.
   */
  refuse(refusal: Refusal): never {
    this.#denied(refusal);
    throw new WasiError(Errno.ACCES);
  }

  /** How many names lie between the root and a path below it. */
  depthOf(path: string): number {
    return path.slice(this.root.length).split("/")
      .filter((name) => name !== "").length;
  }

  /**
   * Make sure that the root's path leads to what was mounted: another grant
   * may let the guest put something else there.
   *
   * @throws `NOENT` when it does not.
   */
  demandRoot(): void {
    if (this.#mounted === undefined) return;
    // To ask Deno takes nearly as long as to look, and it is asked once anyway.
    const asks = this.#asked !== this.root || !this.#wholeAllowed("read");
    const now = asks ? identityOf(this.root) : identitySeen(this.root);
    if (now === undefined || !isSameFile(now, this.#mounted)) {
      throw new WasiError(Errno.NOENT);
    }
  }

  /** Tell of a refusal that the guest takes for an absent file. */
  hide(refusal: Refusal): void {
    this.#denied(refusal);
  }

  /**
   * Call the host.
   *
   * @param operation What the guest tries.
   * @param path The host's path it tries it on.
   * @param need What Deno must allow there.
   * @param action The call.
   * @returns What the call returns.
   * @throws What the call throws, as the guest will see it.
   */
  attempt<T>(
    operation: string,
    path: string,
    need: Refusal["need"],
    action: () => T,
  ): T {
    this.#demandAllowed(operation, path, need);
    try {
      return action();
    } catch (error) {
      throw this.failure(error, { operation, path, need });
    }
  }

  /**
   * What the guest will see of an error of the host's.
   *
   * @param error What was thrown.
   * @param tried What the guest tried.
   * @returns The error to throw.
   */
  failure(error: unknown, tried: Omit<Refusal, "by">): unknown {
    const errno = hostErrno(error);
    if (errno === undefined) return error; // a bug, or refused already
    const by = refuser(error, errno);
    if (by !== undefined) this.#denied({ ...tried, by });
    return new WasiError(errno);
  }

  /**
   * Make sure of what Deno lets only those do who may reach everything; it
   * would ask the person at the terminal.
   *
   * @param operation What the guest tries.
   * @param path The host's path.
   * @throws `ACCES` when Deno would not let us.
   */
  demandAll(operation: string, path: string): void {
    for (const need of ["read", "write"] as const) {
      if (Deno.permissions.querySync({ name: need }).state === "granted") {
        continue;
      }
      this.refuse({ operation, path, need, by: "deno" });
    }
  }

  /**
   * Look at what has a path, itself if it is a link.
   *
   * @returns What the host tells; nothing when nothing is there.
   */
  look(operation: string, path: string): Deno.FileInfo | undefined {
    const need = "read";
    this.#demandAllowed(operation, path, need);
    try {
      return Deno.lstatSync(path);
    } catch (error) {
      const errno = hostErrno(error);
      if (errno !== undefined && isAbsence(errno)) return undefined;
      throw this.failure(error, { operation, path, need });
    }
  }

  /**
   * Change a directory's entries, having made sure that its path leads to it
   * and through no link.
   *
   * @param operation What the guest tries.
   * @param directory The directory's path.
   * @param name The entry's name.
   * @param action Is given a path of the entry that stays right, where the
   * system has such paths.
   * @throws `NOENT` when the directory was moved meanwhile.
   */
  change<T>(
    operation: string,
    directory: string,
    name: string,
    action: (path: string) => T,
  ): T {
    return this.attempt(operation, join(directory, name), "write", () => {
      using anchor = this.#anchor(directory);
      return action(join(anchor.path, name));
    });
  }

  /**
   * Open a file or directory, and make sure that it is what has the path.
   *
   * @param operation What the guest tries.
   * @param path The host's path.
   * @param options How; nothing is made or truncated here.
   * @returns The open file, which is not behind a link.
   * @throws `NOENT` when it keeps changing.
   */
  open(
    operation: string,
    path: string,
    options: Deno.OpenOptions,
  ): Deno.FsFile {
    const need = options.write ? "write" : "read";
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const file = this.attempt(
        operation,
        path,
        need,
        () => Deno.openSync(path, options),
      );
      if (this.#isAt(file, path)) return file;
      file.close();
    }
    throw new WasiError(Errno.NOENT);
  }

  /**
   * Make a file, and make sure that it came to where it was meant.
   *
   * @param directory The directory's path.
   * @param name A name that is free.
   * @param read Whether it will be read, too.
   * @returns The open file.
   */
  make(directory: string, name: string, read: boolean): Deno.FsFile {
    const options = { read, write: true, createNew: true };
    const file = this.change(
      "create",
      directory,
      name,
      (path) => Deno.openSync(path, options),
    );
    if (this.#isAt(file, join(directory, name))) return file;
    file.close();
    throw new WasiError(Errno.NOENT);
  }

  /** A directory got another path by the guest's own doing. */
  moved(from: string, to: string): void {
    this.#moves.push([from, to]);
    if (this.#moves.length > MAX_MOVES) {
      this.#moves.shift();
      this.#dropped++;
    }
  }

  /** How many moves there were. */
  get moves(): number {
    return this.#dropped + this.#moves.length;
  }

  /**
   * Where something is that had a path before some of the moves.
   *
   * @param path The path it had.
   * @param since How many moves there were then.
   * @returns The path it has now, if nobody else moved it.
   */
  follow(path: string, since: number): string {
    let at = path;
    const seen = Math.max(0, since - this.#dropped);
    for (const [from, to] of this.#moves.slice(seen)) {
      if (at === from) at = to;
      else if (at.startsWith(`${from}/`)) at = to + at.slice(from.length);
    }
    return at;
  }

  /** Hold a directory, by something better than its path if there is. */
  #anchor(directory: string): Disposable & { readonly path: string } {
    const files = this.#files();
    if (files !== null) {
      const held = Deno.openSync(directory, { read: true });
      const path = files.find(held.statSync(), directory);
      if (path !== undefined) {
        return {
          path,
          [Symbol.dispose]: () => held.close(),
        };
      }
      held.close();
    } else if (this.#leadsTo(directory)) {
      return { path: directory, [Symbol.dispose]() {} };
    }
    throw new WasiError(Errno.NOENT);
  }

  #files(): OpenFiles | null {
    if (this.#openFiles === undefined) {
      this.#openFiles = OpenFiles.available() ? new OpenFiles() : null;
    }
    return this.#openFiles;
  }

  /** Whether an open file is what has a path, and the path has no link. */
  #isAt(file: Deno.FsFile, path: string): boolean {
    const opened = file.statSync();
    if (!opened.isFile && !opened.isDirectory) return false;
    const files = this.#files();
    if (files !== null) return files.find(opened, path) !== undefined;
    try {
      return this.#leadsTo(path) && isSameFile(opened, Deno.lstatSync(path));
    } catch (error) {
      if (hostErrno(error) === undefined) throw error;
      return false;
    }
  }

  /** Whether a path below the root leads through no link. */
  #leadsTo(path: string): boolean {
    if (path === this.root) return true;
    return isSameName(Deno.realPathSync(path), path, Deno.build.os);
  }

  /** Deno would ask the person at the terminal; a plugin waits for none. */
  #demandAllowed(
    operation: string,
    path: string,
    need: Refusal["need"],
  ): void {
    // Asked once for the whole mount; where Deno allows less, each time.
    if (this.#wholeAllowed(need) || isGranted(need, path)) return;
    this.refuse({ operation, path, need, by: "deno" });
  }

  #wholeAllowed(need: Refusal["need"]): boolean {
    return this.#allowed[need] ??= isGranted(need, this.#asked);
  }
}

/** What a path is itself; nothing where it is absent or may not be seen. */
function identityOf(path: string): Identity | undefined {
  return isGranted("read", path) ? identitySeen(path) : undefined;
}

/** What a path is itself, where Deno lets us look; nothing where it is absent. */
function identitySeen(path: string): Identity | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (hostErrno(error) === undefined) throw error;
    return undefined;
  }
}

function isGranted(name: Refusal["need"], path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}

/**
 * The path of an entry.
 *
 * @param directory The directory's path.
 * @param name The entry's name.
 * @returns Both with one `/` between.
 */
export function join(directory: string, name: string): string {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

/**
 * The two parts of a path.
 *
 * @param path An absolute path of the host.
 * @returns Its directory and its last name.
 */
export function split(path: string): [directory: string, name: string] {
  const slash = path.lastIndexOf("/");
  const cut = Deno.build.os === "windows"
    ? Math.max(slash, path.lastIndexOf("\\"))
    : slash;
  return [path.slice(0, cut) || "/", path.slice(cut + 1)];
}

/** Who stands behind an error: nobody when nothing was refused. */
function refuser(error: unknown, errno: Errno): Refusal["by"] | undefined {
  if (error instanceof Error && error.name === "NotCapable") return "deno";
  const refused = errno === Errno.ACCES || errno === Errno.PERM;
  return refused ? "system" : undefined;
}

/** A directory on the way may have become a file meanwhile. */
function isAbsence(errno: Errno): boolean {
  return errno === Errno.NOENT || errno === Errno.NOTDIR;
}
