/**
 * How time passes while a plugin waits.
 *
 * @module
 */

import type { Sleep } from "../bridge/mod.ts";
import { type Clock, SystemClock } from "../wasi/mod.ts";

/**
 * What an event loop sleeps with: real timers, unless the plugin has a clock
 * of its own. That one is moved on, as `time.sleep` moves it, when nothing
 * else has happened first.
 */
export function sleepOf(clock: Clock): Sleep | undefined {
  if (clock instanceof SystemClock) return undefined;
  return (milliseconds, wake) => {
    const timer = setTimeout(() => {
      clock.sleep(BigInt(Math.ceil(milliseconds * 1e6)));
      wake();
    }, 0);
    return () => clearTimeout(timer);
  };
}
