import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  HostFunction,
  kwargs,
  loadPlugin,
  PluginClosed,
  PluginError,
  PyObject,
  PythonError,
} from "../../mod.ts";
import { Collected } from "../fixtures/python.ts";

Deno.test("call, get, set, evaluate and exec reach the plugin's module", async () => {
  await using plugin = await loadPlugin({
    source: `
rate = 2
class models:
    class Invoice:
        @staticmethod
        def total(items): return sum(items) * rate
def scaled(values, *, by=1): return [v * by for v in values]
`,
  });
  assertEquals(await plugin.call("scaled", [[1, 2]]), [1, 2]);
  assertEquals(
    await plugin.call("scaled", [[1, 2]], { kwargs: { by: 3 } }),
    [3, 6],
  );
  assertEquals(plugin.callSync("models.Invoice.total", [[1, 2]]), 6);
  await plugin.set("rate", 10);
  assertEquals(await plugin.get("rate"), 10);
  assertEquals(await plugin.call("models.Invoice.total", [[1, 2]]), 30);
  assertEquals(await plugin.evaluate("rate + 1"), 11);
  await plugin.exec("def twice(x):\n    return x * 2\nrate += 1");
  assertEquals(await plugin.call("twice", ["ab"]), "abab");
  assertEquals(await plugin.get("rate"), 11);
});

Deno.test("a typed view calls functions by name, nested ones and keyword arguments too", async () => {
  await using plugin = await loadPlugin({
    source: `
def add(a, b): return a + b
def area(w, h=1, *, unit="m"): return f"{w * h} {unit}"
class shop:
    @staticmethod
    def price(name, **options): return [name, options]
def then(): return "not a promise"
`,
  });
  const api = plugin.as<{
    add(a: number, b: number): number;
    area(w: number, h?: number): string;
    shop: { price(name: string): unknown };
  }>();
  assertEquals(await api.add(1, 2), 3);
  assertEquals(await api.area(2, 3), "6 m");
  assertEquals(await api.area(2, undefined), "2 m");
  assertEquals(await plugin.as().area(2, kwargs({ unit: "km" })), "2 km");
  assertEquals(await api.shop.price("tea"), ["tea", {}]);
  const same = await Promise.resolve(api);
  assertEquals(await same.add(2, 2), 4);
  const error = await assertRejects(
    () => plugin.as().nothing(),
    PythonError,
    "the plugin has no 'nothing'",
  );
  assertEquals(error.type, "AttributeError");
});

Deno.test("what a call prints comes out when it is over", async () => {
  const out = new Collected();
  await using plugin = await loadPlugin(
    { source: "def say(text): print(text)" },
    { stdout: out.sink },
  );
  await plugin.call("say", ["one"]);
  assertEquals(out.text, "one\n");
  plugin.callSync("say", ["two"]);
  await Promise.resolve();
  assertEquals(out.text, "one\ntwo\n");
});

Deno.test("what is called wrongly rejects and changes nothing", async () => {
  const plugin = await loadPlugin({ source: "def f(x): return x" });
  await assertRejects(() => plugin.call("g"), PythonError, "has no 'g'");
  await assertRejects(
    () => plugin.call("f"),
    PythonError,
    "missing 1 required",
  );
  await assertRejects(
    () => plugin.call("f", [{ items: [1, Symbol()] }]),
    TypeError,
    "argument 1, items[1]: cannot pass a symbol",
  );
  await assertRejects(() => plugin.evaluate("1 +"), PythonError);
  await assertRejects(() => plugin.exec("raise KeyError('k')"), PythonError);
  assertEquals(await plugin.call("f", [7]), 7);
  await plugin.close();
  await assertRejects(() => plugin.call("f", [7]), PluginClosed);
  assertThrows(() => plugin.callSync("f", [7]), PluginClosed);
});

Deno.test("a host's functions have names, signatures and documentation", async () => {
  const kv = new Map<string, unknown>([["city", "Bern"]]);
  await using plugin = await loadPlugin({
    source: `
import inspect, pydoc
from host import kv, VERSION, shout
import host
def about(f): return [f.__name__, f.__module__, str(inspect.signature(f)), f.__doc__, repr(f)]
def all(): return [about(kv.get), about(kv.set), about(shout)]
def use(): kv.set("n", 1, ttl=5); return [kv.get("city"), VERSION, shout("a", "b")]
def help_of(): return pydoc.plain(pydoc.render_doc(kv.get))
def help_module(): return pydoc.plain(pydoc.render_doc(host))
`,
  }, {
    host: {
      kv: {
        get: new HostFunction((key: string) => kv.get(key), {
          signature: "(key: str, default: User = ...) -> str | None",
          doc: "The value of a key.",
        }),
        set: (key: string, value: unknown, { ttl }: { ttl: number }) =>
          void kv.set(key, [value, ttl]),
      },
      shout: (...words: string[]) => words.join("!"),
      VERSION: "1.2",
    },
  });
  assertEquals(await plugin.call("all"), [
    [
      "get",
      "host.kv",
      "(key: str, default: User = ...) -> str | None",
      "The value of a key.",
      "<host function kv.get>",
    ],
    [
      "set",
      "host.kv",
      "(key, value, /, *, ttl)",
      null,
      "<host function kv.set>",
    ],
    [
      "shout",
      "host",
      "(*words)",
      null,
      "<host function shout>",
    ],
  ]);
  assertEquals(await plugin.call("use"), ["Bern", "1.2", "a!b"]);
  assertEquals(kv.get("n"), [1, 5]);
  const help = await plugin.call<string>("help_of");
  assertStringIncludes(
    help,
    "get(key: str, default: User = ...) -> str | None",
  );
  assertStringIncludes(help, "The value of a key.");
  assertStringIncludes(
    await plugin.call<string>("help_module"),
    "shout(*words)",
  );
});

Deno.test("what cannot be offered is refused with its place", async () => {
  const source = "def f(): pass";
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;
  for (
    const [host, message] of [
      [{ "not-a-name": 1 }, 'host["not-a-name"] to a plugin: it is no name'],
      [{ a: { b: Symbol() } }, "host.a.b to a plugin: cannot pass a symbol"],
      [{ a: [1, { b: Symbol() }] }, "host.a[1].b to a plugin"],
      [{ a: loop }, "host.a.self to a plugin: it contains itself"],
    ] as const
  ) {
    await assertRejects(
      () => loadPlugin({ source }, { host }),
      TypeError,
      message,
    );
  }
});

Deno.test("without an offer, importing host says so", async () => {
  const error = await assertRejects(
    () => loadPlugin({ source: "from host import kv" }),
    PythonError,
  );
  assertEquals(
    error.message,
    "host is not available: this host offers nothing to the plugin; let it pass `host` to loadPlugin()",
  );
});

Deno.test("a .wasm guest has run() only", async () => {
  await using plugin = await loadPlugin("tests/fixtures/upper.wasm");
  await assertRejects(() => plugin.call("f"), PluginError, "run() only");
  assertThrows(() => plugin.as(), PluginError, "run() only");
});

Deno.test("objects that are no data come as handles", async () => {
  await using plugin = await loadPlugin({
    source: "class Box:\n    def __init__(self, v): self.v = v\n",
  });
  using box = await plugin.call<PyObject>("Box", [{ a: [1] }]);
  assertEquals([box instanceof PyObject, box.type], [true, "Box"]);
  assertEquals(box.get("v"), { a: [1] });
});
