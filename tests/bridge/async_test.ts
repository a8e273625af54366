import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { PluginClosed, PluginCrashed, PythonError } from "../../src/errors.ts";
import { later } from "./later.ts";
import { openBridge } from "./open_bridge.ts";

Deno.test("callWaiting() lets synchronous Python wait for an async host function", async () => {
  const log: string[] = [];
  const bridge = await openBridge(
    `
from host import fetch, note
def use(name):
    note("before")
    text = fetch(name)
    note("after")
    return text + "!"
`,
    {
      fetch: async (name: string) => {
        log.push("fetch");
        await later(0);
        log.push("fetched");
        return name.toUpperCase();
      },
      note: (text: string) => void log.push(text),
    },
  );
  const answer = bridge.callWaiting("use", ["x"]);
  log.push("called");
  assertEquals(await answer, "X!");
  assertEquals(log, ["before", "fetch", "called", "fetched", "after"]);
  assertEquals([bridge.pending, bridge.handles], [0, 0]);
});

Deno.test("an async host function may be a plain function with a promise", async () => {
  const bridge = await openBridge(
    "from host import a, b\ndef f(): return [a(1), b(2), a(3)]",
    {
      a: (n: number) => Promise.resolve(n * 10),
      b: (n: number) => ({
        then: (done: (value: number) => void) => done(n * 100),
      }),
    },
  );
  assertEquals(await bridge.callWaiting("f", []), [10, 200, 30]);
});

Deno.test("what an async host function throws is an exception, and comes back as itself", async () => {
  const thrown = new RangeError("too far");
  const bridge = await openBridge(
    `
from host import fail
def caught():
    try: fail()
    except ValueError as error: return str(error)
def through(): fail()
def own():
    try: fail()
    except ValueError as error: raise LookupError("no") from error
`,
    {
      fail: async () => {
        await later(0);
        throw thrown;
      },
    },
  );
  assertEquals(await bridge.callWaiting("caught", []), "too far");
  assertStrictEquals(
    await assertRejects(() => bridge.callWaiting("through", [])),
    thrown,
  );
  const own = await assertRejects(
    () => bridge.callWaiting("own", []),
    PythonError,
    "no",
  );
  assertStrictEquals(own.cause, thrown);
  assertEquals(bridge.handles, 0);
});

Deno.test("a result that cannot cross is an exception where it is waited for", async () => {
  const bridge = await openBridge(
    `
from host import odd
def f():
    try: odd()
    except TypeError as error: return str(error)
`,
    { odd: async () => await later({ a: [Symbol()] }) },
  );
  assertStringIncludes(
    String(await bridge.callWaiting("f", [])),
    "cannot pass a symbol",
  );
});

Deno.test("a plain call cannot wait, and says so", async () => {
  const bridge = await openBridge(
    `
from host import kv
def f(): return kv.get("k")
def g(f): return f(1)
def caught():
    try: kv.get("k")
    except RuntimeError as error: return str(error)
`,
    { kv: { get: async (key: string) => await later(key) } },
  );
  const error = assertThrows(() => bridge.call("f", []), PythonError);
  assertEquals(
    error.message,
    "cannot wait for host.kv.get here: the plugin was called with callSync(); use call()",
  );
  assertEquals(bridge.call("caught", []), error.message);
  assertThrows(
    () => bridge.call("g", [async (n: number) => await later(n)]),
    PythonError,
    "cannot wait for the host's function",
  );
  assertEquals(await bridge.callWaiting("f", []), "k");
});

Deno.test("a rejection that nobody waits for is nobody's", async () => {
  const bridge = await openBridge(
    "from host import fail\ndef f(): fail()",
    {
      fail: async () => {
        await later(0);
        throw new Error("unheard");
      },
    },
  );
  assertThrows(() => bridge.call("f", []), PythonError, "cannot wait");
  await later(0, 20); // it would have ended this process
});

Deno.test("plain calls run while the plugin waits", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const bridge = await openBridge(
    `
from host import wait
seen = []
def slow():
    local = [1, 2, 3]
    seen.append("slow")
    text = wait()
    seen.append("end")
    return [text, local]
def quick(n):
    seen.append(n)
    return sum(range(n))
`,
    { wait: () => promise },
  );
  const slow = bridge.callWaiting("slow", []);
  await later(0);
  for (let n = 0; n < 50; n++) {
    assertEquals(bridge.call("quick", [n]), n * (n - 1) / 2);
  }
  resolve("done");
  assertEquals(await slow, ["done", [1, 2, 3]]);
  const seen = bridge.ask("find", "seen") as unknown[];
  assertEquals([seen[0], seen[1], seen.at(-1)], ["slow", 0, "end"]);
});

Deno.test("calls queue while another one waits, first come, first served", async () => {
  const log: string[] = [];
  const bridge = await openBridge(
    "from host import wait, note\ndef f(n):\n note(f'{n} in')\n wait(n)\n note(f'{n} out')\n return n",
    {
      wait: async (n: number) => await later(n, 5 - n),
      note: (text: string) => void log.push(text),
    },
  );
  const answers = [1, 2, 3].map((n) => bridge.callWaiting("f", [n]));
  assertEquals(await Promise.all(answers), [1, 2, 3]);
  assertEquals(log, ["1 in", "1 out", "2 in", "2 out", "3 in", "3 out"]);
});

Deno.test("arguments are those of the moment of the call", async () => {
  const bridge = await openBridge(
    "from host import wait\ndef f(x):\n wait()\n return x",
    { wait: () => later(0) },
  );
  const list = [0];
  const answers = [];
  for (let i = 1; i <= 3; i++) {
    list[0] = i;
    answers.push(bridge.callWaiting("f", [list]));
  }
  assertEquals(await Promise.all(answers), [[1], [2], [3]]);
});

Deno.test("an argument that cannot cross rejects, and holds nothing", async () => {
  const bridge = await openBridge("def f(*args): return len(args)");
  const before = bridge.hostObjects.size;
  await assertRejects(
    () => bridge.callWaiting("f", [() => 1, Symbol()]),
    TypeError,
    "argument 2: cannot pass a symbol",
  );
  assertEquals(bridge.hostObjects.size, before);
  assertEquals(await bridge.callWaiting("f", [1]), 1);
});

Deno.test("a crash rejects the call, and all that wait with it", async () => {
  const bridge = await openBridge(
    `
from host import wait
import os
def f():
    wait()
    os._exit(3)
def g(): return 1
`,
    { wait: async () => await later(0) },
  );
  const calls = [
    bridge.callWaiting("f", []),
    bridge.callWaiting("g", []),
    bridge.callWaiting("g", []),
  ];
  const [first, ...queued] = await Promise.allSettled(calls);
  assertEquals(first?.status, "rejected");
  const reasons = [first, ...queued].map((each) =>
    each?.status === "rejected" ? each.reason : undefined
  );
  const [crashed, ...others] = reasons;
  assertInstanceOf(crashed, PluginCrashed);
  for (const reason of others) {
    assertInstanceOf(reason, PluginClosed);
    assertEquals(reason.name, "PluginClosed");
  }
  await assertRejects(() => bridge.callWaiting("g", []), PluginClosed);
});

Deno.test("a crash beside the stack takes it down as well", async () => {
  const bridge = await openBridge(
    "from host import never\nimport os\ndef f(): never()\ndef g(): os._exit(1)",
    { never: () => new Promise(() => {}) },
  );
  const waits = bridge.callWaiting("f", []);
  assertThrows(() => bridge.call("g", []), PluginCrashed);
  await assertRejects(() => waits, PluginCrashed);
});
