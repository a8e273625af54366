/** Fills a buffer of at most 65 536 bytes with random bytes. */
export type Random = (buffer: Uint8Array<ArrayBuffer>) => void;

/** As much as `crypto.getRandomValues()` fills at once. */
const CHUNK = 65_536;

/**
 * The host's own random bytes.
 *
 * @param buffer Where they go.
 */
export function systemRandom(buffer: Uint8Array<ArrayBuffer>): void {
  crypto.getRandomValues(buffer);
}

/**
 * Fill a buffer of any size.
 *
 * @param random Where the bytes come from.
 * @param buffer Where they go.
 */
export function fillRandom(
  random: Random,
  buffer: Uint8Array<ArrayBuffer>,
): void {
  for (let at = 0; at < buffer.length; at += CHUNK) {
    random(buffer.subarray(at, at + CHUNK));
  }
}

/**
 * The same endless bytes for the same seed, for runs that give the same each
 * time (xoshiro128**, seeded by splitmix32). Nothing secret may come from it.
 *
 * ```ts
 * import { seededRandom } from "@x/py-plugin/wasi";
 * const bytes = new Uint8Array(4);
 * seededRandom(7)(bytes);
 * console.log(bytes.join(" ")); // 139 228 139 12
 * ```
 *
 * @param seed A whole number from 0 to 2^53 - 1.
 * @returns A source of bytes; how they are cut into buffers changes nothing.
 * @throws RangeError when the seed is not such a number.
 */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(
      `Cannot seed with ${seed}: a seed is a whole number from 0 to 2^53 - 1`,
    );
  }
  const next = xoshiro(seed);
  let word = 0;
  let left = 0;
  return (buffer) => {
    for (let at = 0; at < buffer.length; at++) {
      if (left === 0) {
        word = next();
        left = 4;
      }
      buffer[at] = word & 0xff;
      word >>>= 8;
      left--;
    }
  };
}

/** xoshiro128** 1.1, https://prng.di.unimi.it/xoshiro128starstar.c */
function xoshiro(seed: number): () => number {
  const fill = splitmix(seed);
  let [a, b, c, d] = [fill(), fill(), fill(), fill()];
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result >>> 0;
  };
}

/** Spreads a seed, both of its halves, over any number of words. */
function splitmix(seed: number): () => number {
  let state = (seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = state ^ (state >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return word ^ (word >>> 15);
  };
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
