import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import type { Bridge } from "../../src/bridge/mod.ts";
import { later } from "./later.ts";
import { openBridge } from "./open_bridge.ts";

const never = () => new Promise(() => {});

Deno.test("an aborted signal stops a call before it begins", async () => {
  const bridge = await openBridge("seen = []\ndef f(): seen.append(1)");
  const signal = AbortSignal.abort(new Error("no"));
  await assertRejects(
    () => bridge.callWaiting("f", [], { signal }),
    Error,
    "no",
  );
  assertEquals(bridge.ask("find", "seen"), []);
});

Deno.test("aborting a call that queues takes it out of the queue", async () => {
  const gate = Promise.withResolvers<void>();
  const bridge = await openBridge(
    "from host import wait\nseen = []\ndef f(n):\n seen.append(n)\n wait()",
    { wait: async () => await gate.promise },
  );
  const before = bridge.hostObjects.size;
  const abort = new AbortController();
  const reason = new Error("changed my mind");
  const first = bridge.callWaiting("f", [1]);
  const second = bridge.callWaiting("f", [() => 2], { signal: abort.signal });
  const third = bridge.callWaiting("f", [3]);
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => second), reason);
  gate.resolve();
  await Promise.all([first, third]);
  assertEquals(bridge.ask("find", "seen"), [1, 3]);
  assertEquals([bridge.pending, bridge.hostObjects.size], [0, before]);
});

Deno.test("aborting a call that waits raises TimeoutError there", async () => {
  const bridge = await openBridge(
    `
from host import never
seen = []
def f():
    try: never()
    except TimeoutError as error: seen.append(str(error))
    finally: seen.append("finally")
    return object()
def g(): return 1
`,
    { never: async () => await never() },
  );
  const before = bridge.hostObjects.size;
  const abort = new AbortController();
  const call = bridge.callWaiting("f", [], { signal: abort.signal });
  const next = bridge.callWaiting("g", []);
  const reason = new Error("too slow");
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => call), reason);
  assertEquals(await next, 1);
  const [text, last] = bridge.ask("find", "seen") as string[];
  assertStringIncludes(String(text), "the host aborted the call: too slow");
  assertEquals(last, "finally");
  // What the call answered in the end is nobody's.
  assertEquals([bridge.handles, bridge.hostObjects.size], [0, before]);
});

Deno.test("aborting a call below another takes effect when that is done", async () => {
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const abort = new AbortController();
  const bridge: Bridge = await openBridge(
    `
from host import nest, wait, note
def outer():
    try: nest()
    except TimeoutError: note("outer gives up")
def inner():
    wait()
    note("inner done")
`,
    {
      nest: async () => {
        await bridge.callWaiting("inner", []);
        await never();
      },
      wait: async () => await gate.promise,
      note: (text: string) => void log.push(text),
    },
  );
  const { signal } = abort;
  const call = bridge.callWaiting("outer", [], { signal });
  await later(0, 10);
  abort.abort();
  await assertRejects(() => call, DOMException);
  gate.resolve();
  await later(0, 20);
  assertEquals(log, ["inner done", "outer gives up"]);
  assertEquals(bridge.pending, 0);
});

Deno.test("a signal that is aborted by a host function meets the next wait", async () => {
  const abort = new AbortController();
  const bridge = await openBridge(
    `
from host import stop, wait
seen = []
def f():
    stop()
    seen.append("goes on")
    wait()
    seen.append("never")
`,
    { stop: () => abort.abort(), wait: async () => await later(0) },
  );
  const { signal } = abort;
  await assertRejects(
    () => bridge.callWaiting("f", [], { signal }),
    DOMException,
  );
  assertEquals(bridge.ask("find", "seen"), ["goes on"]);
});

Deno.test("a signal that is aborted afterwards does nothing", async () => {
  const abort = new AbortController();
  const bridge = await openBridge("def f(): return 1");
  const { signal } = abort;
  assertEquals(await bridge.callWaiting("f", [], { signal }), 1);
  abort.abort();
  assertEquals(await bridge.callWaiting("f", []), 1);
});
