import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import {
  type Bridge,
  PyAwaitable,
  type PyCallable,
  type PyObject,
} from "../../src/bridge/mod.ts";
import { PythonError } from "../../src/errors.ts";
import { later } from "./later.ts";
import { openBridge } from "./open_bridge.ts";

Deno.test("an async def is awaited, and its exceptions are the call's", async () => {
  const bridge = await openBridge(`
import asyncio
async def add(a, b):
    await asyncio.sleep(0)
    return a + b
async def fail():
    await asyncio.sleep(0)
    raise LookupError("nothing there")
`);
  assertEquals(await bridge.callWaiting("add", [1, 2]), 3);
  const error = await assertRejects(
    () => bridge.callWaiting("fail", []),
    PythonError,
    "nothing there",
  );
  assertEquals(error.frames.map(({ function: name }) => name), ["fail"]);
  assertEquals([bridge.pending, bridge.handles], [0, 0]);
});

Deno.test("calls of async defs interleave on one loop", async () => {
  const log: string[] = [];
  const bridge = await openBridge(
    `
import asyncio
from host import note
ready = asyncio.Event()
async def first():
    note("first waits")
    await ready.wait()
    note("first goes on")
    return 1
async def second():
    note("second")
    ready.set()
    return 2
def third():
    note("third")
    return 3
`,
    { note: (text: string) => void log.push(text) },
  );
  const first = bridge.callWaiting("first", []);
  await later(0, 10);
  assertEquals(await bridge.callWaiting("third", []), 3);
  assertEquals(await bridge.callWaiting("second", []), 2);
  assertEquals(await first, 1);
  assertEquals(log, ["first waits", "third", "second", "first goes on"]);
});

Deno.test("a plain call wakes a task that waits for it", async () => {
  const bridge = await openBridge(`
import asyncio
ready = asyncio.Event()
async def wait():
    await ready.wait()
    return "woken"
def wake(): ready.set()
`);
  const waits = bridge.callWaiting("wait", []);
  await later(0, 10);
  bridge.call("wake", []);
  assertEquals(await waits, "woken");
});

Deno.test("what lets go of an object wakes a task that waits for that", async () => {
  const bridge: Bridge = await openBridge(`
import asyncio
gone = asyncio.Event()
class Kept:
    def __del__(self): gone.set()
async def wait():
    await gone.wait()
    return "gone"
`);
  const kept = bridge.ask("evaluate", "Kept()") as PyObject;
  const waits = bridge.callWaiting("wait", []);
  await later(0, 10);
  kept[Symbol.dispose]();
  assertEquals(await waits, "gone");
});

Deno.test("a plain call of an async def answers a promise", async () => {
  const bridge: Bridge = await openBridge(
    `
import asyncio
from host import soon, later
async def double(n): return await soon.aio(n) * 2
def jobs(): return {"list": [double(1), double(2)]}
def use(f): return f(5)
`,
    { soon: async (n: number) => await later(n), later },
  );
  const promise = bridge.call("double", [3]);
  assertEquals([promise instanceof Promise, await promise], [true, 6]);
  const { list } = bridge.call("jobs", []) as { list: PyAwaitable[] };
  assertEquals(list.map((job) => job instanceof PyAwaitable), [true, true]);
  assertEquals(await Promise.all(list), [2, 4]);
  using double = bridge.ask("find", "double") as PyCallable;
  assertEquals(await double(4), 8);
  assertEquals([bridge.pending, bridge.handles], [0, 1]);
});

Deno.test("a host function that is awaited calls async defs of the plugin", async () => {
  const bridge: Bridge = await openBridge(
    `
import asyncio
from host import up, up_later
async def down(n): return 0 if n == 0 else 1 + await up.aio(n - 1)
def down_sync(n): return 0 if n == 0 else 1 + up_later(n - 1)
async def mixed(n): return 0 if n == 0 else 1 + up_mixed(n - 1)
from host import up_mixed
`,
    {
      up: async (n: number) => await bridge.callWaiting("down", [n]),
      up_later: async (n: number) => await bridge.callWaiting("down_sync", [n]),
      up_mixed: async (n: number) => await bridge.callWaiting("mixed", [n]),
    },
  );
  assertEquals(await bridge.callWaiting("down", [20]), 20);
  assertEquals(await bridge.callWaiting("down_sync", [20]), 20);
  assertEquals(await bridge.callWaiting("mixed", [20]), 20);
  assertEquals([bridge.pending, bridge.handles], [0, 0]);
});

Deno.test("aborting a task cancels it", async () => {
  const bridge = await openBridge(
    `
import asyncio
from host import never
seen = []
async def f():
    try: await never.aio()
    except asyncio.CancelledError:
        seen.append("cancelled")
        raise
async def g(): return 1
`,
    { never: async () => await new Promise(() => {}) },
  );
  const before = bridge.hostObjects.size;
  const abort = new AbortController();
  const reason = new Error("enough");
  const call = bridge.callWaiting("f", [], { signal: abort.signal });
  await later(0, 10);
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => call), reason);
  assertEquals(await bridge.callWaiting("g", []), 1);
  assertEquals(bridge.ask("find", "seen"), ["cancelled"]);
  assertEquals([bridge.pending, bridge.hostObjects.size], [0, before]);
});

Deno.test("SystemExit and KeyboardInterrupt in a task are its call's only", async () => {
  const bridge = await openBridge(`
import asyncio
async def leave(error):
    await asyncio.sleep(0)
    raise SystemExit(3) if error else KeyboardInterrupt()
async def stay():
    for _ in range(10): await asyncio.sleep(0)
    return "here"
`);
  const stays = bridge.callWaiting("stay", []);
  await assertRejects(() => bridge.callWaiting("leave", [true]), PythonError);
  const error = await assertRejects(
    () => bridge.callWaiting("leave", [false]),
    PythonError,
  );
  assertEquals(error.type, "KeyboardInterrupt");
  assertEquals(await stays, "here");
});

Deno.test("what a task leaves behind goes on when the plugin is called again", async () => {
  const bridge = await openBridge(`
import asyncio
ticks = []
async def start():
    async def tick():
        for n in range(3):
            ticks.append(n)
            await asyncio.sleep(0)
    global kept
    kept = asyncio.create_task(tick())
async def stay():
    while len(ticks) < 3: await asyncio.sleep(0)
    return ticks
`);
  await bridge.callWaiting("start", []);
  assertEquals((bridge.ask("find", "ticks") as number[]).length < 3, true);
  assertEquals(await bridge.callWaiting("stay", []), [0, 1, 2]);
});
