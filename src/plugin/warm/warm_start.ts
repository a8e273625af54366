/**
 * Starts of one plugin that go on from a warm image, when there is one.
 *
 * @module
 */

import {
  type Artifact,
  imageId,
  type KeptMemory,
  loadArtifact,
  type MemoryImage,
  PAGE_SIZE,
} from "../../runtime/mod.ts";
import type { ProgramOptions } from "../options.ts";
import type { PythonSource } from "../read.ts";
import type { Parsed } from "../toml.ts";
import { parseWarm, type Warm, wholeWarm } from "./warm_bytes.ts";
import { warmKey } from "./warm_key.ts";
import type { WarmStore } from "./warm_store.ts";

/** Looking through more than that takes as long as an image saves. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Whether an image makes a run shorter and changes nothing else of it: not when
 * its steps are counted or told.
 */
export function mayBeWarm(
  { files }: PythonSource,
  options: ProgramOptions,
): boolean {
  const bytes = files.values().reduce((sum, { length }) => sum + length, 0);
  const { seed, random, clock, trace, log, logLevel, limits } = options;
  const isRepeated = seed !== undefined || random !== undefined ||
    clock !== undefined;
  const isTold = trace !== undefined ||
    (log !== undefined && logLevel === "trace");
  // Fewer functions may call each other while a module is imported.
  const isShallow = limits?.depth !== undefined;
  return bytes <= MOST_BYTES && !isRepeated && !isTold && !isShallow;
}

/** The image of one plugin, looked for while Python's code is loaded. */
export class WarmStart {
  readonly #source: PythonSource;
  readonly #store: WarmStore;
  readonly #key: string;
  readonly #bytes: Promise<Uint8Array<ArrayBuffer> | undefined>;
  #isUsed = false;
  #warm: Promise<Warm | undefined> | undefined;

  private constructor(source: PythonSource, key: string, store: WarmStore) {
    this.#source = source;
    this.#store = store;
    this.#key = key;
    this.#bytes = store.find(key).then((found) => found && wholeWarm(found));
    this.#bytes.catch(() => {}); // told to who waits for it
  }

  /**
   * Begin to look for it: what takes long of that is done beside.
   *
   * @param source The plugin.
   * @param store Where it may be kept.
   */
  static async begin(
    source: PythonSource,
    store: WarmStore,
  ): Promise<WarmStart> {
    return new WarmStart(source, await warmKey(source), store);
  }

  /**
   * The image, when one of this build was found that fits into a memory.
   *
   * @param memory Bytes that the memory may have.
   */
  async image(memory: number): Promise<MemoryImage | undefined> {
    const warm = await this.#found();
    if (warm === undefined) return undefined;
    this.#isUsed = true;
    const { image } = warm;
    return image.size * PAGE_SIZE <= memory ? image : undefined;
  }

  /**
   * Where what the memory of every start holds may be found.
   *
   * @param artifact The build.
   */
  memory({ python }: Artifact): KeptMemory | undefined {
    const { memory } = this.#store;
    if (memory === undefined) return undefined;
    const id = imageId(python);
    return {
      read: (bytes) => memory.read(id, bytes),
      missed: (make) => memory.missed(id, make),
    };
  }

  /** The plugin's script block, when there is an image and it has one. */
  async block(): Promise<Parsed | undefined> {
    return (await this.#found())?.block;
  }

  /** Tell the store, after the plugin was loaded, when there was no image. */
  report(): void {
    if (this.#isUsed) return;
    const source = this.#source;
    this.#store.missed(this.#key, async () => {
      const { makeWarm } = await import("./make_warm.ts");
      return await makeWarm(source);
    });
  }

  #found(): Promise<Warm | undefined> {
    return this.#warm ??= this.#parse();
  }

  async #parse(): Promise<Warm | undefined> {
    const { python } = await loadArtifact();
    const bytes = await this.#bytes;
    return bytes && parseWarm(bytes, imageId(python));
  }
}
