/**
 * A real directory to mount, and beside it all that a guest must not reach.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Access, HostDirectory } from "../../src/wasi/mod.ts";

/** Access to do everything. */
export const FREELY: Access = { read: true, write: true };

/** What every file outside says. */
export const CANARY = "what no guest may see";

/**
 * ```text
 *   top/
 *   ├── mount/     empty; for the test to fill
 *   └── outside/
 *       ├── canary, a
 *       ├── b/     a, b
 *       ├── empty/
 *       ├── deep/canary
 *       └── l          a link
 * ```
 */
export class HostTree implements Disposable {
  /** The temporary directory. */
  readonly top: string = Deno.realPathSync(Deno.makeTempDirSync());
  /** What is mounted. */
  readonly mount: string = `${this.top}/mount`;
  /** What is not. */
  readonly outside: string = `${this.top}/outside`;
  readonly #before: string;

  /**
   * Make it.
   *
   * @param bare Without anything outside: what is told apart from this tree
   * could be seen.
   */
  constructor(bare = false) {
    Deno.mkdirSync(this.mount);
    if (!bare) this.#furnish();
    this.#before = this.#picture();
  }

  #furnish(): void {
    for (const name of ["deep", "b", "empty"]) {
      Deno.mkdirSync(`${this.outside}/${name}`, { recursive: true });
    }
    for (const name of ["canary", "a", "b/a", "b/b", "deep/canary"]) {
      Deno.writeTextFileSync(`${this.outside}/${name}`, CANARY);
    }
    Deno.symlinkSync(CANARY, `${this.outside}/l`);
  }

  /** The mounted directory as a capability. */
  directory(access: Access = FREELY): HostDirectory {
    return new HostDirectory(this.mount, { access });
  }

  /** The serial numbers of everything outside. */
  inodes(path: string = this.outside): Set<bigint> {
    const found = new Set([BigInt(Deno.lstatSync(path).ino ?? 0)]);
    if (!Deno.lstatSync(path).isDirectory) return found;
    for (const name of names(path)) {
      for (const each of this.inodes(`${path}/${name}`)) found.add(each);
    }
    return found;
  }

  /** Empty the mount. */
  clear(): void {
    Deno.removeSync(this.mount, { recursive: true });
    Deno.mkdirSync(this.mount);
  }

  /** Check that nothing outside was made, changed, moved or removed. */
  assertUntouched(after: string): void {
    assertEquals(this.#picture(), this.#before, `outside, after ${after}`);
  }

  /** Remove all. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.top, { recursive: true });
  }

  #picture(): string {
    const beside = names(this.top).filter((name) => name !== "mount");
    return JSON.stringify(beside.map((name) => [
      name,
      picture(`${this.top}/${name}`),
    ]));
  }
}

/** Names, types, contents, times and numbers of names, all the way down. */
function picture(path: string): unknown {
  const { isFile, isDirectory, isSymlink, nlink, mtime, size } = Deno
    .lstatSync(path);
  if (isSymlink) return [Deno.readLinkSync(path), mtime];
  if (isFile) return [size, nlink, mtime, Deno.readTextFileSync(path)];
  if (!isDirectory) return "something else";
  return [
    nlink,
    mtime,
    ...names(path).map((name) => [name, picture(`${path}/${name}`)]),
  ];
}

function names(path: string): string[] {
  return Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
}
