/**
 * Flags as a person types them.
 *
 * @module
 */

/**
 * Text that a plugin made, for a person's terminal: what would move the
 * cursor, break the line or hide a part is written as `\u{…}`.
 */
export function shown(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Whether a text is all that it shows: nothing in it is written as `\u{…}`. */
export function isPlain(text: string): boolean {
  return shown(text) === text;
}

/** A path in a list of paths: a comma in it is written twice, as in Deno. */
export function escaped(path: string): string {
  return path.replaceAll(",", ",,");
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}
