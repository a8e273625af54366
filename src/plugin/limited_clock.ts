/**
 * A guest's clock that lets it sleep no longer than it may run.
 *
 * @module
 */

import type { Deadlines } from "../runtime/mod.ts";
import { type Clock, Errno, SystemClock, WasiError } from "../wasi/mod.ts";

const NS_PER_MS = 1e6;

/**
 * The clock with sleep that ends when the guest has to be told. A clock of the
 * caller's own is not meddled with: its sleep may take no time at all.
 *
 * @param clock The clock.
 * @param deadlines How long the guest may run.
 */
export function limitedClock(clock: Clock, deadlines: Deadlines): Clock {
  return clock instanceof SystemClock
    ? new LimitedClock(clock, deadlines)
    : clock;
}

class LimitedClock implements Clock {
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;

  constructor(clock: Clock, deadlines: Deadlines) {
    this.#clock = clock;
    this.#deadlines = deadlines;
  }

  get resolution(): bigint {
    return this.#clock.resolution;
  }

  now(): bigint {
    return this.#clock.now();
  }

  monotonic(): bigint {
    return this.#clock.monotonic();
  }

  /**
   * Wait, as far as there is time.
   *
   * @throws {WasiError} `INTR` when Python has to be told of something: it
   * asks `host_tick` then (`wrapper/sleep.c`).
   * @throws {LimitError} When the time is over.
   */
  sleep(nanoseconds: bigint): void {
    let left = this.#deadlines.awakeIn() * NS_PER_MS;
    const sleep = (ns: bigint) =>
      this.#deadlines.outside(() => this.#clock.sleep(ns));
    if (Number(nanoseconds) < left) return sleep(nanoseconds);
    while (left > 0) { // a timer may be early
      sleep(BigInt(Math.ceil(left)));
      left = this.#deadlines.awakeIn() * NS_PER_MS; // or there is no time left
    }
    throw new WasiError(Errno.INTR);
  }
}
