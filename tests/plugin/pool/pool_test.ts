import {
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  createPool,
  LimitError,
  PluginClosed,
  PluginCrashed,
  PoolFull,
  PythonError,
} from "../../../mod.ts";
import { NotBegun } from "../../../src/runtime/mod.ts";
import { poolSettings } from "../../../src/plugin/pool/pool_options.ts";
import { FakePool, looked, settled } from "./fake_pool.ts";

const CRASHED = new PluginCrashed("it ended");

Deno.test("a pool starts as many instances as it was told, before it takes calls", async () => {
  const { pool, instances } = await FakePool.start({ size: 3 });
  assertEquals(instances.length, 3);
  assertEquals(pool.alive, true);
  await pool.close();
  assertEquals(instances.map(({ isClosed }) => isClosed), [true, true, true]);
  assertEquals(pool.alive, false);
});

Deno.test("a pool that cannot start says why, and leaves nothing behind", async () => {
  const fake = new FakePool({ size: 2 });
  fake.failures.push(CRASHED);
  assertStrictEquals(await assertRejects(() => fake.pool.start()), CRASHED);
  assertEquals(fake.instance(0).isClosed, true);
});

Deno.test("calls go to free instances, then wait; one more than may wait is refused", async () => {
  const fake = await FakePool.start({ size: 1, maxQueue: 1 });
  const first = looked(fake.pool.run("first"));
  const second = looked(fake.pool.run("second"));
  const error = await assertRejects(() => fake.pool.run("third"), PoolFull);
  assertEquals(error.queued, 1);
  assertEquals(fake.pool.metrics().queued, 1);
  await fake.instance(0).answer("1");
  await fake.instance(0).answer("2");
  assertEquals([(await first).text(), (await second).text()], ["1", "2"]);
  assertEquals(fake.pool.metrics().refused, 1);
  await fake.pool.close();
});

Deno.test("clients take turns, whoever sent more", async () => {
  const fake = await FakePool.start({ size: 1, maxQueue: 9 });
  const [instance] = fake.instances;
  const calls = ["a1", "a2", "a3", "b1", "b2", "c1"].map((payload) =>
    fake.pool.run(payload, { client: payload[0] ?? "" })
  );
  for (const _ of calls) await instance?.answer();
  await Promise.all(calls);
  assertEquals(instance?.payloads, ["a1", "a2", "b1", "c1", "a3", "b2"]);
  await fake.pool.close();
});

Deno.test("a call's time includes its wait", async () => {
  const fake = await FakePool.start({ size: 1, limits: { time: "1s" } });
  const first = looked(fake.pool.run("first"));
  const second = looked(fake.pool.run("second"));
  const third = looked(fake.pool.run("third", { timeout: 500 }));
  await fake.pass(600);
  const error = await assertRejects(() => third, LimitError);
  assertEquals([error.limit, error.value], ["time", 500]);
  assertEquals(error.waited, error.used);
  assertEquals(
    error.message,
    "The call waited 600 ms for an instance and did not run: 500 are allowed; raise limits.time (--timeout)",
  );
  await fake.instance(0).answer();
  await first;
  assertEquals(fake.instance(0).timeout, 400);
  await fake.instance(0).answer();
  await second;
  assertEquals(fake.timers, 0);
  assertEquals(fake.pool.metrics().wait.count, 2);
  await fake.pool.close();
});

Deno.test("a limit of time is told as it was given, not as it was left", async () => {
  const fake = await FakePool.start({ size: 1, limits: { time: 1000 } });
  const call = looked(fake.pool.run());
  await fake.pass(1100);
  await fake.instance(0).fail(
    new LimitError({ limit: "time", value: 999, used: 1000 }),
  );
  const error = await assertRejects(() => call, LimitError);
  assertEquals([error.value, error.used], [1000, 1100]);
  await fake.pool.close();
});

Deno.test("a call that waited and then ran too long is told of both", async () => {
  const fake = await FakePool.start({ size: 1, limits: { time: 1000 } });
  const first = looked(fake.pool.run());
  const second = looked(fake.pool.run());
  await fake.pass(600);
  await fake.instance(0).answer();
  await first;
  await fake.pass(500);
  const frames = [{ file: "/plugin/plugin.py", line: 3, function: "spin" }];
  await fake.instance(0).fail(
    new LimitError({ limit: "time", value: 400, used: 500, frames }),
  );
  const error = await assertRejects(() => second, LimitError);
  assertEquals([error.used, error.waited], [1100, 600]);
  assertEquals(error.frames, frames);
  assertStringIncludes(
    error.message,
    "The call waited 600 ms for an instance and ran for 500 ms: 1000 are",
  );
  await fake.pool.close();
});

Deno.test("a call that is aborted waits no more, and none does afterwards", async () => {
  const fake = await FakePool.start({ size: 1 });
  const first = looked(fake.pool.run("first"));
  const controller = new AbortController();
  const reason = new Error("changed my mind");
  const second = looked(fake.pool.run("second", { signal: controller.signal }));
  controller.abort(reason);
  assertStrictEquals(await assertRejects(() => second), reason);
  await assertRejects(
    () => fake.pool.run("x", { signal: AbortSignal.abort(reason) }),
  );
  await fake.instance(0).answer();
  await first;
  assertEquals(fake.instance(0).payloads, ["first"]);
  assertEquals(fake.pool.metrics().calls.aborted, 1);
  await fake.pool.close();
});

Deno.test("an instance that a call has ended is reset", async () => {
  const fake = await FakePool.start({ size: 1 });
  const first = looked(fake.pool.run("bad"));
  const second = looked(fake.pool.run("good"));
  await fake.instance(0).fail(CRASHED, false);
  assertStrictEquals(await assertRejects(() => first), CRASHED);
  await fake.instance(0).answer("fine");
  assertEquals((await second).text(), "fine");
  assertEquals([fake.instances.length, fake.instance(0).resets], [1, 1]);
  const { crashes, restarts, calls } = fake.pool.metrics();
  assertEquals([crashes, restarts], [1, 1]);
  assertEquals([calls.crashed, calls.ok], [1, 1]);
  await fake.pool.close();
});

Deno.test("an exception of Python's is the call's affair alone", async () => {
  const fake = await FakePool.start({ size: 1 });
  const call = looked(fake.pool.run());
  await fake.instance(0).fail(
    new PythonError({ type: "E", message: "", traceback: "", frames: [] }),
  );
  await assertRejects(() => call, PythonError);
  assertEquals(fake.instances.length, 1);
  assertEquals(fake.pool.metrics().calls.raised, 1);
  await fake.pool.close();
});

for (
  const [what, recycle] of [
    ["calls", { calls: 2, crashes: 9 }],
    ["age", { age: "1m", crashes: 9 }],
    ["broken limits", { crashes: 2 }],
  ] as const
) {
  Deno.test(`an instance is replaced or reset after so many, or so much: ${what}`, async () => {
    const fake = await FakePool.start({ size: 1, recycle });
    for (const isSpent of [false, true]) {
      const call = looked(fake.pool.run());
      await fake.pass(30_000);
      await fake.instance(0).fail(
        new LimitError({ limit: "output", value: 1, used: 2 }),
      );
      await assertRejects(() => call, LimitError);
      const { isClosed, resets } = fake.instance(0);
      assertEquals(isClosed || resets > 0, isSpent);
    }
    assertEquals(fake.instances.length, what === "broken limits" ? 1 : 2);
    assertEquals(fake.pool.metrics().crashes, 0);
    await fake.pool.close();
  });
}

Deno.test("when no instance can be started, who waits learns why", async () => {
  const fake = await FakePool.start({ size: 1 });
  const first = looked(fake.pool.run());
  const second = looked(fake.pool.run());
  const reason = new Error("no memory");
  fake.instance(0).failure = reason;
  await fake.instance(0).fail(CRASHED, false);
  await assertRejects(() => first, PluginCrashed);
  assertStrictEquals(await assertRejects(() => second), reason);
  assertEquals(fake.instance(0).isClosed, true);
  const third = looked(fake.pool.run("third"));
  await settled();
  await fake.instance(1).answer("back");
  assertEquals((await third).text(), "back");
  await fake.pool.close();
});

Deno.test("an instance that comes when the pool is closed is closed", async () => {
  const fake = await FakePool.start({ size: 1, recycle: { calls: 1 } });
  const coming = Promise.withResolvers<void>();
  fake.delay = coming.promise;
  const first = looked(fake.pool.run());
  await fake.instance(0).answer();
  await first;
  const closed = fake.pool.close();
  await settled();
  coming.resolve();
  await closed;
  assertEquals(fake.instance(1).isClosed, true);
});

Deno.test("closing answers what was accepted, and takes nothing more", async () => {
  const fake = await FakePool.start({ size: 1 });
  const first = looked(fake.pool.run("first"));
  const second = looked(fake.pool.run("second"));
  const closed = fake.pool.close();
  assertStrictEquals(fake.pool.close(), closed);
  await assertRejects(() => fake.pool.run("late"), PluginClosed);
  await fake.instance(0).answer();
  assertEquals(fake.instance(0).isClosed, false);
  await fake.instance(0).answer();
  await Promise.all([first, second, closed]);
  assertEquals(fake.instance(0).isClosed, true);
});

Deno.test("closing does not wait longer than it is told", async () => {
  const fake = await FakePool.start({ size: 1 });
  const first = looked(fake.pool.run("first"));
  const second = looked(fake.pool.run("second"));
  const closed = fake.pool.close({ timeout: 1000 });
  const refused = assertRejects(() => second, PluginClosed);
  await fake.pass(1001);
  assertEquals(fake.instance(0).isClosed, true);
  await fake.instance(0).fail(new PluginClosed("closed"), false);
  await assertRejects(() => first, PluginClosed);
  await refused;
  await closed;
  assertEquals(fake.instances.length, 1);
});

Deno.test("numbers become text for Prometheus", async () => {
  const fake = await FakePool.start({ size: 1 });
  const call = looked(fake.pool.run());
  await fake.pass(100);
  await fake.instance(0).answer();
  await call;
  const text = fake.pool.metricsText();
  const value = (name: string) =>
    Number(
      text.split("\n").find((line) => line.startsWith(`${name} `))?.split(
        " ",
      )[1],
    );
  assertEquals(value('py_plugin_calls_total{outcome="ok"}'), 1);
  assertEquals(value("py_plugin_call_duration_seconds_sum"), 0.1);
  assertEquals(value('py_plugin_call_duration_seconds{quantile="0.99"}'), 0.1);
  assertEquals(value("py_plugin_instances_memory_bytes"), 1000);
  assertEquals(/^(#.*|[\w{}="\.]+ [\d.e+-]+|)$/m.test(text), true);
  await fake.pool.close();
});

Deno.test("a pool's options are checked", () => {
  assertThrows(() => poolSettings({ size: 0 }), TypeError, "size 0");
  assertThrows(() => poolSettings({ maxQueue: -1 }), TypeError, "maxQueue -1");
  assertThrows(() => poolSettings({ recycle: { calls: 1.5 } }), TypeError);
  assertThrows(() => poolSettings({ recycle: { age: "soon" } }), Error);
  assertEquals(poolSettings({ size: 2 }).maxQueue, 128);
});

Deno.test("a real pool answers, survives a crash, and is gone at the end", async () => {
  await using pool = await createPool({
    source: `
import os, sdk
def run_e(payload, ident): sdk.return_result(payload.upper(), ident)
def crash(): os._exit(3)
def add(a, *, b): return a + b
`,
  }, { size: 2 });
  const results = await Promise.all(
    ["a", "b", "c"].map((text) => pool.run(text)),
  );
  assertEquals(results.map((result) => result.text()), ["A", "B", "C"]);
  await assertRejects(() => pool.call("crash"), PluginCrashed);
  assertEquals(await pool.call("add", [1], { kwargs: { b: 2 } }), 3);
  assertEquals(await pool.as().add(1, { b: 2 }).catch(() => "no"), "no");
  const { crashes, calls, memory } = pool.metrics();
  assertEquals([crashes, calls.ok, calls.raised], [1, 4, 1]);
  assertEquals(memory > 1_000_000, true);
});

const COUNTED = `
import host, os, time
loads = host.loaded()
def which(): return loads
def wait(): time.sleep(0.3); return loads
def crash(): os.abort()
def in_c(): return sum(range(10**12)) # only its thread can be ended
`;

/** Offers what a plugin calls when it is loaded. */
function counted() {
  let loads = 0;
  return { host: { loaded: () => loads += 1 } };
}

Deno.test("all instances of a pool go on from one that was loaded", async () => {
  await using pool = await createPool({ source: COUNTED }, {
    size: 2,
    ...counted(),
  });
  const both = () => Promise.all([pool.call("wait"), pool.call("wait")]);
  assertEquals(await both(), [1, 1]);
  await assertRejects(() => pool.call("crash"), PluginCrashed);
  await assertRejects(
    () => pool.call("in_c", [], { timeout: 50 }),
    LimitError,
  );
  while (pool.metrics().restarts < 2) await pool.call("wait");
  assertEquals(await both(), [1, 1]);
});

Deno.test("the instance that was loaded goes on as the others do", async () => {
  const source = "import random\nrandom.seed(7)\n" +
    "def draw(): return random.random()\n";
  await using one = await createPool({ source }, { size: 1 });
  await using two = await createPool({ source }, { size: 1 });
  assertNotEquals(await one.call("draw"), await two.call("draw"));
});

Deno.test("instances of a pool with a seed are loaded, each", async () => {
  await using pool = await createPool({ source: COUNTED }, {
    size: 2,
    seed: 1,
    ...counted(),
  });
  const calls = [pool.call<number>("wait"), pool.call<number>("wait")];
  assertEquals((await Promise.all(calls)).toSorted(), [1, 2]);
});

Deno.test("instances of a pool whose plugin cannot be saved are loaded, each", async () => {
  await using pool = await createPool(
    { source: `${COUNTED}\nfile = open("/tmp/notes", "w")\n` },
    { size: 2, grants: { tmp: true }, ...counted() },
  );
  const calls = [pool.call<number>("wait"), pool.call<number>("wait")];
  assertEquals((await Promise.all(calls)).toSorted(), [1, 2]);
});

Deno.test("a pool of what cannot be loaded says why, once", async () => {
  await assertRejects(
    () => createPool({ source: "1 / 0" }, { size: 2 }),
    PythonError,
    "division by zero",
  );
});

Deno.test("a call that had not begun is made of the next instance, in the time that is left", async () => {
  const fake = await FakePool.start({ size: 1, limits: { time: "1s" } });
  const call = looked(fake.pool.run("mine"));
  await fake.pass(300);
  await fake.instance(0).fail(new NotBegun("it has crashed"), false);
  assertEquals(fake.instance(0).payloads, ["mine", "mine"]);
  assertEquals(fake.instance(0).timeout, 700);
  await fake.instance(0).answer("done");
  assertEquals((await call).text(), "done");
  const { calls, crashes, wait } = fake.pool.metrics();
  assertEquals([calls.ok, calls.failed, crashes, wait.count], [1, 0, 1, 1]);
  await fake.pool.close();
});

Deno.test("an instance that a call has spoilt after it was given up fails no other call", async () => {
  await using pool = await createPool({
    source: `import host
def stubborn():
    while True:
        try: host.never()
        except BaseException: pass
def answer(n): return n
`,
  }, {
    size: 2,
    host: { never: () => new Promise(() => {}) },
    limits: { time: "30s" },
  });
  for (let times = 0; times < 2; times++) {
    const abort = new AbortController();
    const { signal } = abort;
    const call = looked(pool.call("stubborn", [], { signal }));
    setTimeout(() => abort.abort(), 50);
    await assertRejects(() => call, DOMException);
    const answers = [1, 2, 3].map((n) => pool.call("answer", [n]));
    assertEquals(await Promise.all(answers), [1, 2, 3]);
  }
});
