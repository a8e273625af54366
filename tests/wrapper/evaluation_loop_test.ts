/**
 * The evaluation loop is left and re-entered while Python runs (the patch
 * `evaluation-loop-reentry`); nothing of it may show.
 *
 * Every case makes several hundred thousand calls and jumps, so that the loop
 * is left some ten times, each time somewhere else.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { openBridge } from "../bridge/open_bridge.ts";

/** Which instructions of the guest have calls under way, innermost first. */
function guestCalls(): string[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  return [...stack.matchAll(/wasm-function\S+(0x\w+)/g)].map(([, at]) =>
    at ?? ""
  );
}

Deno.test("the loop that ends a long call was called later than the one that began it", async () => {
  const bridge = await openBridge(
    `
import host
def jumps(n):
    for i in range(n): pass
    return host.calls()
def calls(n):
    def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
    fib(n)
    return host.calls()
`,
    { calls: guestCalls },
  );
  const callers = (name: string, size: number) =>
    bridge.call(name, [size]) as string[];
  for (const [name, size] of [["jumps", 1e5], ["calls", 22]] as const) {
    // Until CPython has specialised the call, it is made at another place.
    for (let i = 0; i < 50; i++) callers(name, 1);
    const first = callers(name, 1);
    assert(first.length > 1);
    assertNotEquals(callers(name, size), first, name);
    assertEquals(callers(name, 1), first, name);
  }
});

/** Functions that answer `[what they found, what is right]`. */
const CASES = `
import asyncio, functools, sys, traceback

def calls():
    def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
    return fib(23), 28657

def loops():
    total = 0
    for i in range(700):
        j = 0
        while j < 700:
            j += 1
            total += j & i
    return total, sum(j & i for i in range(700) for j in range(1, 701))

def generators():
    def numbers(n):
        for i in range(n): yield i
    def through(n): return (yield from numbers(n))
    def sent(n):
        got = 0
        for i in range(n): got += yield got
    coroutine = sent(100_000)
    next(coroutine)
    for i in range(99_999): last = coroutine.send(1)
    return [sum(numbers(200_000)), sum(through(200_000)), last], [19999900000] * 2 + [99_999]

def thrown():
    def resist():
        caught = 0
        while True:
            try: yield caught
            except KeyError: caught += 1
    resisting = resist()
    next(resisting)
    for i in range(150_000): last = resisting.throw(KeyError(i))
    resisting.close()
    return last, 150_000

def coroutines():
    async def leaf(i):
        if i % 100 == 0: await asyncio.sleep(0)
        return i
    async def branch(n): return sum([await leaf(i) for i in range(n)])
    async def values(n):
        for i in range(n): yield i
    async def both():
        odd = sum([i async for i in values(100_000) if i % 2])
        return odd, await asyncio.gather(*(branch(20_000) for _ in range(4)))
    return asyncio.run(both()), (2500000000, [199990000] * 4)

def exceptions():
    handled, ended = 0, 0
    for i in range(150_000):
        try:
            try:
                if i % 3: raise ValueError(i)
            finally: ended += 1
        except ValueError as error: handled += error.args[0] == i
    return (handled, ended), (100_000, 150_000)

def lines():
    def fail(n):
        for i in range(n):
            pass
        raise KeyError(n)
    found = set()
    for n in range(32_000, 34_000, 7):
        try: fail(n)
        except KeyError as error:
            frames = traceback.extract_tb(error.__traceback__)
            found.add(tuple(frame.lineno - fail.__code__.co_firstlineno for frame in frames[1:]))
    return found, {(3,)}

def callbacks():
    def key(x): return -x
    once = sorted(range(150_000), key=key)[0]
    mapped = sum(map(key, range(150_000)))
    class Number:
        def __init__(self, value): self.value = value
        def __lt__(self, other): return self.value < other.value
    least = min(Number(i ^ 0x155) for i in range(80_000)).value
    folded = functools.reduce(lambda x, y: x + y, range(150_000))
    return [once, mapped, least, folded], [149_999, -11249925000, 0, 11249925000]

def nested():
    # a rhythm: each turn of the outer loop ticks once, and once inside C
    def one(): yield 1
    total = 0
    for i in range(120_000): total += next(one())
    return total, 120_000

def traced():
    events = {}
    def trace(frame, event, arg):
        events[event] = events.get(event, 0) + 1
        return trace
    def work(n):
        for i in range(n): i
    sys.settrace(trace)
    work(70_000)
    sys.settrace(None)
    return events, {"call": 1, "line": 70_001, "return": 1}

def monitored():
    monitoring = sys.monitoring
    counts = {"start": 0, "jump": 0, "resume": 0}
    def count(what):
        def add(*_): counts[what] += 1
        return add
    def numbers(n):
        for i in range(n): yield i
    def work(n):
        for i in numbers(n): pass
    events = monitoring.events
    monitoring.use_tool_id(3, "test")
    monitoring.register_callback(3, events.PY_START, count("start"))
    monitoring.register_callback(3, events.PY_RESUME, count("resume"))
    monitoring.register_callback(3, events.JUMP, count("jump"))
    monitoring.set_events(3, events.PY_START | events.PY_RESUME | events.JUMP)
    work(50_000)
    monitoring.set_events(3, 0)
    monitoring.free_tool_id(3)
    return counts, {"start": 2, "jump": 100_000, "resume": 50_000}

def limited():
    limit = sys.getrecursionlimit()
    def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
    def endless(n): return endless(n + 1)
    try:
        sys.setrecursionlimit(50_000)
        found = [deep(49_000)]
        sys.setrecursionlimit(300)
        for _ in range(500):
            try: endless(0)
            except RecursionError: found[0] += 1
    finally: sys.setrecursionlimit(limit)
    depths = set()
    for i in range(40_000): depths.add(len(traceback.StackSummary.extract(traceback.walk_stack(None))) if i % 1000 == 0 else 0)
    return (found, len(depths)), ([49_500], 2)

def replaced():
    # frames that others hold while the loop is left and entered again
    def work(n):
        frame = sys._getframe()
        for i in range(n):
            seen = frame.f_locals["i"]
            if seen != i or frame.f_lineno != frame.f_code.co_firstlineno + 4: return i
        return n
    return work(80_000), 80_000
`;

Deno.test("Python does not notice that the loop is left and re-entered", async (t) => {
  const bridge = await openBridge(CASES);
  for (const [, name = ""] of CASES.matchAll(/^def (\w+)/gm)) {
    await t.step(name, () => {
      const [found, right] = bridge.call(name, []) as [unknown, unknown];
      assertEquals(found, right);
    });
  }
});
