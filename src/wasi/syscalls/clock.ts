import { ClockId } from "../abi.ts";
import type { Context } from "../context.ts";
import { Errno, WasiError } from "../errno.ts";

/**
 * `clock_res_get(id, resolution)`: the step of a clock in nanoseconds.
 *
 * Fails with `INVAL` for the clocks of processor time, which a host thread
 * that also does other work can't tell.
 */
export function clockResGet(ctx: Context, id: number, result: number): void {
  clockTime(ctx, id);
  ctx.memory.setUint64(result, ctx.clock.resolution);
}

/**
 * `clock_time_get(id, precision, time)`: what a clock shows, in nanoseconds.
 * The precision asked for changes nothing. Fails with `INVAL` as above.
 */
export function clockTimeGet(
  ctx: Context,
  id: number,
  _precision: bigint,
  result: number,
): void {
  ctx.memory.setUint64(result, clockTime(ctx, id));
}

/**
 * What a clock shows.
 *
 * @throws `INVAL` when there is no such clock.
 */
export function clockTime(ctx: Context, id: number): bigint {
  switch (id) {
    case ClockId.REALTIME:
      return ctx.clock.now();
    case ClockId.MONOTONIC:
      return ctx.clock.monotonic();
    default:
      throw new WasiError(Errno.INVAL);
  }
}
