import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  type HostNamespace,
  loadPlugin,
  type Plugin,
  PluginClosed,
  PluginError,
  PyObject,
} from "../../mod.ts";

async function open(source: string, host: HostNamespace = {}) {
  return await loadPlugin({ source }, { host, stderr: "null" });
}

Deno.test("a result with a function named then is no promise", async () => {
  await using plugin = await open(`
def f(): return {"then": lambda a, b=None: a("hijacked"), "x": 1}
def g():
    yield f()
`);
  const result = await plugin.call<Record<string, unknown>>("f");
  assert(result["then"] instanceof PyObject);
  assertEquals(result["x"], 1);
  for await (const item of await plugin.call<AsyncIterable<object>>("g")) {
    assert("x" in item);
  }
});

Deno.test("calls of run() wait for each other", async () => {
  await using plugin = await open(
    "import sdk\ndef run_e(payload, ident): sdk.return_result(payload, ident)",
  );
  const results = await Promise.all(["a", "b", "c"].map((p) => plugin.run(p)));
  assertEquals(results.map((result) => result.text()), ["a", "b", "c"]);
});

Deno.test("a value of too many parts is an error, and costs no more", async () => {
  await using plugin = await open(`
def many(n): return [{}] * n
def same(n): return [bytes(1_000_000)] * n
`);
  const error = await assertRejects(
    () => plugin.call("many", [6_000_000]),
    PluginError,
    "more than 5000000 parts",
  );
  assertEquals(error.fault, "limits");
  const same = await plugin.call<Uint8Array[]>("same", [1000]);
  assertEquals([same.length, new Set(same).size], [1000, 1]);
  assertEquals(await plugin.evaluate("1 + 1"), 2);
});

Deno.test("what the host throws is an exception, whatever it is", async () => {
  const odd: Record<string, unknown> = {
    inspect: {
      [Symbol.for("Deno.customInspect")]() {
        throw new Error("no");
      },
    },
    proxy: new Proxy(new Error("x"), {
      get() {
        throw new Error("no");
      },
    }),
    message: Object.assign(new Error("x"), { message: Object.create(null) }),
    errors: Object.assign(new AggregateError([]), { errors: null }),
  };
  await using plugin = await open(
    `
from host import fail
def f(how):
    try: fail(how)
    except Exception as error: return True
`,
    {
      fail: (how: string) => {
        throw odd[how];
      },
    },
  );
  for (const how of Object.keys(odd)) {
    assertEquals(await plugin.call("f", [how]), true, how);
  }
});

Deno.test("an odd reason to abort ends the call and not the plugin", async () => {
  await using plugin = await open(
    "from host import never\ndef f(): never()",
    { never: () => new Promise(() => {}) },
  );
  const controller = new AbortController();
  const call = plugin.call("f", [], { signal: controller.signal });
  const reason = Object.create(null);
  controller.abort(reason);
  assertStrictEquals(
    await call.then(() => "no reason", (error: unknown) => error),
    reason,
  );
  assertEquals(await plugin.evaluate("1 + 1"), 2);
});

Deno.test("a plugin that is closed while its arguments are read rejects the call", async () => {
  const plugin = await open("def f(x): return x");
  const argument = {
    get x() {
      plugin.close();
      return 1;
    },
  };
  await assertRejects(() => plugin.call("f", [argument]), PluginClosed);
});

Deno.test("a stream that Python gives back stays open", async () => {
  await using plugin = await open("def same(x): return x");
  const stream = ReadableStream.from(["a", "b"]);
  const back = await plugin.call<ReadableStream<string>>("same", [stream]);
  assertStrictEquals(back, stream);
  assertEquals(await Array.fromAsync(back), ["a", "b"]);
});

Deno.test("the first call of a function that promises keeps the order, too", async () => {
  const order: unknown[] = [];
  const first: { call?: Promise<unknown> } = {};
  const plugin: Plugin = await open(
    `
from host import slow, wait
def a(): slow(); return "a"
def b(): wait(); return "b"
`,
    {
      slow: () => new Promise((done) => setTimeout(() => done(1), 5)),
      wait: () => first.call,
    },
  );
  await using _plugin = plugin;
  first.call = plugin.call("a");
  const second = plugin.call("b");
  first.call.then((name) => order.push(name));
  order.push(await second);
  assertEquals(order, ["a", "b"]);
});

Deno.test("an array that grows while it is written is written as it was", async () => {
  await using plugin = await open("def f(x): return x");
  const array: unknown[] = [{
    get x() {
      array.push("more");
      return 1;
    },
  }, 2];
  assertEquals(await plugin.call("f", [array]), [{ x: 1 }, 2]);
});

Deno.test("nothing of one plugin is lent to another, nor taken for a handle", async () => {
  await using one = await open("box = object()");
  await using two = await open("def f(x): return x");
  using box = await one.get<PyObject>("box");
  await assertRejects(() => two.call("f", [box]), TypeError, "cannot pass");
  class Job {
    object = box;
  }
  await assertRejects(
    () => one.evaluate("1").then(() => one.set("j", new Job())),
    TypeError,
  );
});
