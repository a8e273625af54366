/**
 * A few measurements of the same thing, and what they say.
 *
 * @module
 */

/** What a few measurements of the same thing gave. */
export interface Sample {
  /** The smallest: what it takes when nothing gets in its way. */
  readonly best: number;
  /** The one in the middle. */
  readonly median: number;
  /** All of them, in the order of the rounds. */
  readonly all: readonly number[];
}

/** Sum up measurements. */
export function sampleOf(all: readonly number[]): Sample {
  const sorted = all.toSorted((one, other) => one - other);
  const middle = sorted[sorted.length >> 1] ?? NaN;
  return { best: sorted[0] ?? NaN, median: middle, all };
}

/** How far the median lies above the best, as a fraction of it. */
export function spreadOf({ best, median }: Sample): number {
  return median / best - 1;
}

/** The geometric mean: what ratios have in the middle. */
export function geomean(values: readonly number[]): number {
  const logs = values.reduce((sum, value) => sum + Math.log(value), 0);
  return Math.exp(logs / values.length);
}
