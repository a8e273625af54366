import { assert, assertEquals, assertThrows } from "@std/assert";
import { SteppedClock, SystemClock } from "../../src/wasi/mod.ts";

Deno.test("SystemClock goes in steps of 0.1 ms", () => {
  const clock = new SystemClock();
  assertEquals(clock.resolution, 100_000n);
  assertEquals(clock.now() % 100_000n, 0n);
  assertEquals(clock.monotonic() % 100_000n, 0n);
});

Deno.test("SystemClock can be finer", () => {
  const clock = new SystemClock({ resolution: 1_000n });
  const times = Array.from({ length: 1000 }, () => clock.monotonic());
  assert(times.some((time) => time % 100_000n !== 0n));
  assert(times.every((time) => time % 1_000n === 0n));
});

Deno.test("SystemClock.now() shows parts of a millisecond", () => {
  const clock = new SystemClock({ resolution: 1_000n });
  const times = Array.from({ length: 1000 }, () => clock.now());
  assert(new Set(times.map((time) => time % 1_000_000n)).size > 10);
});

Deno.test("SystemClock shows the time of day", () => {
  const before = BigInt(Date.now()) * 1_000_000n;
  const now = new SystemClock().now();
  const off = now - before;
  assert(off > -6_000_000n && off < 1_000_000_000n, `${off} ns off`);
});

Deno.test("SystemClock never goes back", () => {
  const clock = new SystemClock({ resolution: 1n });
  let last = clock.monotonic();
  for (let count = 0; count < 10_000; count++) {
    const time = clock.monotonic();
    assert(time >= last);
    last = time;
  }
});

Deno.test("SystemClock.sleep() sleeps as long as it is told", () => {
  const clock = new SystemClock({ resolution: 1n });
  const before = performance.now();
  clock.sleep(3_000_000n);
  assert(performance.now() - before >= 3);
  clock.sleep(0n);
});

Deno.test("SystemClock.sleep() waits in the kernel and burns no core", () => {
  const { wait } = Atomics;
  let waited = 0;
  Object.assign(Atomics, {
    wait: (...words: Parameters<typeof wait>) => {
      const before = performance.now();
      const result = wait(...words);
      waited += performance.now() - before;
      return result;
    },
  });
  try {
    new SystemClock().sleep(10_000_000n);
  } finally {
    Object.assign(Atomics, { wait });
  }
  assert(waited > 9, `of 10 ms, ${waited} in the kernel`);
});

Deno.test("SystemClock refuses a step below one nanosecond", () => {
  assertThrows(
    () => new SystemClock({ resolution: 0n }),
    RangeError,
    "at least 1",
  );
});

Deno.test("SteppedClock moves by 0.1 ms at each look, and by what is slept", () => {
  const clock = new SteppedClock(new Date(5));
  assertEquals([clock.now(), clock.now()], [5_000_000n, 5_100_000n]);
  assertEquals(clock.monotonic(), 200_000n);
  const before = performance.now();
  clock.sleep(3_600_000_000_001n);
  assert(performance.now() - before < 1000);
  assertEquals(clock.monotonic(), 3_600_000_400_000n);
  clock.sleep(-5n);
  assertEquals(clock.monotonic(), 3_600_000_500_000n);
});

Deno.test("SteppedClock refuses what is no time", () => {
  for (const ms of [NaN, -1]) {
    assertThrows(() => new SteppedClock(new Date(ms)), RangeError, "Cannot");
  }
});
