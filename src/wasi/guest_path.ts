import { Errno, WasiError } from "./errno.ts";

/** As Linux has it; wasi-libc's `PATH_MAX` is the same. */
const MAX_PATH = 4096;
const MAX_NAME = 255;
const NUL = 0;
/** ASCII, and no NUL. */
// deno-lint-ignore no-control-regex -- all that a name may have
const PLAIN = /^[\x01-\x7f]*$/;

/**
 * A path as the guest wrote it, taken apart once.
 *
 * Only `/` separates, on every host. Empty names and inner `.` are gone; a
 * last `.` stays, because `rmdir("a/.")` is not `rmdir("a")`.
 */
export interface GuestPath {
  /** The names, in order; `..` and a last `.` are among them. */
  readonly names: readonly string[];
  /** It starts with `/`, so it starts nowhere that preview 1 knows. */
  readonly absolute: boolean;
  /** It ends in `/`, so it must name a directory. */
  readonly trailingSlash: boolean;
}

/**
 * Guest bytes as text, refusing what no host could name.
 *
 * @param bytes The path's bytes, without a NUL at the end.
 * @returns The same path as text.
 * @throws `NOENT` when it is empty, `NAMETOOLONG`, `INVAL` for a NUL inside,
 * `ILSEQ` when it is not UTF-8.
 */
export function decodePath(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new WasiError(Errno.NOENT);
  if (bytes.length > MAX_PATH) throw new WasiError(Errno.NAMETOOLONG);
  // Most are short, and to ask a `TextDecoder` takes three times as long.
  const latin1 = bytes.length <= MAX_NAME
    ? Reflect.apply(String.fromCharCode, null, bytes)
    : undefined;
  if (latin1 !== undefined && PLAIN.test(latin1)) return latin1;
  if (bytes.includes(NUL)) throw new WasiError(Errno.INVAL);
  return decodeUtf8(bytes);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch {
    throw new WasiError(Errno.ILSEQ);
  }
}

/**
 * Take a path apart.
 *
 * @param text The path, as {@linkcode decodePath} gives it.
 * @returns Its names and its two special marks.
 * @throws `NAMETOOLONG` when a name is longer than 255 bytes.
 */
export function parsePath(text: string): GuestPath {
  const parts = text.split("/");
  const last = parts.length - 1;
  const names = parts.filter((part, index) =>
    part !== "" && (part !== "." || index === last)
  );
  names.forEach(checkLength);
  return {
    names,
    absolute: text.startsWith("/"),
    trailingSlash: parts[last] === "",
  };
}

/**
 * Whether a host may give this name to a node.
 *
 * @param name The name.
 * @returns Whether a guest can reach it as one name of a path.
 */
export function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." &&
    !/[/\0]/.test(name) && name.isWellFormed() && byteLength(name) <= MAX_NAME;
}

function checkLength(name: string): void {
  if (name.length * 3 > MAX_NAME && byteLength(name) > MAX_NAME) {
    throw new WasiError(Errno.NAMETOOLONG);
  }
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
