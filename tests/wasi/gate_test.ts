/**
 * The gate's answers on real directories, and a second, slower opinion: the
 * host's own `realPath()`. Between the guest's steps the host makes hostile
 * changes below what the guest holds open.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { OFlags, Rights } from "../../src/wasi/abi.ts";
import { Guest } from "./guest.ts";
import { CANARY, HostTree } from "./host_tree.ts";
import { anyStep, perform } from "./model_steps.ts";

const RUNS = Number(Deno.env.get("RUNS") ?? 60);

const path = fc.constantFrom(
  ...["a", "b", "c", "a/a", "a/b", "b/a", "b/b", "a/b/a", "b/a/b"],
);
/** Links that stay inside, mostly. */
const tame = fc.oneof(path, path.map((path) => `../${path}`));
/** `OUT` is replaced by the directory outside, `TOP` by the one above. */
const wild = fc.constantFrom(
  "OUT",
  "OUT",
  "OUT/canary",
  "OUT/b",
  "TOP/mount",
  "../outside",
  "../outside",
  "../../outside/canary",
  "../mount/a",
  "../../../../../../../../etc/passwd",
  "/",
  "/proc/self/root",
  ".",
  "..",
  "a/../../outside/canary",
);

/** What the host does: to real paths, not asking the gate. */
const hostStep = (target: fc.Arbitrary<string>) =>
  fc.record({
    by: fc.constant("host" as const),
    kind: fc.constantFrom("link", "link", "link", "mkdir", "file", "move"),
    path,
    target,
  });
/** What the guest does, from its root or from what it holds open. */
const guestStep = fc.record({
  by: fc.constant("guest" as const),
  kind: fc.constantFrom("read", "look", "hold", "change"),
  path,
  target: fc.constantFrom("root", "held"),
  change: anyStep,
});
type HostStep = ReturnType<typeof hostStep> extends fc.Arbitrary<infer T> ? T
  : never;
type GuestStep = typeof guestStep extends fc.Arbitrary<infer T> ? T : never;

/** The host's step; that it may fail does not matter. */
function disturb(tree: HostTree, { kind, path, target }: HostStep): void {
  const at = `${tree.mount}/${path}`;
  try {
    demandWay(at);
    switch (kind) {
      case "link": {
        const text = target.replace("OUT", tree.outside)
          .replace("TOP", tree.top);
        Deno.symlinkSync(text, `${tree.top}/new`);
        return putAway(tree, at, () => Deno.renameSync(`${tree.top}/new`, at));
      }
      case "mkdir":
        return Deno.mkdirSync(at);
      case "file":
        return Deno.writeTextFileSync(at, `file ${path}`, { createNew: true });
      case "move":
        demandWay(`${tree.mount}/${target}`);
        return Deno.renameSync(at, `${tree.mount}/${target}`);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  } finally {
    removeIfThere(`${tree.top}/new`);
  }
}

/** The host must not follow its own links out. */
function demandWay(path: string): void {
  const directory = path.slice(0, path.lastIndexOf("/"));
  if (Deno.realPathSync(directory) !== directory) throw new Error("a link");
}

/** Swap what is at a path, even a full directory, for something else. */
function putAway(tree: HostTree, at: string, put: () => void): void {
  try {
    Deno.renameSync(at, Deno.makeTempDirSync({ dir: tree.mount }));
  } catch {
    // nothing was there, or it was a file, which is replaced
  }
  put();
}

/** Something to begin with, so that most paths mean something. */
function furnish(tree: HostTree): void {
  Deno.mkdirSync(`${tree.mount}/a/b`, { recursive: true });
  Deno.mkdirSync(`${tree.mount}/b/a`, { recursive: true });
  for (const path of ["c", "a/a", "a/b/a", "b/b", "b/a/b"]) {
    Deno.writeTextFileSync(`${tree.mount}/${path}`, `file ${path}`);
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function read(guest: Guest, from: number, path: string): string {
  const fd = guest.tryOpen(path, { from, rights: Rights.FD_READ });
  if (typeof fd === "string") return fd;
  const buffer = guest.room(64);
  const result = guest.room(4);
  const errno = guest.call(
    "fd_read",
    fd,
    ...guest.iovecs([buffer, 64]),
    result,
  );
  guest.must("fd_close", fd);
  return errno === "SUCCESS"
    ? `=${guest.text(buffer, guest.u32(result))}`
    : errno;
}

/** What the host itself reads there: content or errno, and from where. */
function secondOpinion(path: string): { real: string; text: string } {
  let real = "";
  try {
    real = Deno.realPathSync(path);
    return { real, text: `=${Deno.readTextFileSync(real)}` };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "E?";
    return { real, text: String(code).slice(1) };
  }
}

/** Whether every link in the mount stays in it, one name after the other. */
function isTame(tree: HostTree, directory = tree.mount): boolean {
  for (const { name, isDirectory, isSymlink } of Deno.readDirSync(directory)) {
    const path = `${directory}/${name}`;
    if (isDirectory && !isTame(tree, path)) return false;
    if (isSymlink && !staysInside(tree, directory, path)) return false;
  }
  return true;
}

function staysInside(tree: HostTree, from: string, link: string): boolean {
  const target = Deno.readLinkSync(link);
  if (target === "" || target.startsWith("/")) return false;
  let at = from;
  for (const name of target.split("/")) {
    at += `/${name}`;
    const { real, text } = secondOpinion(at);
    if (real === "") return text === "LOOP" || !target.includes("..");
    if (!isInside(tree, real)) return false;
  }
  return true;
}

function isInside(tree: HostTree, real: string): boolean {
  return real === tree.mount || real.startsWith(`${tree.mount}/`);
}

class Walker {
  readonly guest: Guest;
  readonly tree: HostTree;
  /** How often both opinions had to be the same. */
  compared = 0;
  #held = 3;
  #heldInode: bigint | undefined;
  readonly #outside: ReadonlySet<bigint>;

  constructor(tree: HostTree) {
    this.tree = tree;
    this.#outside = tree.inodes();
    this.guest = new Guest({ preopens: { "/": tree.directory() } });
  }

  take(step: GuestStep): void {
    switch (step.kind) {
      case "hold":
        return this.#hold(step.path);
      case "read":
        return this.#read(step);
      case "look":
        return this.#look(step);
      case "change":
        perform(this.guest, step.change);
        return;
    }
  }

  #hold(path: string): void {
    const fd = this.guest.tryOpen(path, {
      oflags: OFlags.DIRECTORY,
    });
    if (typeof fd !== "number") return;
    this.#held = fd;
    this.#heldInode = this.#inode(fd, ".", true);
  }

  /** What can be seen without opening: numbers of things. */
  #look({ path, target }: GuestStep): void {
    const from = target === "held" ? this.#held : 3;
    for (const follow of [true, false]) {
      const inode = this.#inode(from, path, follow);
      assert(!this.#outside.has(inode ?? -1n), `${path} is seen outside`);
    }
    const itself = this.#inode(this.#held, ".", true);
    if (itself === undefined || this.#held === 3) return;
    assertEquals(itself, this.#heldInode, "what is held changed");
    for (const { ino, name } of this.guest.list(this.#held, 96)) {
      assert(!this.#outside.has(ino), `${name} is listed outside`);
    }
  }

  #inode(from: number, path: string, follow: boolean): bigint | undefined {
    const found = this.guest.stat(path, { from, follow });
    return typeof found === "string" ? undefined : found.ino;
  }

  #read({ path, target }: GuestStep): void {
    const { guest, tree } = this;
    const from = target === "held" ? this.#held : 3;
    const actual = read(guest, from, path);
    assert(!actual.includes(CANARY), `${path}: the guest saw the canary`);
    if (from !== 3) return;
    const { real, text } = secondOpinion(`${tree.mount}/${path}`);
    this.compared++;
    if (actual.startsWith("=")) {
      assert(isInside(tree, real), `${path} is outside: ${real}`);
      assertEquals(actual, text, path);
    } else if (isTame(tree)) {
      assertEquals(actual, text, `${path}, where all links are tame`);
    } else this.compared--;
  }
}

Deno.test("the gate agrees with realPath(), whatever the host does between", () => {
  const sequence = (target: fc.Arbitrary<string>) =>
    fc.array(fc.oneof(hostStep(target), guestStep), {
      maxLength: 60,
      size: "max",
    });
  const steps = fc.oneof(sequence(tame), sequence(fc.oneof(tame, wild)));
  let compared = 0;
  const property = fc.property(steps, (steps) => {
    using tree = new HostTree();
    furnish(tree);
    const walker = new Walker(tree);
    for (const step of steps) {
      if (step.by === "host") disturb(tree, step);
      else walker.take(step);
    }
    compared += walker.compared;
    using _fds = walker.guest.context.fds;
    tree.assertUntouched("all steps");
  });
  fc.assert(property, { numRuns: RUNS });
  assert(compared > RUNS / 4, `only ${compared} comparisons`);
});
