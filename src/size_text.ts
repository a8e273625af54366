/**
 * Numbers of bytes, as people read them.
 *
 * @module
 */

const BINARY: readonly (readonly [string, number])[] = [
  ["GiB", 2 ** 30],
  ["MiB", 2 ** 20],
  ["KiB", 2 ** 10],
];
const DECIMAL: readonly (readonly [string, number])[] = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["KB", 1e3],
];
/** The larger ones first. */
const UNITS = BINARY.flatMap((
  unit,
  at,
) => [unit, ...DECIMAL.slice(at, at + 1)]);

/**
 * A number of bytes in the largest unit that it is a whole number of; without
 * one when there is none.
 */
export function sizeText(bytes: number): string {
  const [name, unit] = wholeUnitOf(bytes) ?? ["", 1];
  return `${bytes / unit}${name}`;
}

/** About how many bytes: exactly, where that is short. */
export function aboutText(bytes: number): string {
  return wholeUnitOf(bytes) === undefined
    ? rounded(bytes, BINARY)
    : sizeText(bytes);
}

/**
 * What was used and what is allowed, as people compare them: in units of one
 * kind, and in bytes when they would look the same and are not.
 */
export function comparedText(
  used: number,
  allowed: number,
): readonly [used: string, allowed: string] {
  const whole = wholeUnitOf(allowed);
  const kind = DECIMAL.some(([name]) => name === whole?.[0]) ? DECIMAL : BINARY;
  const texts = [rounded(used, kind), aboutText(allowed)] as const;
  return texts[0] === texts[1] && used !== allowed
    ? [`${used} bytes`, `${allowed} bytes`]
    : texts;
}

function wholeUnitOf(bytes: number): readonly [string, number] | undefined {
  return UNITS.find(([, unit]) => bytes > 0 && bytes % unit === 0);
}

function rounded(bytes: number, kind: typeof BINARY): string {
  const [name, unit] = kind.find(([, unit]) => bytes >= unit) ?? ["", 1];
  if (name === "" || bytes === Infinity) return `${bytes} bytes`;
  return `${Math.round(bytes / unit * 10) / 10}${name}`;
}
