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
