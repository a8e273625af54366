/**
 * Idents of calls, as SE2 has them.
 *
 * @module
 */

/**
 * A random ident in [0, 2^31 - 1), as SE2's hosts draw them.
 *
 * @param fill Where random bytes come from.
 */
export function randomIdent(
  fill: (buffer: Uint8Array<ArrayBuffer>) => void = systemRandom,
): number {
  const bytes = new Uint8Array(4);
  const word = new Uint32Array(bytes.buffer);
  do fill(bytes); while (first(word) >>> 1 === 0x7fffffff);
  return first(word) >>> 1;
}

function systemRandom(buffer: Uint8Array<ArrayBuffer>): void {
  crypto.getRandomValues(buffer);
}

function first(word: Uint32Array): number {
  return word[0] ?? 0;
}
