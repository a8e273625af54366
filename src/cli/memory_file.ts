/**
 * What every start begins with, in a file of the program's cache.
 *
 * @module
 */

import type { MemoryStore } from "../../mod.ts";

/** How the file is called, before the key. */
export const MEMORY_NAME = "memory-";

/** Makes the file's bytes. */
type Make = Parameters<MemoryStore["missed"]>[1];

/** Reads the file, and remembers that there was none. */
export class MemoryFile implements MemoryStore {
  readonly #directory: string;
  #missed: { readonly path: string; readonly make: Make } | undefined;

  /** @param directory Where it is. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  read(key: string, bytes: Uint8Array): number {
    let at = 0;
    try {
      using file = Deno.openSync(this.#path(key));
      if (file.statSync().size > bytes.length) return 0;
      for (let more = -1; more !== 0; at += more) {
        more = file.readSync(bytes.subarray(at)) ?? 0;
      }
      return at;
    } catch {
      bytes.fill(0, 0, at); // a disk that fails in the middle
      return 0; // there is none, or none for us
    }
  }

  missed(key: string, make: Make): void {
    this.#missed = { path: this.#path(key), make };
  }

  /** What is to be written, now that there is time: the path, and the bytes. */
  get wanted(): readonly [string, Uint8Array<ArrayBuffer>] | undefined {
    return this.#missed && [this.#missed.path, this.#missed.make()];
  }

  #path(key: string): string {
    return `${this.#directory}/${MEMORY_NAME}${key}`;
  }
}
