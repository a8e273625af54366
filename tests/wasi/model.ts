/**
 * A file system too simple to be wrong: objects in maps, walked by whole
 * paths. What it answers is what a mount must answer.
 *
 * @module
 */

/** What a name can lead to; hard links share the object. */
export type Entry =
  | { kind: "directory"; entries: Map<string, Entry> }
  | { kind: "file"; text: string; names: number }
  | { kind: "link"; target: string };

type Folder = Extract<Entry, { kind: "directory" }>;

interface Found {
  readonly folder: Folder;
  /** The names of the folder, from the root. */
  readonly at: readonly string[];
  /** None when the path ends in `..`. */
  readonly name: string | undefined;
  readonly entry: Entry | undefined;
}

const MAX_LINKS = 40;

/** An answer that is an errno's name. */
class Refused {
  readonly errno: string;

  constructor(errno: string) {
    this.errno = errno;
  }
}

/** One thing to do, with what it needs. */
export interface Step {
  readonly kind: Operation;
  readonly path: string;
  readonly to: string;
  readonly text: string;
}

/** All that can be done. */
export const OPERATIONS = [
  "mkdir",
  "write",
  "append",
  "exclusive",
  "read",
  "unlink",
  "rmdir",
  "link",
  "rename",
  "symlink",
  "readlink",
  "stat",
  "list",
] as const;

/** One of {@linkcode OPERATIONS}. */
export type Operation = (typeof OPERATIONS)[number];

/** The naive file system. */
export class Model {
  readonly root: Folder = { kind: "directory", entries: new Map() };

  /** Do one thing: what it gives, or the name of its errno. */
  perform(step: Step): string {
    try {
      return this.#perform(step) ?? "SUCCESS";
    } catch (error) {
      if (error instanceof Refused) return error.errno;
      throw error;
    }
  }

  #perform({ kind, path, to, text }: Step): string | undefined {
    switch (kind) {
      case "mkdir":
        return this.#mkdir(path);
      case "write":
      case "append":
      case "exclusive":
        return this.#store(kind, path, text);
      case "read":
        return this.#read(path);
      case "unlink":
        return this.#unlink(path);
      case "rmdir":
        return this.#rmdir(path);
      case "link":
        return this.#link(path, to);
      case "rename":
        return this.#rename(path, to);
      case "symlink":
        return this.#symlink(to, path);
      case "readlink":
        return this.#readlink(path);
      case "stat":
        return this.#stat(path);
      case "list":
        return this.#list(path);
    }
  }

  #mkdir(path: string): undefined {
    const [folder, name] = this.#free(path);
    folder.entries.set(name, { kind: "directory", entries: new Map() });
  }

  #store(
    kind: "write" | "append" | "exclusive",
    path: string,
    text: string,
  ): undefined {
    const exclusive = kind === "exclusive";
    const { folder, name, entry } = this.#walk(path, !exclusive);
    if (entry !== undefined) {
      if (exclusive) throw new Refused("EXIST");
      if (entry.kind !== "file") throw new Refused("ISDIR");
      entry.text = kind === "append" ? entry.text + text : text;
      return;
    }
    if (kind === "append") throw new Refused("NOENT");
    folder.entries.set(name ?? "", { kind: "file", text, names: 1 });
  }

  #read(path: string): string {
    const entry = this.#existing(path, true);
    if (entry.kind !== "file") throw new Refused("ISDIR");
    return entry.text;
  }

  #unlink(path: string): undefined {
    const { folder, name, entry } = this.#walk(path, false);
    if (entry === undefined) throw new Refused("NOENT");
    if (entry.kind === "directory") throw new Refused("ISDIR");
    if (entry.kind === "file") entry.names--;
    folder.entries.delete(name ?? "");
  }

  #rmdir(path: string): undefined {
    const { folder, name, entry } = this.#walk(path, false);
    if (name === undefined) throw new Refused("INVAL");
    if (entry === undefined) throw new Refused("NOENT");
    if (entry.kind !== "directory") throw new Refused("NOTDIR");
    if (entry.entries.size > 0) throw new Refused("NOTEMPTY");
    folder.entries.delete(name);
  }

  #link(from: string, to: string): undefined {
    const old = this.#walk(from, false);
    if (old.entry === undefined) throw new Refused("NOENT");
    const place = this.#walk(to, false);
    const [folder, name] = this.#free(to);
    if (old.entry.kind === "directory") throw new Refused("PERM");
    this.#judgeLink(old.entry, old.at.length, place.at.length);
    if (old.entry.kind === "file") old.entry.names++;
    folder.entries.set(name, old.entry);
  }

  #rename(from: string, to: string): undefined {
    const old = this.#walk(from, false);
    const place = this.#walk(to, false);
    if (old.name === undefined || place.name === undefined) {
      throw new Refused("BUSY");
    }
    if (old.entry === undefined) throw new Refused("NOENT");
    this.#judgeLink(old.entry, old.at.length, place.at.length);
    if (old.entry === place.entry) return;
    const here = [...old.at, old.name].join("/");
    const there = [...place.at, place.name].join("/");
    if (`${there}/`.startsWith(`${here}/`)) throw new Refused("INVAL");
    if (place.entry !== undefined) {
      this.#judgeReplaced(old.entry, place.entry, here, there);
      if (place.entry.kind === "file") place.entry.names--;
    }
    old.folder.entries.delete(old.name);
    place.folder.entries.set(place.name, old.entry);
  }

  #judgeReplaced(by: Entry, old: Entry, here: string, there: string): void {
    const isFolder = by.kind === "directory";
    if (old.kind !== "directory") {
      if (isFolder) throw new Refused("NOTDIR");
      return;
    }
    // Linux looks first whether it is above, others whether it is a file.
    const isAbove = here.startsWith(`${there}/`);
    if (!isFolder) throw new Refused(isAbove ? "ISDIR or NOTEMPTY" : "ISDIR");
    if (old.entries.size > 0) throw new Refused("NOTEMPTY");
  }

  #symlink(target: string, path: string): undefined {
    const { at } = this.#walk(path, false);
    if (climbs(target, at.length)) throw new Refused("PERM");
    const [folder, name] = this.#free(path);
    folder.entries.set(name, { kind: "link", target });
  }

  #readlink(path: string): string {
    const entry = this.#existing(path, false);
    if (entry.kind !== "link") throw new Refused("INVAL");
    return entry.target;
  }

  #stat(path: string): string {
    const entry = this.#existing(path, true);
    return entry.kind === "file"
      ? `file of ${entry.text.length}, ${entry.names} names`
      : "directory";
  }

  #list(path: string): string {
    const entry = this.#existing(path, true);
    if (entry.kind !== "directory") throw new Refused("NOTDIR");
    return [...entry.entries].map(([name, { kind }]) => `${name} ${kind}`)
      .sort().join(", ");
  }

  /** A link that stays inside may not be moved to where it does not. */
  #judgeLink(entry: Entry, from: number, to: number): void {
    if (to >= from) return;
    if (entry.kind === "directory") {
      for (const inner of entry.entries.values()) {
        this.#judgeLink(inner, from + 1, to + 1);
      }
    }
    if (entry.kind !== "link") return;
    if (climbs(entry.target, to) && !climbs(entry.target, from)) {
      throw new Refused("PERM");
    }
  }

  #existing(path: string, follow: boolean): Entry {
    const { entry } = this.#walk(path, follow);
    if (entry === undefined) throw new Refused("NOENT");
    return entry;
  }

  #free(path: string): [Folder, string] {
    const { folder, name, entry } = this.#walk(path, false);
    if (name === undefined || entry !== undefined) throw new Refused("EXIST");
    return [folder, name];
  }

  #walk(path: string, follow: boolean): Found {
    const at: string[] = [];
    const todo = path.split("/");
    for (let links = 0;;) {
      const folder = this.#folder(at);
      const name = todo.shift();
      if (name === undefined) return { folder, at, name, entry: folder };
      if (name === "..") {
        if (at.pop() === undefined) throw new Refused("PERM");
        continue;
      }
      const entry = folder.entries.get(name);
      if (entry?.kind === "link" && (follow || todo.length > 0)) {
        if (++links > MAX_LINKS) throw new Refused("LOOP");
        todo.unshift(...entry.target.split("/"));
        continue;
      }
      if (todo.length === 0) return { folder, at, name, entry };
      if (entry === undefined) throw new Refused("NOENT");
      if (entry.kind !== "directory") throw new Refused("NOTDIR");
      at.push(name);
    }
  }

  #folder(at: readonly string[]): Folder {
    return at.reduce<Folder>((folder, name) => {
      const entry = folder.entries.get(name);
      if (entry?.kind === "directory") return entry;
      throw new Error(`the model lost the directory ${at.join("/")}`);
    }, this.root);
  }
}

/** Whether the text of a link could lead out of the root: a name in it may be
 * a link itself, so `..` is only good at the start. */
function climbs(target: string, depth: number): boolean {
  return !new RegExp(`^(\\.\\./){0,${depth}}(?!.*\\.\\.)`).test(`${target}/`);
}
