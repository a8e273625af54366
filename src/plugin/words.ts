/**
 * Flags as a person types them.
 *
 * @module
 */

/** A path in a list of paths: a comma in it is written twice, as in Deno. */
export function escaped(path: string): string {
  return path.replaceAll(",", ",,");
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./*-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}
