/**
 * Sizes as people write them.
 *
 * @module
 */

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  "b": 1,
  "kb": 1e3,
  "mb": 1e6,
  "gb": 1e9,
  // As `ulimit` and Docker read them.
  "k": 2 ** 10,
  "m": 2 ** 20,
  "g": 2 ** 30,
  "kib": 2 ** 10,
  "mib": 2 ** 20,
  "gib": 2 ** 30,
};

/**
 * The bytes that a size stands for: `64MB` is 64 000 000, `1GiB` is 2^30 and so
 * is `1G`, a number without a unit is bytes.
 *
 * ```ts
 * import { parseSize } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseSize("1.5KiB"), 1536);
 * ```
 *
 * @param text The size.
 * @returns A whole number of bytes.
 * @throws {TypeError} When it is no size.
 */
export function parseSize(text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i
    .exec(text) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? NaN));
  if (number !== "" && Number.isSafeInteger(bytes)) return bytes;
  throw new TypeError(
    `Cannot read "${text}" as a size: write a number and a unit, as in 64MB, 1GiB or 256M`,
  );
}
