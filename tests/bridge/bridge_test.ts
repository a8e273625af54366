import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { type PyCallable, PyObject } from "../../src/bridge/mod.ts";
import { PluginClosed, PluginError, PythonError } from "../../src/errors.ts";
import { openBridge } from "./open_bridge.ts";

Deno.test("call() calls functions by name, dotted too, with keyword arguments", async () => {
  const bridge = await openBridge(`
def add(a, b=10, *more, scale=1): return (a + b + sum(more)) * scale
class models:
    class Invoice:
        @staticmethod
        def total(items): return sum(items)
`);
  assertEquals(bridge.call("add", [1, 2]), 3);
  assertEquals(bridge.call("add", [1]), 11);
  assertEquals(bridge.call("add", [1, 2, 3, 4], { scale: 2 }), 20);
  assertEquals(bridge.call("models.Invoice.total", [[1, 2, 3]]), 6);
});

Deno.test("what a call raises is a PythonError with the plugin's frames", async () => {
  const bridge = await openBridge(`
def inner(x): return {"a": 1}[x]
def outer(x):
    try: return inner(x)
    except KeyError as error:
        error.add_note("looked twice")
        raise LookupError("no such key") from error
`);
  const error = assertThrows(() => bridge.call("outer", ["b"]), PythonError);
  assertEquals([error.type, error.message], ["LookupError", "no such key"]);
  assertEquals(error.frames.map(({ function: name, line }) => [name, line]), [[
    "outer",
    7,
  ]]);
  assertInstanceOf(error.cause, PythonError);
  assertEquals(error.cause.frames.map(({ function: name }) => name), [
    "outer",
    "inner",
  ]);
  assertStringIncludes(error.traceback, "looked twice");
  assertEquals(error.traceback.includes("_py_plugin"), false, error.traceback);
  const missing = assertThrows(() => bridge.call("nothing", []), PythonError);
  assertEquals(missing.message, "the plugin has no 'nothing'");
});

Deno.test("arguments that cannot cross say which and where", async () => {
  const bridge = await openBridge("def f(*args): return len(args)");
  assertThrows(
    () => bridge.call("f", [1, { items: [0, { when: Symbol() }] }]),
    TypeError,
    "argument 2, items[1].when: cannot pass a symbol",
  );
  assertThrows(
    () => bridge.call("f", [/x/]),
    TypeError,
    "argument 1: cannot pass an instance of RegExp",
  );
  assertEquals(bridge.call("f", [1]), 1);
});

Deno.test("evaluate, execute, find and assign reach the plugin's module", async () => {
  const bridge = await openBridge("rate = 0.2\nclass box: size = 1");
  assertEquals(bridge.ask("evaluate", "rate * 10"), 2);
  bridge.ask("execute", "def tax(x): return x * rate");
  bridge.ask("assign", "rate", 0.5);
  bridge.ask("assign", "box.size", [1, 2]);
  assertEquals(bridge.call("tax", [4]), 2);
  assertEquals(bridge.ask("find", "box.size"), [1, 2]);
});

Deno.test("Python calls what the host offers, and gets what it returns", async () => {
  const log: unknown[] = [];
  const bridge = await openBridge(
    `
import host
from host import kv, VERSION
from host.kv.nested import twice
def use(key):
    kv.set(key, {"n": 1}, ttl=5)
    return [kv.get(key), VERSION, twice(21), host.kv.nested.twice is not None]
`,
    {
      kv: {
        get: (key: string) => log.length === 1 ? `value of ${key}` : null,
        set: (...args: unknown[]) => void log.push(args),
        nested: { twice: (n: number) => n * 2 },
      },
      VERSION: "1",
    },
  );
  assertEquals(bridge.call("use", ["k"]), ["value of k", "1", 42, true]);
  assertEquals(log, [["k", { n: 1 }, { ttl: 5 }]]);
});

Deno.test("an error of the host is an exception that Python can catch", async () => {
  const thrown = new RangeError("too far");
  const bridge = await openBridge(
    `
from host import fail, HostError
def kind(name):
    try: fail(name)
    except Exception as error: return [type(error).__name__, str(error)]
def through(name): fail(name)
def is_host_error(name):
    try: fail(name)
    except HostError as error: return [error.name, error.message, "at " in error.__notes__[0]]
`,
    {
      fail: (name: string) => {
        if (name === "range") throw thrown;
        if (name === "type") throw new TypeError("wrong");
        if (name === "missing") throw new Deno.errors.NotFound("no file");
        if (name === "denied") throw new Deno.errors.PermissionDenied("no");
        // deno-lint-ignore no-throw-literal -- what plain JavaScript may do
        if (name === "text") throw "a string";
        if (name === "symbol") return Symbol();
        throw new SyntaxError("odd");
      },
    },
  );
  assertEquals(bridge.call("kind", ["range"]), ["ValueError", "too far"]);
  assertEquals(bridge.call("kind", ["type"]), ["TypeError", "wrong"]);
  assertEquals(bridge.call("kind", ["missing"]), [
    "FileNotFoundError",
    "no file",
  ]);
  assertEquals(bridge.call("kind", ["denied"]), ["PermissionError", "no"]);
  assertEquals(bridge.call("kind", ["text"]), ["HostError", '"a string"']);
  assertEquals(bridge.call("kind", ["symbol"]), [
    "TypeError",
    "result: cannot pass a symbol",
  ]);
  assertEquals(bridge.call("is_host_error", ["x"]), [
    "SyntaxError",
    "odd",
    true,
  ]);
  assertStrictEquals(
    assertThrows(() => bridge.call("through", ["range"])),
    thrown,
  );
});

Deno.test("host and plugin call each other, to a limit", async () => {
  const bridge = await openBridge(
    "from host import up\ndef down(n): return 0 if n == 0 else 1 + up(n - 1)",
    { up: (n: number) => bridge.call("down", [n]) },
  );
  assertEquals(bridge.call("down", [20]), 20);
  const error = assertThrows(() => bridge.call("down", [1000]), PluginError);
  assertStringIncludes(error.message, "more than 64 deep");
  assertEquals(bridge.call("down", [3]), 3);
});

Deno.test("functions cross both ways and are called from the other side", async () => {
  const bridge = await openBridge(`
def apply(f, x): return f(x)
def adder(n): return lambda x: x + n
def same(f, g): return f is g
`);
  assertEquals(bridge.call("apply", [(x: number) => x + 1, 41]), 42);
  using add = bridge.call("adder", [5]) as PyCallable;
  assertEquals(add(1), 6);
  assertEquals(bridge.call("apply", [add, 2]), 7);
  assertEquals(bridge.call("same", [add, add]), true);
});

Deno.test("objects that are no data are handles", async () => {
  const bridge = await openBridge(`
class Point:
    def __init__(self, x): self.x = x
    def moved(self, by): return Point(self.x + by)
    def __str__(self): return f"Point({self.x})"
def x_of(point): return point.x
`);
  using point = bridge.ask("evaluate", "Point(1)") as PyObject;
  assertInstanceOf(point, PyObject);
  assertEquals([point.type, point.str(), point.get("x")], [
    "Point",
    "Point(1)",
    1,
  ]);
  point.set("x", 7);
  assertEquals(bridge.call("x_of", [point]), 7);
  const move = point.get("moved") as PyCallable;
  using moved = move(3) as PyObject;
  assertEquals(moved.get("x"), 10);
  move[Symbol.dispose]();
  assertThrows(() => move(1), PluginClosed, "has been disposed of");
});

Deno.test("generators are iterated lazily and closed early", async () => {
  const bridge = await openBridge(`
log = []
def count():
    try:
        for i in range(10):
            log.append(i)
            yield i
    finally: log.append("closed")
`);
  using numbers = bridge.call("count", []) as PyObject;
  const seen: unknown[] = [];
  for (const n of numbers) {
    seen.push(n);
    if (n === 2) break;
  }
  assertEquals(seen, [0, 1, 2]);
  assertEquals(bridge.ask("find", "log"), [0, 1, 2, "closed"]);
});

Deno.test("everything is let go of on both sides", async () => {
  const bridge = await openBridge(`
import gc
kept = []
def keep(f): kept.append(f)
def drop(): kept.clear(); gc.collect()
def failing(): return [object(), lambda: 1, "\\ud800"]
`);
  const before = bridge.hostObjects.size;
  for (let i = 0; i < 100; i++) bridge.call("keep", [() => i]);
  assertEquals(bridge.hostObjects.size, before + 100);
  bridge.call("drop", []);
  assertEquals(bridge.hostObjects.size, before);
  for (let i = 0; i < 100; i++) {
    using _object = bridge.ask("evaluate", "object()") as PyObject;
  }
  assertThrows(() => bridge.call("failing", []), PythonError, "lone surrogate");
  assertThrows(() => bridge.call("keep", [[() => 1, Symbol()]]), TypeError);
  assertEquals([bridge.handles, bridge.hostObjects.size], [0, before]);
});

Deno.test("a handle that was released fits nothing any more", async () => {
  const bridge = await openBridge("def f(x): return 1");
  const object = bridge.ask("evaluate", "object()") as PyObject;
  object[Symbol.dispose]();
  object[Symbol.dispose]();
  assertThrows(() => object.str(), PluginClosed);
  using other = bridge.ask("evaluate", "object()") as PyObject;
  assert(other.str().startsWith("<object object"));
});

Deno.test("long bytes and texts cross whole", async () => {
  const bridge = await openBridge("def echo(x): return x");
  const bytes = new Uint8Array(5_000_000).map((_, i) => i);
  assertEquals(bridge.call("echo", [bytes]), bytes);
  const text = "日本語".repeat(300_000);
  assertEquals(bridge.call("echo", [text]) === text, true);
});

Deno.test("what Python drops in a long call is let go of meanwhile", async () => {
  let most = 0;
  const bridge = await openBridge(
    "from host import make\ndef f(n):\n    for _ in range(n): make()",
    {
      make: () => {
        most = Math.max(most, bridge.hostObjects.size);
        return () => 1;
      },
    },
  );
  bridge.call("f", [5000]);
  assert(most < 2000, `${most} at once`);
});
