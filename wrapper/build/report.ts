/**
 * What the build says while it works: the only place here that prints.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- the build's own terminal

/** Print one line. */
export function say(line: string): void {
  console.log(line);
}

/** Print what stopped the build. */
export function complain(line: string): void {
  console.error(line);
}

/** `1.4 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
