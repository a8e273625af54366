/**
 * Versions of Python, as `requires-python` speaks of them (PEP 440).
 *
 * @module
 */

const CLAUSE = /^(~=|===?|!=|<=?|>=?)\s*(\d+(?:\.\d+)*)(\.\*)?$/;

/**
 * Whether a version satisfies a specifier, `>=3.12, <4`.
 *
 * @param version A final release, `[3, 14, 7]`.
 * @param specifier Clauses with `,` between.
 * @returns Nothing when a clause cannot be read.
 */
export function satisfies(
  version: readonly number[],
  specifier: string,
): boolean | undefined {
  const results = specifier.split(",").map((clause) =>
    clause.trim() === "" ? true : satisfiesOne(version, clause.trim())
  );
  return results.includes(undefined) ? undefined : results.every(Boolean);
}

function satisfiesOne(
  version: readonly number[],
  clause: string,
): boolean | undefined {
  const [, operator, text = "", star] = CLAUSE.exec(clause) ?? [];
  const wanted = text.split(".").map(Number);
  const order = compare(version, wanted);
  if (star !== undefined) {
    const same = compare(version.slice(0, wanted.length), wanted) === 0;
    if (operator === "==") return same;
    return operator === "!=" ? !same : undefined;
  }
  switch (operator) {
    case ">=":
      return order >= 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case "<":
      return order < 0;
    case "==":
    case "===":
      return order === 0;
    case "!=":
      return order !== 0;
    case "~=": {
      const series = wanted.slice(0, -1);
      if (series.length === 0) return undefined;
      return order >= 0 &&
        compare(version.slice(0, series.length), series) === 0;
    }
    default:
      return undefined;
  }
}

/** Negative, zero or positive; what is missing is 0. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
