/**
 * What a guest learns about time.
 *
 * ```ts
 * import { type Clock, Context } from "@x/py-plugin/wasi";
 * let time = 0n;
 * const clock: Clock = {
 *   resolution: 1n,
 *   now: () => time,
 *   monotonic: () => time,
 *   sleep: (nanoseconds) => void (time += nanoseconds),
 * };
 * console.log(new Context({ clock }).clock.now()); // 0n
 * ```
 */
export interface Clock {
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  now(): bigint;
  /** Nanoseconds since some moment, never going back. */
  monotonic(): bigint;
  /** Wait, without burning a core. */
  sleep(nanoseconds: bigint): void;
  /** The step of both times in nanoseconds. */
  readonly resolution: bigint;
}

/** Fine enough for programs, too coarse to watch a cache. */
const COARSE = 100_000n;
const NS_PER_MS = 1e6;
/** How far the two host clocks may part before the wall clock is believed. */
const DRIFT_MS = 5;
/** The longest that `Atomics.wait` is asked to wait at once: a day. */
const MAX_WAIT_MS = 86_400_000;

/**
 * The host's own clock, in steps of 0.1 ms unless told otherwise.
 *
 * ```ts
 * import { SystemClock } from "@x/py-plugin/wasi";
 * const clock = new SystemClock({ resolution: 1_000n });
 * console.log(clock.now() > 1_700_000_000_000_000_000n);
 * ```
 */
export class SystemClock implements Clock {
  /** The step of both times in nanoseconds. */
  readonly resolution: bigint;
  /** What added to `performance.now()` gives the wall clock. */
  #origin = performance.timeOrigin;

  /**
   * Make a clock.
   *
   * @param options The step in nanoseconds, 100 000 by default.
   * @throws RangeError when the step is less than one nanosecond.
   */
  constructor(options: { readonly resolution?: bigint } = {}) {
    this.resolution = options.resolution ?? COARSE;
    if (this.resolution < 1n) {
      throw new RangeError(
        `Cannot make a clock: its resolution is ${this.resolution} ns, ` +
          "and must be at least 1",
      );
    }
  }

  /**
   * Wall clock time.
   *
   * @returns Nanoseconds since 1970.
   */
  now(): bigint {
    const wall = Date.now();
    const elapsed = performance.now();
    // The fine clock stands still while the machine sleeps, and does not
    // follow when the wall clock is set.
    if (Math.abs(this.#origin + elapsed - wall) > DRIFT_MS) {
      this.#origin = wall - elapsed;
    }
    return this.#step(this.#origin + elapsed);
  }

  /**
   * Time that never goes back.
   *
   * @returns Nanoseconds since the process started.
   */
  monotonic(): bigint {
    return this.#step(performance.now());
  }

  /**
   * Wait in the kernel; nothing else of this thread runs meanwhile.
   *
   * @param nanoseconds How long.
   */
  sleep(nanoseconds: bigint): void {
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const end = performance.now() + Number(nanoseconds) / NS_PER_MS;
    for (let left; (left = end - performance.now()) > 0;) {
      Atomics.wait(cell, 0, 0, Math.min(left, MAX_WAIT_MS));
    }
  }

  /** Milliseconds as nanoseconds, on the step below. */
  #step(ms: number): bigint {
    // Two parts, because nanoseconds since 1970 do not fit a double.
    const whole = Math.floor(ms);
    const time = BigInt(whole) * 1_000_000n +
      BigInt(Math.floor((ms - whole) * NS_PER_MS));
    return time - time % this.resolution;
  }
}

/**
 * A clock for runs that give the same each time: it starts at a given moment,
 * and each look at it is one step of 0.1 ms. Sleeping moves it, without
 * waiting.
 *
 * ```ts
 * import { SteppedClock } from "@x/py-plugin/wasi";
 * const clock = new SteppedClock(new Date("2026-01-01T00:00:00Z"));
 * console.log(clock.now(), clock.now()); // 100 000 ns apart
 * ```
 */
export class SteppedClock implements Clock {
  /** The step of both times in nanoseconds. */
  readonly resolution: bigint = COARSE;
  readonly #start: bigint;
  #elapsed = 0n;

  /**
   * Make a clock that stands still until it is looked at.
   *
   * @param start The moment it shows first, to the millisecond.
   * @throws RangeError when it is no moment after 1970.
   */
  constructor(start: Date) {
    const ms = start.getTime();
    if (!(ms >= 0)) {
      throw new RangeError(
        `Cannot start a clock at ${
          Number.isNaN(ms) ? "an invalid date" : start.toISOString()
        }: it shows times from 1970 on`,
      );
    }
    this.#start = BigInt(ms) * 1_000_000n;
  }

  /**
   * Wall clock time.
   *
   * @returns Nanoseconds since 1970.
   */
  now(): bigint {
    return this.#start + this.monotonic();
  }

  /**
   * Time that never goes back.
   *
   * @returns Nanoseconds since the start, one step after the last look.
   */
  monotonic(): bigint {
    const shown = this.#elapsed;
    this.#elapsed += this.resolution;
    return shown;
  }

  /**
   * Let time pass without waiting.
   *
   * @param nanoseconds How much.
   */
  sleep(nanoseconds: bigint): void {
    const steps = (nanoseconds + this.resolution - 1n) / this.resolution;
    if (steps > 0n) this.#elapsed += steps * this.resolution;
  }
}
