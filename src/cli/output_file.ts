/**
 * Where the exact bytes of a result go.
 *
 * @module
 */

import { PluginError } from "../../mod.ts";
import { demandWritable, isAllowed } from "./own_file.ts";

/**
 * The file of `--output`, opened before the plugin runs: a plugin that may
 * write beside it cannot put a link in its place meanwhile.
 *
 * A file that was there keeps its content until there is a result; one that
 * was made is removed when there is none.
 */
export class OutputFile implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #made: boolean;
  #written = false;

  /**
   * Open it.
   *
   * @param path Its path.
   * @throws {PluginError} When it cannot be written.
   */
  constructor(path: string) {
    this.#path = path;
    demandWritable("the result", path);
    const made = attempt(path, () => openNew(path));
    this.#made = made !== undefined;
    this.#file = made ??
      attempt(path, () => Deno.openSync(path, { write: true }));
  }

  /**
   * Write the result, all of it, in place of what was there.
   *
   * @throws {PluginError} When it cannot be written.
   */
  write(bytes: Uint8Array): void {
    this.#written = true;
    attempt(this.#path, () => {
      if (this.#file.statSync().isFile) this.#file.truncateSync();
      let rest = bytes;
      while (rest.length > 0) rest = rest.subarray(this.#file.writeSync(rest));
    });
  }

  /** Close it, and remove what was made for nothing. */
  [Symbol.dispose](): void {
    const ours = this.#file.statSync();
    this.#file.close();
    if (!this.#made || this.#written || !isAllowed("read", this.#path)) return;
    try {
      const there = Deno.lstatSync(this.#path);
      if (there.ino === ours.ino && there.dev === ours.dev) {
        Deno.removeSync(this.#path);
      }
    } catch {
      // It went away by itself, or we may not look: then it stays, empty.
    }
  }
}

/** The file, when there was none. */
function openNew(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, { write: true, createNew: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw error;
  }
}

function attempt<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new PluginError(
      `Cannot write the result to "${path}": ${
        error instanceof Error ? error.message : String(error)
      }`,
      { fault: "caller", cause: error },
    );
  }
}
