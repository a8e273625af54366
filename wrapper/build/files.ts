/**
 * Files of the build: listed in one order everywhere, hashed by content.
 *
 * @module
 */

/** Paths of the files below `directory`, relative to it, in byte order. */
export function listFiles(directory: string): string[] {
  return walk(directory, "").sort(byBytes);
}

/** The SHA-256 of `bytes`, in hex. */
export async function sha256(bytes: BufferSource): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}

/** Whether there is a file or directory at `path`. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Remove what is at `path`, if anything is. */
export function remove(path: string): void {
  if (exists(path)) Deno.removeSync(path, { recursive: true });
}

/** Make `path` a directory with nothing in it. */
export function emptyDirectory(path: string): void {
  remove(path);
  Deno.mkdirSync(path, { recursive: true });
}

/** The order of code units: the same under every locale. */
export function byBytes(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function walk(directory: string, prefix: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap((entry) => {
    const path = prefix + entry.name;
    return entry.isDirectory
      ? walk(`${directory}/${entry.name}`, `${path}/`)
      : [path];
  });
}
