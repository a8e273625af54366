/**
 * Durations as people write them.
 *
 * @module
 */

const UNITS: Readonly<Record<string, number>> = {
  "ms": 1,
  "s": 1e3,
  "m": 6e4,
  "min": 6e4,
  "h": 3.6e6,
};

/**
 * The milliseconds that a duration stands for. It has a unit: `5` alone would
 * be seconds to some and milliseconds to others.
 *
 * ```ts
 * import { parseDuration } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseDuration("1.5s"), 1500);
 * ```
 *
 * @param text The duration.
 * @returns Its milliseconds.
 * @throws {TypeError} When it is no duration.
 */
export function parseDuration(text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/i
    .exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit.toLowerCase()] ?? NaN);
  if (number !== "" && Number.isFinite(ms)) return ms;
  throw new TypeError(
    `Cannot read "${text}" as a duration: write a number and a unit, as in 200ms, 5s or 2m`,
  );
}
