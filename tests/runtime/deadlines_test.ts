import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { LimitError, PluginCrashed } from "../../src/errors.ts";
import {
  Deadlines,
  Due,
  loadTimed,
  type TimeLimits,
} from "../../src/runtime/mod.ts";
import type { Timed } from "../../src/runtime/timed.ts";

const LIMITS: TimeLimits = { time: 100, grace: 10, cpuTime: Infinity };

interface HasTimed {
  readonly timed?: Timed;
}

/** Deadlines with a clock that a test moves. */
function made({ timed, ...limits }: Partial<TimeLimits> & HasTimed = {}) {
  const clock = { now: 1000 };
  const deadlines = new Deadlines({
    limits: { ...LIMITS, ...limits },
    timed,
    now: () => clock.now,
  });
  deadlines.arm();
  return { clock, deadlines };
}

const cut = () => {};

Deno.test("before arm() nothing is limited", () => {
  const deadlines = new Deadlines({ limits: LIMITS, now: () => 1e9 });
  assertEquals([deadlines.isLimited, deadlines.tick()], [false, Due.NOTHING]);
  assertEquals(deadlines.begin().hard, Infinity);
});

Deno.test("Python is told once, and the guest ends after the grace", () => {
  const { clock, deadlines } = made();
  const over: unknown[] = [];
  deadlines.attach(() => [], (error) => void over.push(error));
  deadlines.plain(() => {
    const ticks = [1099, 1100, 1101, 1109].map((now) => {
      clock.now = now;
      return deadlines.tick();
    });
    assertEquals(ticks, [Due.NOTHING, Due.TIME, Due.NOTHING, Due.NOTHING]);
    clock.now = 1110;
    const error = assertThrows(() => deadlines.tick(), LimitError);
    assertEquals([error.limit, error.value, error.used], ["time", 100, 110]);
    assertEquals(over, [error]);
  }, cut);
  assertEquals(deadlines.tick(), Due.NOTHING);
});

Deno.test("a call inside another has no more time than that, and may have less", () => {
  const { clock, deadlines } = made();
  deadlines.plain(() => {
    clock.now += 50;
    const hard = () => deadlines.current?.hard;
    assertEquals(deadlines.plain(hard, cut), 1110);
    assertEquals(deadlines.plain(hard, cut, 1000), 1110);
    assertEquals(deadlines.plain(hard, cut, 20), 1080);
    assertEquals(hard(), 1110);
  }, cut);
});

Deno.test("an error after Python was told is the limit's, with the error as its cause", () => {
  const { clock, deadlines } = made();
  const own = new Error("own");
  const run = (now: number) =>
    assertThrows(() =>
      deadlines.plain(() => {
        clock.now = now;
        deadlines.tick();
        throw own;
      }, cut)
    );
  assertEquals(run(1050), own);
  const error = run(1155);
  assertInstanceOf(error, LimitError);
  assertEquals([error.cause, error.used], [own, 105]);
});

Deno.test("code of the host's begins in a timed step only while there is time", async () => {
  const { clock, deadlines } = made({ timed: await loadTimed() });
  deadlines.plain(() => {
    clock.now += 109;
    deadlines.demandTime();
    clock.now += 1;
    assertThrows(() => deadlines.demandTime(), LimitError);
  }, cut);
});

Deno.test("what is spent outside of the guest is no cpuTime", () => {
  const { clock, deadlines } = made({ time: Infinity, cpuTime: 30 });
  deadlines.plain(() => {
    deadlines.outside(() => void (clock.now += 500));
    clock.now += 29;
    assertEquals(deadlines.tick(), Due.NOTHING);
    clock.now += 1;
    assertEquals(deadlines.tick(), Due.TIME);
    clock.now += 10;
    const error = assertThrows(() => deadlines.tick(), LimitError);
    assertEquals([error.limit, error.value, error.used], ["cpuTime", 30, 40]);
  }, cut);
});

Deno.test("an aborted call is told of that, and has the grace left, or more without a limit", () => {
  for (const [time, more] of [[100, 0], [Infinity, 1000]] as const) {
    const { clock, deadlines } = made({ time });
    const period = deadlines.begin();
    deadlines.attachStack(() => period);
    clock.now += 5;
    deadlines.abort(period);
    assertEquals(deadlines.untilNext([period]), 10 + more);
    assertEquals([deadlines.tick(), deadlines.tick()], [Due.ABORTED, 0]);
    clock.now += more + 9;
    assertEquals([deadlines.tick(), deadlines.awakeIn()], [0, 1]);
    clock.now += 1;
    assertThrows(() => deadlines.tick(), PluginCrashed, "was aborted");
  }
});

Deno.test("a guest sleeps until it has to be told, and then until its end", () => {
  const { clock, deadlines } = made();
  deadlines.plain(() => {
    assertEquals(deadlines.awakeIn(), 100);
    clock.now = 1120;
    assertThrows(() => deadlines.awakeIn(), LimitError);
    clock.now = 1102;
    assertEquals(deadlines.awakeIn(), 0);
    assertEquals([deadlines.tick(), deadlines.awakeIn()], [Due.TIME, 8]);
  }, cut);
  assertEquals(deadlines.awakeIn(), Infinity);
});
