/**
 * The standard library, loaded when its first file is needed.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import { Errno, WasiError } from "../wasi/mod.ts";
import type { ModuleOffer } from "./imports.ts";
import { Suspending } from "./jspi.ts";
import type { StandStill } from "./late_parts.ts";
import type { StdlibImage } from "./stdlib_image.ts";

/** The files themselves, wherever they lie. */
export type LibraryFiles = Pick<StdlibImage, "files" | "read">;

/**
 * The files of the standard library, loaded once for all instances. A snapshot
 * has the modules that every start needs, so many a run needs none of them.
 *
 * ```text
 *   guest                            host
 *   path_open()               -->    not loaded: EAGAIN
 *   host_files(may wait)      -->    1: it has to wait
 *   host_files_soon()         -->    load them, the guest suspended meanwhile
 *   host_files(may wait)      -->    0: it goes on
 *   path_open() again         -->    as if they had always been there
 * ```
 */
export class Library {
  readonly #load: () => Promise<LibraryFiles>;
  #loading: Promise<LibraryFiles> | undefined;
  #image: LibraryFiles | undefined;

  /** @param load Brings them. */
  constructor(load: () => Promise<LibraryFiles>) {
    this.#load = load;
  }

  /** Whether they are there. */
  get isLoaded(): boolean {
    return this.#image !== undefined;
  }

  /**
   * Sizes of the files by path.
   *
   * @throws {WasiError} When they are not there yet.
   */
  get files(): ReadonlyMap<string, number> {
    return this.#there().files;
  }

  /**
   * Decompress one file.
   *
   * @param path A key of {@linkcode Library.files}.
   * @returns The file's bytes, which others may be reading, too.
   * @throws {WasiError} When they are not there yet.
   */
  read(path: string): Uint8Array {
    return this.#there().read(path);
  }

  /**
   * Load them, unless they are there.
   *
   * @throws {InternalError} When that fails; the next one tries again.
   */
  async load(): Promise<void> {
    if (this.#image !== undefined) return;
    try {
      this.#image = await (this.#loading ??= this.#load());
    } catch (cause) {
      throw new InternalError("Cannot load the standard library", { cause });
    } finally {
      this.#loading = undefined;
    }
  }

  #there(): LibraryFiles {
    if (this.#image !== undefined) return this.#image;
    throw new WasiError(Errno.AGAIN);
  }
}

/**
 * What a guest imports from `py_plugin` to wait for the library; see
 * `wrapper/files.c`.
 *
 * @param library The library.
 * @param standStill Is told when the guest waits for it.
 */
export function libraryImports(
  library: Library,
  standStill: StandStill,
): ModuleOffer {
  return {
    "host_files": (mayWait: number) => {
      standStill(false);
      if (library.isLoaded) return 0;
      if (mayWait !== 0) return 1;
      throw new InternalError(
        "The plugin needs a file of the standard library that is not loaded yet, where it cannot wait for it",
      );
    },
    "host_files_soon": new Suspending(() => {
      standStill(true);
      return library.load();
    }),
  };
}
