import { Errno, hostErrno, WasiError } from "./errno.ts";
import {
  type Access,
  type HostDirectoryOptions,
  READ_ONLY,
  type Refusal,
} from "./host_access.ts";
import { Beneath } from "./host_beneath.ts";
import { HostBudget } from "./host_budget.ts";
import { DenoHandle, type HostHandle } from "./host_handle.ts";
import { type FoundDirectory, Holds, leadsTo } from "./host_hold.ts";
import { HostMoves } from "./host_moves.ts";
import { MAX_TRIES, openSame, unmake } from "./host_open.ts";
import {
  HostPermission,
  isDenosRefusal,
  isGranted,
} from "./host_permission.ts";
import { type HostEntry, type Identity, isSameFile } from "./host_stat.ts";
import { HostTimes } from "./host_times.ts";

/** What the nodes of one host directory share. */
export class HostMount {
  /** The host's path of the directory that links can't leave. */
  readonly root: string;
  /** What may be done there. */
  readonly access: Access;
  /** Times that the guest set. */
  readonly times: HostTimes = new HostTimes();
  readonly #denied: (refusal: Refusal) => void;
  /** What the root was, which its path may no longer lead to. */
  readonly mounted: Identity | undefined;
  readonly #permission: HostPermission;
  readonly #holds = new Holds();
  #beneath: Beneath | undefined;
  /** What the guest may take of the host. */
  readonly budget: HostBudget;
  /** Where the guest moved directories to. */
  readonly moves: HostMoves = new HostMoves();

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
    this.budget = options.budget ?? new HostBudget();
    this.#permission = new HostPermission(asked);
    this.mounted = identityOf(root);
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

  /** The names between the root and what has a path below it, and its own. */
  namesOf(path: string): string[] {
    return path.slice(this.root.length).split("/")
      .filter((name) => name !== "");
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

  /** Looks names up in one go, for a guest that looks at many. */
  get beneath(): Beneath | undefined {
    if (!this.anchors || this.mounted === undefined) return undefined;
    const { kernel } = this.budget;
    if (kernel === undefined) return undefined;
    return this.#beneath ??= new Beneath(kernel, this.root, this.mounted);
  }

  /** Whether a path that was looked at once is verified by what follows. */
  get anchors(): boolean {
    return this.#holds.openFiles !== null;
  }

  /**
   * Look at what has a path, itself if it is a link.
   *
   * @param path A path; below a directory that is held, unless what is done
   * with it later is.
   * @param asked The path for Deno's permissions and for refusals.
   * @returns What the host tells; nothing when nothing is there.
   */
  look(path: string, asked: string = path): HostEntry | undefined {
    const [operation, need] = ["find", "read"] as const;
    this.#demandAllowed(operation, asked, need);
    try {
      return Deno.lstatSync(path);
    } catch (error) {
      const errno = hostErrno(error);
      if (errno !== undefined && isAbsence(errno)) return undefined;
      throw this.failure(error, { operation, path: asked, need });
    }
  }

  /**
   * Call the host for something in a directory, which stays the one that the
   * walk found.
   *
   * @param tried What the guest tries.
   * @param directory The directory.
   * @param action Is given a path of the directory that stays right, where
   * the system has such paths.
   * @param undo Is given what was done in a directory that was another.
   * @returns What the action returns.
   * @throws `NOENT` when the directory was moved meanwhile.
   */
  within<T>(
    { operation, path, need }: Omit<Refusal, "by">,
    directory: FoundDirectory,
    action: (path: string) => T,
    undo?: (done: T, path: string) => void,
  ): T {
    return this.attempt(
      operation,
      path,
      need,
      () => this.#holds.within(directory, action, undo),
    );
  }

  /**
   * Change a directory's entries.
   *
   * @param operation What the guest tries.
   * @param directory The directory.
   * @param name The entry's name.
   * @param action Is given a path of the entry that stays right, where the
   * system has such paths.
   * @param undo Is given what was done in a directory that was another.
   * @throws `NOENT` when the directory was moved meanwhile.
   */
  change<T>(
    operation: string,
    directory: FoundDirectory,
    name: string,
    action: (path: string) => T,
    undo?: (done: T, path: string) => void,
  ): T {
    const path = join(directory.path, name);
    const tried = { operation, path, need: "write" } as const;
    return this.within(tried, directory, (at) => {
      if (!this.anchors && !this.#leadsTo(directory.path)) {
        throw new WasiError(Errno.NOENT);
      }
      return action(join(at, name));
    }, (done, at) => undo?.(done, join(at, name)));
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
   * Open a file in a directory that stays the one that the walk found.
   *
   * @param path The host's path.
   * @param options How; nothing is made or truncated here.
   * @param found Where the walk found it, and what it was.
   * @returns The open file, which is the one that had the name.
   * @throws `NOENT` when it keeps changing.
   */
  openFound(
    path: string,
    options: Deno.OpenOptions,
    found: { readonly directory: FoundDirectory; readonly seen: Identity },
  ): HostHandle {
    const need = options.write ? "write" : "read";
    const [, name] = split(path);
    const file = this.within(
      { operation: "open", path, need },
      found.directory,
      (at) => openSame(join(at, name), options, found.seen),
      (opened) => opened.close(),
    );
    if (this.anchors || this.#isAt(file, path)) return new DenoHandle(file);
    file.close();
    throw new WasiError(Errno.NOENT);
  }

  /**
   * Make a file, and make sure that it came to where it was meant.
   *
   * @param directory The directory.
   * @param name A name that is free.
   * @param read Whether it will be read, too.
   * @returns The open file.
   */
  make(directory: FoundDirectory, name: string, read: boolean): Deno.FsFile {
    this.budget.demandFile();
    const options = { read, write: true, createNew: true };
    const file = this.change(
      "create",
      directory,
      name,
      (path) => Deno.openSync(path, options),
      unmake,
    );
    const path = join(directory.path, name);
    if (this.#isAt(file, path)) return file;
    unmake(file, path);
    throw new WasiError(Errno.NOENT);
  }

  /** Whether an open file is what has a path, and the path has no link. */
  #isAt(file: Deno.FsFile, path: string): boolean {
    const opened = file.statSync();
    if (!opened.isFile && !opened.isDirectory) return false;
    const files = this.#holds.openFiles;
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
    return leadsTo(path);
  }

  /** Deno would ask the person at the terminal; a plugin waits for none. */
  #demandAllowed(
    operation: string,
    path: string,
    need: Refusal["need"],
  ): void {
    if (this.#permission.allows(need, path)) return;
    this.refuse({ operation, path, need, by: "deno" });
  }
}

/** What a path is itself; nothing where it is absent or may not be seen. */
function identityOf(path: string): Identity | undefined {
  if (!isGranted("read", path)) return undefined;
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (hostErrno(error) === undefined) throw error;
    return undefined;
  }
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
  if (isDenosRefusal(error)) return "deno";
  const refused = errno === Errno.ACCES || errno === Errno.PERM;
  return refused ? "system" : undefined;
}

/** A directory on the way may have become a file meanwhile. */
function isAbsence(errno: Errno): boolean {
  return errno === Errno.NOENT || errno === Errno.NOTDIR;
}
