import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Bridge } from "../../src/bridge/mod.ts";
import { PluginClosed, PluginError } from "../../src/errors.ts";
import { fates, later } from "./later.ts";
import { openBridge } from "./open_bridge.ts";

Deno.test("an async host function calls back into the plugin that waits for it", async () => {
  const log: string[] = [];
  const bridge: Bridge = await openBridge(
    `
from host import up, note
def down(n):
    note(f"down {n}")
    result = 0 if n == 0 else 1 + up(n - 1)
    note(f"done {n}")
    return result
`,
    {
      up: async (n: number) => {
        await later(0);
        return await bridge.callWaiting("down", [n]);
      },
      note: (text: string) => void log.push(text),
    },
  );
  assertEquals(await bridge.callWaiting("down", [3]), 3);
  assertEquals(log, [
    "down 3",
    "down 2",
    "down 1",
    "down 0",
    "done 0",
    "done 1",
    "done 2",
    "done 3",
  ]);
  assertEquals(await bridge.callWaiting("down", [40]), 40);
  assertEquals([bridge.pending, bridge.handles], [0, 0]);
});

Deno.test("calls of others wait until the one that waits is done", async () => {
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const bridge: Bridge = await openBridge(
    `
from host import work, note
def outer():
    note("outer in")
    work()
    note("outer out")
def inner(): note("inner")
def other(): note("other")
`,
    {
      work: async () => {
        await gate.promise;
        await bridge.callWaiting("inner", []);
        await later(0);
        await bridge.callWaiting("inner", []);
      },
      note: (text: string) => void log.push(text),
    },
  );
  const outer = bridge.callWaiting("outer", []);
  const other = bridge.callWaiting("other", []);
  await later(0);
  gate.resolve();
  await Promise.all([outer, other]);
  assertEquals(log, ["outer in", "inner", "inner", "outer out", "other"]);
});

Deno.test("two calls of one host function run one after the other on top", async () => {
  const log: string[] = [];
  const bridge: Bridge = await openBridge(
    `
from host import both, pause, note
def start(): return both()
def part(n):
    note(f"{n} in")
    pause()
    note(f"{n} out")
    return n
`,
    {
      both: async () => {
        await later(0);
        return await Promise.all([
          bridge.callWaiting("part", [1]),
          bridge.callWaiting("part", [2]),
        ]);
      },
      pause: async () => await later(0),
      note: (text: string) => void log.push(text),
    },
  );
  assertEquals(await bridge.callWaiting("start", []), [1, 2]);
  assertEquals(log, ["1 in", "1 out", "2 in", "2 out"]);
});

Deno.test("a function that only turns out to be asynchronous may call back, too", async () => {
  const bridge: Bridge = await openBridge(
    "from host import f\ndef g(n): return f(n)\ndef h(n): return n * 2",
    {
      f: (n: number) => later(n).then((n) => bridge.callWaiting("h", [n])), // no AsyncFunction
    },
  );
  assertEquals(await bridge.callWaiting("g", [1]), 2);
  assertEquals(await bridge.callWaiting("g", [2]), 4);
});

Deno.test("a call in the synchronous part of a host function runs when the plugin waits", async () => {
  const bridge: Bridge = await openBridge(
    "from host import f\ndef g(n): return f(n)\ndef h(n): return n * 2",
    { f: (n: number) => bridge.callWaiting("h", [n]) },
  );
  assertEquals(await bridge.callWaiting("g", [1]), 2);
});

Deno.test("a call that a synchronous host function starts runs afterwards", async () => {
  const log: string[] = [];
  const calls: Promise<unknown>[] = [];
  const bridge: Bridge = await openBridge(
    `
from host import start, note
def outer():
    start()
    note("outer")
def inner(): note("inner")
`,
    {
      start: () => void calls.push(bridge.callWaiting("inner", [])),
      note: (text: string) => void log.push(text),
    },
  );
  await bridge.callWaiting("outer", []);
  await Promise.all(calls);
  bridge.call("outer", []); // the same below a plain call
  await Promise.all(calls);
  assertEquals(log, ["outer", "inner", "outer", "inner"]);
});

Deno.test("a call whose host function is awaited no more is one like any other", async () => {
  const log: string[] = [];
  let late: Promise<unknown> | undefined;
  const bridge: Bridge = await openBridge(
    "from host import f, note\ndef g():\n f()\n note('g')\ndef h(): note('h')",
    {
      f: async () => {
        await later(0);
        late = later(0, 30).then(() => bridge.callWaiting("h", []));
      },
      note: (text: string) => void log.push(text),
    },
  );
  await bridge.callWaiting("g", []);
  await late;
  assertEquals(log, ["g", "h"]);
});

Deno.test("host and plugin call each other to a limit when they wait, too", async () => {
  const bridge: Bridge = await openBridge(
    "from host import up\ndef down(n): return 0 if n == 0 else 1 + up(n - 1)",
    { up: async (n: number) => await bridge.callWaiting("down", [n]) },
  );
  assertEquals(await bridge.callWaiting("down", [60]), 60);
  const error = await assertRejects(
    () => bridge.callWaiting("down", [1000]),
    PluginError,
  );
  assertStringIncludes(error.message, "more than 64 deep");
  assertEquals(await bridge.callWaiting("down", [3]), 3);
  assertEquals([bridge.pending, bridge.handles], [0, 0]);
});

Deno.test("closing rejects what runs, what waits and what queues", async () => {
  const bridge: Bridge = await openBridge(
    `
from host import never, nest
def f(): never()
def g(): nest()
def h(): return 1
`,
    {
      never: async () => await new Promise(() => {}),
      nest: async () => await bridge.callWaiting("f", []),
    },
  );
  const calls = ["g", "h", "h"].map((name) => bridge.callWaiting(name, []));
  await later(0, 10);
  assertEquals(bridge.pending, 4);
  bridge.close();
  assertEquals(await fates(calls), [
    "PluginClosed",
    "PluginClosed",
    "PluginClosed",
  ]);
  assertEquals(bridge.pending, 0);
  await assertRejects(() => bridge.callWaiting("h", []), PluginClosed);
});
