import type { Context } from "../context.ts";

/** `sched_yield()`: a guest has one thread, so there is no other to let run. */
export function schedYield(_ctx: Context): void {}
