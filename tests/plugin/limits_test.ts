import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  LEAST_LIMITS,
  LimitError,
  loadPlugin,
  parseDuration,
} from "../../mod.ts";
import { parseLimits, parseTimeout } from "../../src/plugin/limits.ts";

Deno.test("parseDuration() reads durations as people write them", () => {
  const durations: Record<string, number> = {
    "0s": 0,
    "200ms": 200,
    "1.5 s": 1500,
    "5S": 5000,
    "2m": 120_000,
    "2min": 120_000,
    "1h": 3_600_000,
  };
  for (const [text, ms] of Object.entries(durations)) {
    assertEquals(parseDuration(text), ms, text);
  }
  for (const text of ["", "5", "s", "-1s", "1e3s", "5 weeks", "0x10s"]) {
    assertThrows(() => parseDuration(text), TypeError, "as a duration", text);
  }
});

Deno.test("limits are numbers or text, and have no limit when left out", () => {
  assertEquals(parseLimits({}), {
    time: Infinity,
    grace: 50,
    cpuTime: Infinity,
    memory: 2 ** 30,
    output: Infinity,
    result: Infinity,
    hostCalls: Infinity,
    files: undefined,
    depth: undefined,
  });
  assertEquals(
    parseLimits({
      time: "2s",
      grace: 0,
      memory: "64MB",
      output: 10,
      depth: 90,
    }),
    {
      time: 2000,
      grace: 0,
      cpuTime: Infinity,
      memory: 64e6,
      output: 10,
      result: Infinity,
      hostCalls: Infinity,
      files: undefined,
      depth: 90,
    },
  );
});

Deno.test("a limit that is none is a TypeError that names it", () => {
  const wrong: [limits: Parameters<typeof parseLimits>[0], message: string][] =
    [
      [{ time: "5" }, 'Cannot read "5" as a duration'],
      [{ time: -1 }, "Cannot limit time to -1"],
      [{ time: NaN }, "Cannot limit time to NaN"],
      [{ memory: "much" }, 'Cannot read "much" as a size'],
      [{ hostCalls: 1.5 }, "Cannot limit hostCalls to 1.5"],
      [{ depth: 3 }, "Cannot limit depth to 3"],
      [{ depth: 0 }, "it must be from 50 to 2^31 - 1"],
      [{ files: 0 }, "Cannot limit files to 0: it must be at least 5"],
      [{ files: 4 }, "Cannot limit files to 4: it must be at least 5"],
      [{ files: true as unknown as number }, "Cannot limit files to true"],
    ];
  for (const [limits, message] of wrong) {
    assertThrows(() => parseLimits(limits), TypeError, message);
  }
  assertThrows(() => parseTimeout("soon"), TypeError, "as a duration");
});

Deno.test("a LimitError says sizes as people read them", () => {
  const said = (limit: "memory" | "output", value: number, used: number) =>
    new LimitError({ limit, value, used }).message;
  assertEquals(
    said("memory", 150e6, 145_227_776),
    "The plugin has 145.2MB of memory and needs more: 150MB are allowed; raise limits.memory (--memory)",
  );
  assertEquals(
    said("output", 10, 101),
    "The plugin wrote 101 bytes of output: 10 bytes are allowed; raise limits.output (--max-output)",
  );
});

Deno.test("Python starts with the least of all limits, and with no less memory", async () => {
  const source = "import json\ndef answer(): return 42";
  for (const isolation of ["thread", "worker"] as const) {
    for (const [limit, least] of Object.entries(LEAST_LIMITS)) {
      const limits = { [limit]: least };
      await using plugin = await loadPlugin({ source }, { isolation, limits });
      assertEquals(await plugin.call("answer"), 42, limit);
    }
    await assertRejects(
      () => {
        const limits = { memory: LEAST_LIMITS.memory - 1 };
        return loadPlugin({ source }, { isolation, limits });
      },
      RangeError,
      "Python needs at least 25165824",
    );
  }
});
