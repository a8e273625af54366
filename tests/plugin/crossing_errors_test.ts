import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  type HostNamespace,
  loadPlugin,
  type Plugin,
  PythonError,
} from "../../mod.ts";

/** The functions of a stack's lines, without those of tests' runner. */
function functionsOf(stack: string | undefined): string[] {
  return [...(stack ?? "").matchAll(/^ +at (?:async )?([\w.<>]+) \(/gm)].map(
    ([, name]) => name ?? "",
  );
}

async function open(source: string, host: HostNamespace = {}) {
  return await loadPlugin({ source }, { host });
}

async function failureOf(plugin: Plugin, name: string): Promise<PythonError> {
  return await assertRejects(() => plugin.call(name), PythonError);
}

Deno.test("an exception arrives with all that Python knows of it", async () => {
  await using plugin = await open(`
import datetime, decimal
class Odd(LookupError): pass
def raises():
    error = Odd("a", 1, {"k": [decimal.Decimal("1.5")]})
    error.add_note("first"); error.add_note("second")
    try:
        1 / 0
    except ZeroDivisionError as cause:
        raise error from cause
def group():
    raise ExceptionGroup("several", [ValueError("a"), ExceptionGroup("in", [KeyError("b")])])
def opaque(): raise ValueError(object())
def leaves(): raise SystemExit(3)
def interrupted(): raise KeyboardInterrupt
`);
  const error = await failureOf(plugin, "raises");
  assertEquals(error.type, "plugin.Odd");
  assertEquals(error.bases, [
    "plugin.Odd",
    "LookupError",
    "Exception",
    "BaseException",
  ]);
  assert(error.is("LookupError") && !error.is("ValueError"));
  assertEquals(JSON.stringify(error.args), '["a",1,{"k":["1.5"]}]');
  assertEquals(error.notes, ["first", "second"]);
  assertInstanceOf(error.cause, PythonError);
  assertEquals(error.cause.type, "ZeroDivisionError");
  assertStringIncludes(error.traceback, "direct cause of the following");
  const group = await failureOf(plugin, "group");
  assertEquals(group.type, "ExceptionGroup");
  const [first, second] = group.errors;
  assertInstanceOf(first, PythonError);
  assertInstanceOf(second, PythonError);
  assertEquals([first.type, first.message], ["ValueError", "a"]);
  assertEquals(second.errors.map((e) => e.message), ["'b'"]);
  assertEquals((await failureOf(plugin, "opaque")).args, undefined);
  const exit = await failureOf(plugin, "leaves");
  assertEquals([exit.type, exit.args], ["SystemExit", [3]]);
  assertEquals(
    (await failureOf(plugin, "interrupted")).type,
    "KeyboardInterrupt",
  );
  assertEquals(await plugin.evaluate("1 + 1"), 2);
});

Deno.test("run() tells as much of an exception", async () => {
  await using plugin = await open(`
def run_e(payload, ident):
    error = KeyError(payload, float("nan"), b"x") if payload else KeyError("k", 1)
    error.add_note("n")
    raise error
`);
  const error = await assertRejects(() => plugin.run(), PythonError);
  assertEquals(
    [error.bases[1], error.args, error.notes],
    ["LookupError", ["k", 1], ["n"]],
  );
  const other = await assertRejects(() => plugin.run("p"), PythonError);
  assertEquals(other.args, undefined);
});

Deno.test("an error that goes host, Python, host, Python keeps its identity", async () => {
  const thrown = new RangeError("too far");
  const seen: unknown[] = [];
  const plugin: Plugin = await open(
    `
from host import inner, outer
caught = []
def innermost():
    try: inner()
    except Exception as error:
        caught.append(error)
        raise
def outermost():
    try: outer()
    except Exception as error:
        caught.append(error)
        raise
def same(): return [len(caught), caught[0] is caught[1], type(caught[0]).__name__]
`,
    {
      inner: () => {
        throw thrown;
      },
      outer: (): unknown => {
        try {
          return plugin.callSync("innermost");
        } catch (error) {
          seen.push(error);
          throw error;
        }
      },
    },
  );
  await using _plugin = plugin;
  const error = await assertRejects(() => plugin.call("outermost"));
  assertStrictEquals(error, thrown);
  assertStrictEquals(seen[0], thrown);
  assertEquals(await plugin.call("same"), [2, true, "ValueError"]);
});

Deno.test("an exception that goes Python, host, Python is the same object", async () => {
  const plugin: Plugin = await open(
    `
from host import call
mine = ValueError("mine")
def raises(): raise mine
def through():
    try: call("raises")
    except ValueError as error: return error is mine
def out(): call("raises")
`,
    { call: (name: string): unknown => plugin.callSync(name) },
  );
  await using _plugin = plugin;
  assertEquals(await plugin.call("through"), true);
  const error = await failureOf(plugin, "out");
  assertEquals([error.type, error.message], ["ValueError", "mine"]);
});

Deno.test("stacks of both languages are interleaved", async () => {
  const plugin: Plugin = await open(
    `
from host import up, fails
def low(): fails()
def middle(): up("low")
def high(): up("middle")
def text():
    import traceback
    try: high()
    except Exception as error: return [
        [f.name for f in traceback.extract_tb(error.__traceback__)],
        "".join(traceback.format_exception(error)), error.__notes__]
`,
    {
      up: function up(name: string): unknown {
        return plugin.callSync(name);
      },
      fails: function fails() {
        throw new RangeError("deep");
      },
    },
  );
  await using _plugin = plugin;
  const error = assertThrows(function top() {
    plugin.callSync("high");
  }, RangeError);
  assertEquals(functionsOf(error.stack).slice(0, 7), [
    "fails",
    "low",
    "up",
    "middle",
    "up",
    "high",
    "top",
  ]);
  const [names, text, notes] = await plugin.call<[string[], string, string[]]>(
    "text",
  );
  assertEquals(names, ["text", "high", "up", "middle", "up", "low", "fails"]);
  assertStringIncludes(text, 'crossing_errors_test.ts", line ');
  assertStringIncludes(notes[0] ?? "", "RangeError: deep\n    at fails");
});

Deno.test("a PythonError's stack shows Python's frames above its caller", async () => {
  await using plugin = await open(`
def inner(): raise ValueError("x")
def outer(): inner()
`);
  const error = assertThrows(function caller() {
    plugin.callSync("outer");
  }, PythonError);
  assertEquals(functionsOf(error.stack).slice(0, 3), [
    "inner",
    "outer",
    "caller",
  ]);
  assertStringIncludes(error.stack ?? "", "/plugin/plugin.py:2:");
});

Deno.test("causes and several errors of the host arrive as Python's", async () => {
  await using plugin = await open(
    `
from host import fail
def cause():
    try: fail("cause")
    except ValueError as error: return [str(error), type(error.__cause__).__name__, str(error.__cause__)]
def several():
    try: fail("several")
    except* TypeError as group: return_ = [str(e) for e in group.exceptions]
    except* KeyError: pass
    return return_
`,
    {
      fail: (how: string) => {
        if (how === "cause") {
          throw new RangeError("outer", { cause: new TypeError("inner") });
        }
        throw new AggregateError(
          [new TypeError("a"), new TypeError("b")],
          "both",
        );
      },
    },
  );
  assertEquals(await plugin.call("cause"), ["outer", "TypeError", "inner"]);
  assertEquals(await plugin.call("several"), ["a", "b"]);
});

Deno.test("exceptions on their way are let go of", async () => {
  const plugin: Plugin = await open(
    `
from host import call
def raises(): raise ValueError("mine")
def many():
    for _ in range(500):
        try: call("raises")
        except ValueError: pass
`,
    { call: (name: string): unknown => plugin.callSync(name) },
  );
  await using _plugin = plugin;
  await plugin.call("many");
  assertEquals(plugin.handles, 0);
});

Deno.test("an exception that lies about itself harms nobody", async () => {
  await using plugin = await open(`
class Liar(Exception):
    @property
    def args(self): raise SystemExit
    @property
    def __notes__(self): return [1]
    __class__ = property(lambda self: int)
def lies(): raise Liar("x", "\\ud800")
class Group(ExceptionGroup):
    @property
    def exceptions(self): return [self]
def group(): raise Group("g", [ValueError()])
def endless():
    group = ValueError()
    for _ in range(500): group = ExceptionGroup("g", [group])
    raise group
`);
  const error = await failureOf(plugin, "lies");
  assertEquals([error.type, error.args], ["plugin.Liar", ["x", "\\ud800"]]);
  assertEquals((await failureOf(plugin, "group")).errors.length, 1);
  assertEquals((await failureOf(plugin, "endless")).type, "ExceptionGroup");
});
