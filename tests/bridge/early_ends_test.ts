import { assertEquals } from "@std/assert";
import type { Call } from "../../src/bridge/call_queue.ts";
import { EarlyEnds } from "../../src/bridge/early_ends.ts";
import type { Guest } from "../../src/bridge/guest.ts";
import { levelOf } from "../../src/bridge/level.ts";
import { Suspension } from "../../src/bridge/suspension.ts";
import { UnderWay } from "../../src/bridge/under_way.ts";
import { Deadlines } from "../../src/runtime/mod.ts";

Deno.test("no task is counted as told that was not, however the clock runs on", () => {
  let now = 0;
  const limits = { time: 10, grace: 1000, cpuTime: Infinity };
  const deadlines = new Deadlines({ limits, now: () => now++ });
  deadlines.arm();
  const underWay = new UnderWay();
  deadlines.attachStack(() => underWay.period);
  const period = deadlines.begin();
  underWay.top = levelOf(undefined, undefined, undefined); // runs tasks
  underWay.given.set(1, { number: 1, period } as Call);
  const told: number[] = [];
  const earlyEnds = new EarlyEnds(
    {
      guest: () => ({ instance: { deadlines } }) as unknown as Guest,
      cancel: () => {},
      interrupt: (number) => void told.push(number),
    },
    underWay,
    new Suspension(() => () => {}, (settle) => settle()),
  );
  // Each look at the clock takes a millisecond: every one may be the last.
  while (period.told === undefined) earlyEnds.tick();
  assertEquals(told, [1]);
});
