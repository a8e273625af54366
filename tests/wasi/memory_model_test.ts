/**
 * Random operations on a tree in memory, and on a model too simple to be
 * wrong: a map from whole paths to what is there.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { OFlags, Rights } from "../../src/wasi/abi.ts";
import { Filetype, MemoryDirectory } from "../../src/wasi/mod.ts";
import { Guest } from "./guest.ts";

/** A directory, or the content of a file, shared by all its names. */
type Entry = "directory" | { text: string };

/** The naive file system: errors are names, as POSIX gives them. */
class Model {
  readonly entries = new Map<string, Entry>([["", "directory"]]);

  mkdir(path: string): string {
    const problem = this.#way(path);
    if (problem !== undefined) return problem;
    if (this.entries.has(path)) return "EXIST";
    this.entries.set(path, "directory");
    return "SUCCESS";
  }

  write(path: string, text: string): string {
    const problem = this.#way(path);
    if (problem !== undefined) return problem;
    const entry = this.entries.get(path) ?? { text: "" };
    if (entry === "directory") return "ISDIR";
    entry.text = text;
    this.entries.set(path, entry);
    return "SUCCESS";
  }

  append(path: string, text: string): string {
    const problem = this.#way(path);
    if (problem !== undefined) return problem;
    const entry = this.entries.get(path);
    if (entry === "directory") return "ISDIR";
    if (entry === undefined) return "NOENT";
    entry.text += text;
    return "SUCCESS";
  }

  unlink(path: string): string {
    const problem = this.#way(path);
    if (problem !== undefined) return problem;
    const entry = this.entries.get(path);
    if (entry === undefined) return "NOENT";
    if (entry === "directory") return "ISDIR";
    this.entries.delete(path);
    return "SUCCESS";
  }

  rmdir(path: string): string {
    const problem = this.#way(path);
    if (problem !== undefined) return problem;
    const entry = this.entries.get(path);
    if (entry === undefined) return "NOENT";
    if (entry !== "directory") return "NOTDIR";
    if (this.#inside(path).length > 0) return "NOTEMPTY";
    this.entries.delete(path);
    return "SUCCESS";
  }

  link(from: string, to: string): string {
    const problem = this.#way(from);
    if (problem !== undefined) return problem;
    const entry = this.entries.get(from);
    if (entry === undefined) return "NOENT";
    const second = this.#way(to);
    if (second !== undefined) return second;
    if (this.entries.has(to)) return "EXIST";
    if (entry === "directory") return "PERM";
    this.entries.set(to, entry);
    return "SUCCESS";
  }

  rename(from: string, to: string): string {
    const problem = this.#way(from) ?? this.#way(to);
    if (problem !== undefined) return problem;
    const entry = this.entries.get(from);
    const old = this.entries.get(to);
    if (entry === undefined) return "NOENT";
    if (entry === old && from !== to && entry !== "directory") return "SUCCESS";
    if (from === to) return "SUCCESS";
    if (entry === "directory" && `${to}/`.startsWith(`${from}/`)) {
      return "INVAL";
    }
    if (
      old !== undefined && (entry === "directory") !== (old === "directory")
    ) {
      return entry === "directory" ? "NOTDIR" : "ISDIR";
    }
    if (old === "directory" && this.#inside(to).length > 0) return "NOTEMPTY";
    this.#move(from, to, entry);
    return "SUCCESS";
  }

  #move(from: string, to: string, entry: Entry): void {
    const moved = this.#inside(from).map((path) =>
      [path, this.entries.get(path) ?? "directory"] as const
    );
    this.entries.delete(from);
    this.entries.set(to, entry);
    for (const [path, each] of moved) {
      this.entries.delete(path);
      this.entries.set(to + path.slice(from.length), each);
    }
  }

  #inside(path: string): string[] {
    return [...this.entries.keys()].filter((each) =>
      each.startsWith(`${path}/`)
    );
  }

  /** What is wrong with the way to a path, before its last name. */
  #way(path: string): string | undefined {
    const names = path.split("/").slice(1, -1);
    let at = "";
    for (const name of names) {
      at += `/${name}`;
      const entry = this.entries.get(at);
      if (entry === undefined) return "NOENT";
      if (entry !== "directory") return "NOTDIR";
    }
    return undefined;
  }
}

const name = fc.constantFrom("a", "b", "c");
const path = fc.array(name, { minLength: 1, maxLength: 3 })
  .map((names) => names.map((each) => `/${each}`).join(""));
const text = fc.string({ maxLength: 8, unit: "binary-ascii" });
const kind = fc.constantFrom(
  "mkdir",
  "write",
  "append",
  "unlink",
  "rmdir",
  "link",
  "rename",
);
const step = fc.record({ kind, path, to: path, text });

/** One step through the syscalls. */
function perform(guest: Guest, { kind, path, to, text }: Step): string {
  const from = path.slice(1);
  switch (kind) {
    case "mkdir":
      return guest.path("path_create_directory", from);
    case "unlink":
      return guest.path("path_unlink_file", from);
    case "rmdir":
      return guest.path("path_remove_directory", from);
    case "write":
      return store(guest, from, text, OFlags.CREAT | OFlags.TRUNC);
    case "append":
      return store(guest, from, text, 0);
    case "link":
      return guest.call(
        "path_link",
        3,
        0,
        ...guest.put(from),
        3,
        ...guest.put(to.slice(1)),
      );
    case "rename":
      return guest.call(
        "path_rename",
        3,
        ...guest.put(from),
        3,
        ...guest.put(to.slice(1)),
      );
  }
}

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function store(guest: Guest, path: string, text: string, oflags: number) {
  const rights = Rights.FD_WRITE;
  const fd = guest.tryOpen(path, { oflags, rights, fdflags: 1 });
  if (typeof fd === "string") return fd;
  const errno = guest.write(fd, text);
  guest.must("fd_close", fd);
  return errno;
}

function performModel(model: Model, { kind, path, to, text }: Step): string {
  if (kind === "write" || kind === "append") return model[kind](path, text);
  if (kind === "link" || kind === "rename") return model[kind](path, to);
  return model[kind](path);
}

/** All that can be seen from a guest: paths and contents. */
function visible(guest: Guest, path = ""): [string, string][] {
  const fd = guest.open(path === "" ? "." : path.slice(1), {
    oflags: OFlags.DIRECTORY,
    rights: Rights.FD_READDIR,
  });
  const found: [string, string][] = [];
  for (const { name, type } of guest.list(fd, 64)) {
    if (name === "." || name === "..") continue;
    const at = `${path}/${name}`;
    if (type === Filetype.DIRECTORY) {
      found.push([at, "directory"], ...visible(guest, at));
    } else found.push([at, content(guest, at)]);
  }
  guest.must("fd_close", fd);
  return found;
}

function content(guest: Guest, path: string): string {
  const fd = guest.open(path.slice(1), { rights: Rights.FD_READ });
  const text = guest.read(fd, 256);
  guest.must("fd_close", fd);
  return `file ${text}`;
}

Deno.test("a tree in memory does what a naive model does", () => {
  const steps = fc.array(step, { maxLength: 40 });
  fc.assert(
    fc.property(steps, (steps) => {
      const root = new MemoryDirectory();
      const guest = new Guest({ preopens: { "/": root } });
      const model = new Model();
      for (const each of steps) {
        assertEquals(
          perform(guest, each),
          performModel(model, each),
          JSON.stringify(each),
        );
      }
      const expected = [...model.entries].slice(1).map(([path, entry]) =>
        [path, entry === "directory" ? entry : `file ${entry.text}`] as const
      );
      assertEquals(visible(guest).sort(), expected.sort());
      for (const name of [...root.names()]) root.delete(name);
      assertEquals(root.volume.used, 0, "all room is given back");
    }),
    { numRuns: 300 },
  );
});
