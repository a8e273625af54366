/**
 * Where warm images are kept.
 *
 * @module
 */

/**
 * Keeps what every start begins with besides: a memory of 7 MB, the same for all
 * plugins. Read from here it is there in 3 ms, out of the package in 15.
 */
export interface MemoryStore {
  /**
   * Read what is kept under a key.
   *
   * @param key Text that stands for the version of Python: 64 hexadecimal digits.
   * @param bytes Where to; they are zeros.
   * @returns How many there are: 0 when nothing is kept, or more than fit.
   */
  read(key: string, bytes: Uint8Array): number;
  /**
   * Be told that there was nothing, or nothing whole.
   *
   * @param key The key that it would be kept under.
   * @param make Makes it.
   */
  missed(key: string, make: () => Uint8Array<ArrayBuffer>): void;
}

/**
 * Keeps warm images of plugins: of each a Python that has read and compiled its
 * files and imported what it begins by importing, and has run none of its code.
 *
 * What is found must be what was kept, by whoever may decide what runs: a store
 * that somebody else can write to lets them choose the code.
 *
 * ```ts
 * import { loadPluginOrScript, type WarmStore } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * const kept = new Map<string, Uint8Array<ArrayBuffer>>();
 * const missed: (() => Promise<void>)[] = [];
 * const warm: WarmStore = {
 *   find: (key) => Promise.resolve(kept.get(key)),
 *   missed: (key, make) =>
 *     void missed.push(async () => {
 *       const image = await make();
 *       if (image !== undefined) kept.set(key, image);
 *     }),
 * };
 * const script = { source: "import json" };
 * for (const _run of ["first", "warm"]) {
 *   const loaded = await loadPluginOrScript(script, { warm });
 *   if (loaded.kind === "script") await loaded.run();
 *   for (const keep of missed.splice(0)) await keep(); // when there is time
 * }
 * assertEquals(kept.size, 1);
 * ```
 */
export interface WarmStore {
  /**
   * The image that is kept under a key.
   *
   * @param key Text that stands for the plugin's files: 64 hexadecimal digits.
   * @returns Its bytes; nothing when there is none.
   */
  find(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Be told that a plugin was loaded without an image, because none was found
   * or what was found is none of this build.
   *
   * @param key The key that one would be kept under.
   * @param make Makes one, as often as it is called and whenever that suits; it
   * takes longer than a start. It answers nothing when the plugin has none.
   */
  missed(
    key: string,
    make: () => Promise<Uint8Array<ArrayBuffer> | undefined>,
  ): void;
  /** Whoever keeps the memory as well. */
  readonly memory?: MemoryStore;
}
