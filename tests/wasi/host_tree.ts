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
 *       ├── canary
 *       ├── empty/
 *       └── deep/canary
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

  constructor() {
    Deno.mkdirSync(this.mount);
    Deno.mkdirSync(`${this.outside}/deep`, { recursive: true });
    Deno.mkdirSync(`${this.outside}/empty`);
    Deno.writeTextFileSync(`${this.outside}/canary`, CANARY);
    Deno.writeTextFileSync(`${this.outside}/deep/canary`, CANARY);
    this.#before = this.#picture();
  }

  /** The mounted directory as a capability. */
  directory(access: Access = FREELY): HostDirectory {
    return new HostDirectory(this.mount, { access });
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
    return JSON.stringify([beside, picture(this.outside)]);
  }
}

/** Names, types, contents, times and numbers of names, all the way down. */
function picture(path: string): unknown {
  const { isFile, isDirectory, nlink, mtime, size } = Deno.lstatSync(path);
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
