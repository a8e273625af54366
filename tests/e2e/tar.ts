/** Size of a header, and of the grain that file contents are padded to. */
const BLOCK = 512;

/** A file out of an archive. */
export interface TarFile {
  /** Path as written in the archive. */
  readonly path: string;
  /** Contents. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a tar archive (POSIX ustar, plain files only, which is what `deno publish` sends).
 *
 * ```text
 *   0        100      124    136       156        345     500   512
 *   | name   | …      | size | …       | type | … | prefix | …  | contents, padded to 512
 * ```
 *
 * @param archive The archive, uncompressed.
 * @returns The files in order.
 * @throws {Error} For anything that is not a plain file.
 */
export function* untar(archive: Uint8Array<ArrayBuffer>): Generator<TarFile> {
  let at = 0;
  while (at + BLOCK <= archive.length) {
    const header = archive.subarray(at, at + BLOCK);
    at += BLOCK;
    const name = field(header, 0, 100);
    if (name === "") return;
    const type = field(header, 156, 1);
    if (type !== "0" && type !== "") {
      throw new Error(
        `Cannot read "${name}" from the archive: entry type "${type}" is not a plain file`,
      );
    }
    const size = parseInt(field(header, 124, 12).trim(), 8);
    const prefix = field(header, 345, 155);
    yield {
      path: prefix === "" ? name : `${prefix}/${name}`,
      bytes: archive.slice(at, at + size),
    };
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** The text of a header field, up to its NUL. */
function field(header: Uint8Array, start: number, length: number): string {
  const bytes = header.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
