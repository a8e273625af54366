/**
 * Text that comes again and again, found by its bytes.
 *
 * @module
 */

/** How many texts are kept, a power of two. */
const PLACES = 512;
/** Longer text is not kept. */
const LONGEST = 32;

/**
 * Keeps short ASCII text, so that the same bytes need not be made into a string
 * anew: the keys of objects are few, and engines like to see the same ones.
 */
export class TextCache {
  readonly #texts: string[] = new Array(PLACES).fill("");

  /** The text of `size` bytes from `start`; nothing when they are not ASCII. */
  get(bytes: Uint8Array, start: number, size: number): string | undefined {
    if (size > LONGEST) return undefined;
    const place = hash(bytes, start, size) & (PLACES - 1);
    const kept = this.#texts[place] as string;
    if (matches(kept, bytes, start, size)) return kept;
    const other = this.#texts[place ^ 1] as string;
    return matches(other, bytes, start, size)
      ? other
      : this.#keep(place, bytes, start, size);
  }

  /** Of two texts that belong to one place, the one used last stays. */
  #keep(
    place: number,
    bytes: Uint8Array,
    start: number,
    size: number,
  ): string | undefined {
    let text = "";
    for (let i = start; i < start + size; i++) {
      const code = bytes[i] as number;
      if (code >= 0x80) return undefined;
      text += String.fromCharCode(code);
    }
    this.#texts[place ^ 1] = this.#texts[place] as string;
    this.#texts[place] = text;
    return text;
  }
}

function hash(bytes: Uint8Array, start: number, size: number): number {
  let hash = size;
  for (let i = start; i < start + size; i++) {
    hash = Math.imul(hash, 31) + (bytes[i] as number) | 0;
  }
  return hash ^ (hash >>> 9);
}

function matches(
  text: string,
  bytes: Uint8Array,
  start: number,
  size: number,
): boolean {
  if (text.length !== size) return false;
  for (let i = 0; i < size; i++) {
    if (text.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
}
