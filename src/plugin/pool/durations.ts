/**
 * How long things took, in memory that does not grow with their number.
 *
 * @module
 */

/** Each bucket is this much wider than the one before: 5 %. */
const GROWTH = 1.05;
/** The first bucket ends here, in milliseconds. */
const FIRST_MS = 0.01;
/** The last one ends at more than a day. */
const BUCKETS = 480;

/** What a {@linkcode Durations} says. */
export interface DurationsSummary {
  /** How many there were. */
  readonly count: number;
  /** Their sum in milliseconds. */
  readonly sum: number;
  /** Half of them took no longer, in milliseconds. */
  readonly p50: number;
  /** 95 of a hundred took no longer. */
  readonly p95: number;
  /** 99 of a hundred took no longer. */
  readonly p99: number;
  /** The longest. */
  readonly max: number;
}

/** Counts durations in buckets: a quantile is right to 5 %. */
export class Durations {
  readonly #buckets = new Uint32Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #max = 0;

  /** Count one, in milliseconds. */
  add(milliseconds: number): void {
    const index = Math.ceil(
      Math.log(milliseconds / FIRST_MS) / Math.log(GROWTH),
    );
    const bucket = Math.min(Math.max(index, 0), BUCKETS - 1) || 0;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#sum += milliseconds;
    this.#max = Math.max(this.#max, milliseconds);
  }

  /** What they were. */
  summary(): DurationsSummary {
    return {
      count: this.#count,
      sum: this.#sum,
      p50: this.#quantile(0.5),
      p95: this.#quantile(0.95),
      p99: this.#quantile(0.99),
      max: this.#max,
    };
  }

  /** The end of the bucket that the quantile lies in. */
  #quantile(part: number): number {
    let left = Math.ceil(this.#count * part);
    if (left === 0) return 0;
    for (const [index, count] of this.#buckets.entries()) {
      left -= count;
      if (left <= 0) return Math.min(FIRST_MS * GROWTH ** index, this.#max);
    }
    return this.#max;
  }
}
