/**
 * The warm images of plugins, in files.
 *
 * @module
 */

import type { WarmStore } from "../../mod.ts";
import { MemoryFile } from "./memory_file.ts";

/** Bytes of the name of a plugin that are kept. */
export const MOST_LABEL = 4096;

/** Makes an image, or nothing. */
type Make = Parameters<WarmStore["missed"]>[1];

/** What is to be done when the plugin has answered. */
interface Missed {
  readonly key: string;
  readonly make: Make;
}

/**
 * One file for each plugin, named by its key. Making an image takes longer than
 * it saves, so a plugin gets one the second time that it is run: until then an
 * empty file says that it was seen (`kept_files.ts`).
 */
export class WarmCache implements WarmStore {
  readonly memory: MemoryFile;
  readonly #directory: string;
  readonly #label: string;
  #missed: Missed | undefined;
  #found: string | undefined;

  /**
   * Use a directory.
   *
   * @param directory Where the files are; it is made when it is needed.
   * @param label What people call the plugin.
   */
  constructor(directory: string, label: string) {
    this.memory = new MemoryFile(directory);
    this.#directory = directory;
    this.#label = label;
  }

  find(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const path = `${this.#directory}/${key}`;
    try {
      // Whoever waits for it would be held up by all that starts meanwhile.
      const bytes = Deno.readFileSync(path);
      this.#found = path;
      return Promise.resolve(imageIn(bytes));
    } catch {
      return Promise.resolve(undefined); // there is none, or none for us
    }
  }

  missed(key: string, make: Make): void {
    this.#missed = { key, make };
  }

  /** Keep what this run has shown to be useful, now that it is over. */
  async finish(): Promise<void> {
    const missed = this.#missed;
    const found = this.#found;
    if (missed === undefined && found === undefined) return;
    const { keepImage, keepMemory, keepUsed } = await import("./keep_image.ts");
    try {
      let wasSeen = true;
      if (missed !== undefined) {
        const { key, make } = missed;
        const label = this.#label;
        wasSeen = await keepImage(this.#directory, key, { label, make });
      } else if (found !== undefined) keepUsed(found);
      if (this.memory.found !== undefined) keepUsed(this.memory.found);
      if (wasSeen && this.memory.wanted !== undefined) {
        await keepMemory(this.memory.wanted);
      }
    } catch {
      // A full disk, or another process that clears it: the run was none the
      // worse for it.
    }
  }
}

/**
 * A file of an image ends with the plugin's name and how long that is:
 *
 * ```text
 *   image | name in UTF-8 | 4 bytes, the first is the lowest
 * ```
 */
export function imageIn(
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | undefined {
  const end = bytes.length - 4 - labelSize(bytes);
  return end > 0 ? bytes.subarray(0, end) : undefined;
}

/** The name at the end, when there is one: the file may be damaged. */
export function labelIn(bytes: Uint8Array): string | undefined {
  const size = labelSize(bytes);
  const start = bytes.length - 4 - size;
  if (size === 0 || size > MOST_LABEL || start < 0) return undefined;
  const name = bytes.subarray(start, -4);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(name);
  } catch {
    return undefined;
  }
}

/** Bytes of the name at the end; the file may be anything. */
function labelSize(bytes: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(-4);
  return a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24;
}
