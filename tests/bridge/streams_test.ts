import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import type { Bridge, PyObject } from "../../src/bridge/mod.ts";
import { PythonError } from "../../src/errors.ts";
import { later } from "./later.ts";
import { openBridge } from "./open_bridge.ts";

const USES = `
import gc
def all_of(items): return list(items)
def first_of(items, count): return [next(items) for _ in range(count)]
async def all_async(items): return [item async for item in items]
async def first_async(items):
    async for item in items:
        await items.aclose()
        return item
def drop(items): return next(items)
def closes(items):
    with items: return next(items)
def same(items): return items
def value_of(items):
    try:
        while True: next(items)
    except StopIteration as stop: return stop.value
def fails(items):
    try: list(items)
    except ValueError as error: return [str(error), list(items)]
`;

/** A generator that notes what is asked of it. */
function* counting(log: string[], end = 3): Generator<number, string> {
  try {
    for (let n = 0; n < end; n++) {
      log.push(`asked ${n}`);
      yield n;
    }
    return "the end";
  } finally {
    log.push("over");
  }
}

async function* countingLater(log: string[], end = 3) {
  try {
    for (let n = 0; n < end; n++) {
      log.push(`asked ${n}`);
      yield await later(n);
    }
  } finally {
    log.push("over");
  }
}

Deno.test("an iterable of the host's is one in Python, an item at a time", async () => {
  const bridge = await openBridge(USES);
  const log: string[] = [];
  assertEquals(bridge.call("all_of", [counting(log)]), [0, 1, 2]);
  assertEquals(log, ["asked 0", "asked 1", "asked 2", "over"]);
  log.length = 0;
  assertEquals(bridge.call("first_of", [counting(log, 1e9), 2]), [0, 1]);
  assertEquals(log, ["asked 0", "asked 1", "over"]);
  assertEquals(bridge.call("value_of", [counting([])]), "the end");
  const plain = {
    *[Symbol.iterator]() {
      yield 7;
    },
  };
  assertEquals(bridge.call("all_of", [plain]), [7]);
  const set = new Set([1, 2]).values();
  assertEquals(bridge.call("all_of", [set]), [1, 2]);
  assertEquals(bridge.hostObjects.size, 0);
});

Deno.test("an async iterable is gone through by for and by async for", async () => {
  const bridge = await openBridge(USES);
  const log: string[] = [];
  const items = await bridge.callWaiting("all_of", [countingLater(log)]);
  assertEquals(items, [0, 1, 2]);
  assertEquals(log, ["asked 0", "asked 1", "asked 2", "over"]);
  log.length = 0;
  const again = await bridge.callWaiting("all_async", [countingLater(log)]);
  assertEquals(again, [0, 1, 2]);
  assertEquals(log, ["asked 0", "asked 1", "asked 2", "over"]);
  assertEquals(await bridge.callWaiting("all_async", [counting([])]), [
    0,
    1,
    2,
  ]);
  assertThrows(
    () => bridge.call("all_of", [countingLater([])]),
    PythonError,
    "cannot wait for the next item of the host's iterator here",
  );
  assertEquals(bridge.hostObjects.size, 0);
});

Deno.test("leaving early closes the host's iterable: close, aclose, with, garbage", async () => {
  const bridge = await openBridge(USES);
  for (const name of ["drop", "closes"]) {
    const log: string[] = [];
    assertEquals(bridge.call(name, [counting(log)]), 0);
    assertEquals(log, ["asked 0", "over"], name);
  }
  for (const name of ["drop", "closes", "first_async"]) {
    const log: string[] = [];
    assertEquals(await bridge.callWaiting(name, [countingLater(log)]), 0);
    await later(0);
    assertEquals(log, ["asked 0", "over"], name);
  }
  assertEquals(bridge.hostObjects.size, 0);
});

Deno.test("a ReadableStream is read on demand, as bytes, and cancelled early", async () => {
  const bridge = await openBridge(USES);
  const log: string[] = [];
  const stream = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        log.push("pull");
        controller.enqueue(new Uint8Array([log.length]));
        if (log.length === 3) controller.close();
      },
      cancel: (reason) => void log.push(`cancel ${reason}`),
    }, { highWaterMark: 0 });
  assertEquals(
    await bridge.callWaiting("all_of", [stream()]),
    [1, 2, 3].map((n) => new Uint8Array([n])),
  );
  log.length = 0;
  const [first] = await bridge.callWaiting("first_of", [
    stream(),
    1,
  ]) as unknown[];
  assertEquals(first, new Uint8Array([1]));
  await later(0);
  assertEquals(log, ["pull", "cancel undefined"]);
  log.length = 0;
  bridge.ask("assign", "kept", stream()); // never read, and let go of
  bridge.ask("assign", "kept", null);
  await later(0);
  assertEquals(log, ["cancel undefined"]);
});

Deno.test("an iterable that throws is over", async () => {
  const bridge = await openBridge(USES);
  function* fails() {
    yield 1;
    throw new RangeError("far");
  }
  assertEquals(bridge.call("fails", [fails()]), ["far", []]);
  async function* failsLater() {
    yield await later(1);
    throw new RangeError("farther");
  }
  assertEquals(await bridge.callWaiting("fails", [failsLater()]), [
    "farther",
    [],
  ]);
});

Deno.test("an iterable that goes to Python and back is itself", async () => {
  const bridge = await openBridge(USES);
  const items = counting([]);
  assertStrictEquals(bridge.call("same", [items]), items);
});

Deno.test("a promise is a value that Python awaits, or waits for", async () => {
  const bridge = await openBridge(`
import asyncio
async def awaits(values): return await asyncio.gather(*values, values[0])
def waits(values): return [value.wait() for value in values] + [values[0].wait()]
def same(value): return [value]
async def fails(value):
    try: await value
    except ValueError as error: return str(error)
`);
  const promises = () => [later(1), later(2)];
  assertEquals(await bridge.callWaiting("awaits", [promises()]), [1, 2, 1]);
  assertEquals(await bridge.callWaiting("waits", [promises()]), [1, 2, 1]);
  assertThrows(
    () => bridge.call("waits", [promises()]),
    PythonError,
    "cannot wait for the host's promise here",
  );
  const promise = later(3);
  const [same] = bridge.call("same", [promise]) as unknown[];
  assertStrictEquals(same, promise);
  const bad = Promise.reject(new RangeError("bad"));
  assertEquals(await bridge.callWaiting("fails", [bad]), "bad");
  bridge.ask("execute", "import gc; gc.collect()"); // exceptions are cycles
  assertEquals([bridge.pending, bridge.hostObjects.size], [0, 0]);
});

Deno.test("an async generator of the plugin's is iterated, and closed early", async () => {
  const bridge = await openBridge(
    `
from host import soon
log = []
async def count():
    try:
        for n in range(5):
            log.append(n)
            yield await soon.aio(n)
    finally:
        log.append("over")
`,
    { soon: async (n: number) => await later(n) },
  );
  {
    using items = await bridge.callWaiting("count", []) as PyObject;
    const seen = [];
    for await (const item of items) seen.push(item);
    assertEquals(seen, [0, 1, 2, 3, 4]);
  }
  bridge.ask("execute", "log.clear()");
  {
    using items = await bridge.callWaiting("count", []) as PyObject;
    for await (const item of items) if (item === 1) break;
  }
  assertEquals(bridge.ask("find", "log"), [0, 1, "over"]);
  assertEquals([bridge.pending, bridge.handles], [0, 0]);
});

Deno.test("a generator whose body waits for the host is iterated by for await", async () => {
  const bridge = await openBridge(
    `
from host import soon
def count():
    for n in range(3): yield soon(n)
`,
    { soon: async (n: number) => await later(n) },
  );
  using items = await bridge.callWaiting("count", []) as PyObject;
  const seen = [];
  for await (const item of items) seen.push(item);
  assertEquals(seen, [0, 1, 2]);
});

Deno.test("a stream goes through the plugin line by line, each side in its turn", async () => {
  const log: string[] = [];
  const bridge = await openBridge(`
async def numbered(lines):
    number = 0
    async for line in lines:
        number += 1
        yield f"{number} {line}"
`);
  async function* lines() {
    for (const line of ["one", "two", "three"]) {
      log.push(`gives ${line}`);
      yield await later(line);
    }
  }
  using numbered = await bridge.callWaiting("numbered", [lines()]) as PyObject;
  for await (const line of numbered) log.push(`gets ${line}`);
  assertEquals(log, [
    "gives one",
    "gets 1 one",
    "gives two",
    "gets 2 two",
    "gives three",
    "gets 3 three",
  ]);
});

Deno.test("a host function iterates the async generator of who waits for it", async () => {
  const bridge: Bridge = await openBridge(
    `
from host import total
async def numbers():
    for n in range(4): yield n
def waits(): return total(numbers())
async def awaits(): return await total.aio(numbers())
`,
    {
      total: async (numbers: AsyncIterable<number> & Disposable) => {
        using _held = numbers;
        let sum = 0;
        for await (const n of numbers) sum += n;
        return sum;
      },
    },
  );
  assertEquals(await bridge.callWaiting("waits", []), 6);
  assertEquals(await bridge.callWaiting("awaits", []), 6);
  assertEquals([bridge.pending, bridge.handles], [0, 0]);
});

Deno.test("what the plugin's generator raises is thrown where it is iterated", async () => {
  const bridge = await openBridge(`
async def fails():
    yield 1
    raise LookupError("no more")
`);
  using items = await bridge.callWaiting("fails", []) as PyObject;
  const seen: unknown[] = [];
  await assertRejects(
    async () => {
      for await (const item of items) seen.push(item);
    },
    PythonError,
    "no more",
  );
  assertEquals([seen, bridge.pending], [[1], 0]);
});

Deno.test("closing the plugin closes the host's iterables", async () => {
  const bridge = await openBridge(
    "kept = []\ndef keep(items):\n kept.append(items)\n return next(items)",
  );
  const log: string[] = [];
  bridge.call("keep", [counting(log)]);
  assertEquals(log, ["asked 0"]);
  bridge.close();
  assertEquals(log, ["asked 0", "over"]);
});
