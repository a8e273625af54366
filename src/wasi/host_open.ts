/**
 * Opening by name, and making sure of what was opened.
 *
 * @module
 */

import { Errno, hostErrno, WasiError } from "./errno.ts";
import { type Identity, isSameFile } from "./host_stat.ts";

/** How often something that changes while it is opened is tried again. */
export const MAX_TRIES = 3;

/**
 * Open what has a name and is no link: it is the same before and after. Where
 * the path is a held directory's, nothing else could have come between.
 *
 * @param path The path.
 * @param options How; nothing is made or truncated here.
 * @param seen What the walk saw there.
 * @returns The open file.
 * @throws `NOENT` when it keeps changing, or became something else.
 */
export function openSame(
  path: string,
  options: Deno.OpenOptions,
  seen: Identity,
): Deno.FsFile {
  let before = seen;
  for (let tries = 0;; tries++) {
    const opened = openOrError(path, options);
    if (opened instanceof Deno.FsFile) {
      if (isSameFile(opened.statSync(), before)) return opened;
      opened.close();
    }
    // It may have been replaced, or may be a link for a moment.
    const now = Deno.lstatSync(path);
    if (!now.isFile) throw new WasiError(Errno.NOENT);
    before = now;
    if (tries + 1 < MAX_TRIES) continue;
    throw opened instanceof Deno.FsFile ? new WasiError(Errno.NOENT) : opened;
  }
}

/** What the host says may be about what a link leads to. */
function openOrError(
  path: string,
  options: Deno.OpenOptions,
): Deno.FsFile | Error {
  try {
    return Deno.openSync(path, options);
  } catch (error) {
    if (error instanceof Error && hostErrno(error) !== undefined) return error;
    throw error;
  }
}

/** Take back a file that came to where it was not meant, if it is there. */
export function unmake(file: Deno.FsFile, path: string): void {
  const made = file.statSync();
  file.close();
  try {
    if (isSameFile(Deno.lstatSync(path), made)) Deno.removeSync(path);
  } catch (error) {
    // It was moved away again, and stays there, empty.
    if (hostErrno(error) === undefined) throw error;
  }
}
