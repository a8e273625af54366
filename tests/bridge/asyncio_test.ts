import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { PythonError } from "../../src/errors.ts";
import { later } from "./later.ts";
import { openBridge } from "./open_bridge.ts";

Deno.test("gather over 100 host calls has all of them under way at once", async () => {
  let underWay = 0;
  let most = 0;
  const gate = Promise.withResolvers<void>();
  const bridge = await openBridge(
    `
import asyncio
from host import fetch
async def all_of(count):
    return await asyncio.gather(*(fetch.aio(n) for n in range(count)))
`,
    {
      fetch: async (n: number) => {
        most = Math.max(most, ++underWay);
        if (underWay === 100) gate.resolve();
        await gate.promise;
        underWay -= 1;
        return n * n;
      },
    },
  );
  const before = bridge.hostObjects.size;
  assertEquals(
    await bridge.callWaiting("all_of", [100]),
    Array.from({ length: 100 }, (_, n) => n * n),
  );
  assertEquals([most, underWay], [100, 0]);
  assertEquals([bridge.pending, bridge.hostObjects.size], [0, before]);
});

Deno.test("host.aio has the same functions, to be awaited", async () => {
  const bridge = await openBridge(
    `
import asyncio, inspect
from host.aio import kv, plain
import host.aio
async def f():
    return [await kv.get("a"), await plain(1), host.aio.VERSION]
def about():
    return [inspect.iscoroutinefunction(kv.get), str(inspect.signature(kv.get)), kv.get.__name__, repr(kv.get)]
`,
    {
      kv: { get: async (key: string) => await later(`value of ${key}`) },
      plain: (n: number) => n + 1,
      VERSION: "1",
    },
  );
  assertEquals(await bridge.callWaiting("f", []), ["value of a", 2, "1"]);
  assertEquals(bridge.call("about", []), [
    true,
    "(key, /)",
    "get",
    "<async host function kv.get>",
  ]);
});

Deno.test("asyncio's own words work: sleep, wait_for, timeout, Queue, TaskGroup", async () => {
  const bridge = await openBridge(
    `
import asyncio
from host import never, soon
async def words():
    said = []
    queue = asyncio.Queue(1)
    async def produce():
        for n in range(3): await queue.put(await soon.aio(n))
        await queue.put(None)
    async def consume():
        while (item := await queue.get()) is not None: said.append(item)
    async with asyncio.TaskGroup() as group:
        group.create_task(produce())
        group.create_task(consume())
    try: await asyncio.wait_for(never.aio(), 0.001)
    except TimeoutError: said.append("wait_for")
    try:
        async with asyncio.timeout(0.001): await never.aio()
    except TimeoutError: said.append("timeout")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(never.aio())
            raise KeyError("group")
    except* KeyError: said.append("group")
    await asyncio.sleep(0.001)
    return said
`,
    {
      never: async () => await new Promise(() => {}),
      soon: async (n: number) => await later(n),
    },
  );
  const before = bridge.hostObjects.size;
  assertEquals(await bridge.callWaiting("words", []), [
    0,
    1,
    2,
    "wait_for",
    "timeout",
    "group",
  ]);
  assertEquals(bridge.hostObjects.size, before);
});

Deno.test("asyncio.run works in a function that may wait, and where it need not", async () => {
  const bridge = await openBridge(
    `
import asyncio
from host import soon
async def main(count): return sum(await asyncio.gather(*map(soon.aio, range(count))))
def f(): return asyncio.run(main(5))
def g():
    async def nap():
        await asyncio.sleep(0.001)
        return "rested"
    return asyncio.run(nap())
`,
    { soon: async (n: number) => await later(n) },
  );
  assertEquals(await bridge.callWaiting("f", []), 10);
  assertEquals(await bridge.callWaiting("g", []), "rested");
  assertEquals(bridge.call("g", []), "rested");
  assertThrows(
    () => bridge.call("f", []),
    PythonError,
    "cannot wait for the host here: the plugin was called with callSync(); use call()",
  );
  assertEquals(await bridge.callWaiting("f", []), 10);
});

Deno.test("threads have a clear error", async () => {
  const bridge = await openBridge(`
import asyncio
async def f(): return await asyncio.to_thread(len, "abc")
`);
  await assertRejects(
    () => bridge.callWaiting("f", []),
    PythonError,
    "threads are not available in py-plugin",
  );
});

Deno.test("a busy loop lets the host's promises settle", async () => {
  const bridge = await openBridge(
    `
import asyncio
from host import timer
async def f():
    done = asyncio.ensure_future(timer.aio())
    turns = 0
    while not done.done():
        turns += 1
        await asyncio.sleep(0)
    return done.result()
`,
    {
      timer: async () =>
        await new Promise((resolve) => setTimeout(resolve, 1, "fired")),
    },
  );
  assertEquals(await bridge.callWaiting("f", []), "fired");
});

Deno.test("time is the clock's that is given", async () => {
  const slept: number[] = [];
  const bridge = await openBridge(
    `
import asyncio
async def f():
    try: await asyncio.wait_for(asyncio.Event().wait(), 3600)
    except TimeoutError: return "an hour later"
`,
    {},
    (clock) => ({
      sleep: (ms, wake) => {
        slept.push(ms);
        clock.sleep(BigInt(ms) * 1_000_000n);
        queueMicrotask(wake);
        return () => {};
      },
    }),
  );
  assertEquals(await bridge.callWaiting("f", []), "an hour later");
  assertEquals(slept.length, 1);
});

Deno.test("a traceback of an awaited host function shows the plugin's frames", async () => {
  const bridge = await openBridge(
    `
from host import fail
async def inner(): await fail.aio()
async def outer(): await inner()
def look():
    import asyncio, traceback
    try: asyncio.run(outer())
    except Exception as error: return traceback.format_exception(error)
`,
    {
      fail: async () => {
        await later(0);
        throw new RangeError("far");
      },
    },
  );
  const error = await assertRejects(
    () => bridge.callWaiting("outer", []),
    RangeError,
    "far",
  );
  assertStringIncludes(error.stack ?? "", "at inner (/plugin/plugin.py:3");
  assertStringIncludes(error.stack ?? "", "at outer (/plugin/plugin.py:4");
});

Deno.test("awaiting the host again and again leaves nothing behind", async () => {
  const bridge = await openBridge(
    `
import asyncio, gc
from host import soon
async def awaits(count):
    for n in range(count): await soon.aio(n)
def waits(count):
    for n in range(count): soon(n)
def objects():
    gc.collect()
    return len(gc.get_objects())
`,
    { soon: async (n: number) => await Promise.resolve(n) },
  );
  const before = bridge.hostObjects.size;
  await bridge.callWaiting("awaits", [100]);
  await bridge.callWaiting("waits", [100]);
  const objects = bridge.call("objects", []) as number;
  await bridge.callWaiting("awaits", [3000]);
  await bridge.callWaiting("waits", [3000]);
  assertEquals((bridge.call("objects", []) as number) - objects < 20, true);
  assertEquals([bridge.pending, bridge.handles], [0, 0]);
  assertEquals(bridge.hostObjects.size, before);
});
