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

/** What is to be written, when there is time. */
export interface WantedMemory {
  readonly path: string;
  readonly make: Make;
}

/** Reads the file, and remembers whether there was one. */
export class MemoryFile implements MemoryStore {
  readonly #directory: string;
  #read: string | undefined;
  #missed: WantedMemory | undefined;

  /** @param directory Where it is. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  read(key: string, bytes: Uint8Array): number {
    const path = this.#path(key);
    let at = 0;
    try {
      using file = Deno.openSync(path);
      if (file.statSync().size > bytes.length) return 0;
      for (let more = -1; more !== 0; at += more) {
        more = file.readSync(bytes.subarray(at)) ?? 0;
      }
      this.#read = path;
      return at;
    } catch {
      bytes.fill(0, 0, at); // a disk that fails in the middle
      return 0; // there is none, or none for us
    }
  }

  missed(key: string, make: Make): void {
    this.#missed = { path: this.#path(key), make };
  }

  /** The file, when it was whole. */
  get found(): string | undefined {
    return this.#missed === undefined ? this.#read : undefined;
  }

  /** What is to be written, now that there is time. */
  get wanted(): WantedMemory | undefined {
    return this.#missed;
  }

  #path(key: string): string {
    return `${this.#directory}/${MEMORY_NAME}${key}`;
  }
}
