import {
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  type Bridge,
  Complex,
  Decimal,
  type PyCallable,
  PyObject,
  Uuid,
} from "../../src/bridge/mod.ts";
import { PythonError } from "../../src/errors.ts";
import { openBridge } from "./open_bridge.ts";
import {
  PREAMBLE,
  REFUSED_BY_HOST,
  REFUSED_BY_PLUGIN,
  TABLE,
} from "./value_table.ts";

const SOURCE = `${PREAMBLE}
import gc

def kind_of(value): return f"{type(value).__module__}.{type(value).__qualname__}"
def text(value): return f"{kind_of(value)} {value!r}"
def arrived(value, expression): return [text(value), text(eval(expression))]
def given(expression): return eval(expression)
def echo(value): return value
def through(value):
    from host import echo
    return echo(value)
def pass_to_host(expression):
    from host import echo
    return text(echo(eval(expression)))
`;

function open(): Promise<Bridge> {
  return openBridge(SOURCE, { echo: (value: unknown) => value });
}

/** A value as text that tells what `assertEquals` does not look into. */
function shown(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  if (value instanceof Decimal || value instanceof Uuid) {
    return [name, `${value}`];
  }
  if (value instanceof Complex) return [name, value.real, value.imag];
  if (Object.prototype.toString.call(value).startsWith("[object Temporal")) {
    return [Object.prototype.toString.call(value), `${value}`];
  }
  if (Array.isArray(value)) return value.map(shown);
  return [name, value];
}

Deno.test("what the host passes arrives as the table says", async () => {
  const bridge = await open();
  for (const { toPython } of TABLE) {
    for (const { pass, arrives } of toPython) {
      const [came, expected] = bridge.call("arrived", [pass(), arrives]) as [
        string,
        string,
      ];
      assertStrictEquals(came, expected, String(pass));
    }
  }
});

Deno.test("what a plugin returns arrives as the table says", async () => {
  const bridge = await open();
  for (const { toHost } of TABLE) {
    for (const { pass, arrives } of toHost) {
      const came = bridge.call("given", [pass]);
      assertEquals(shown(came), shown(arrives()), pass);
    }
  }
});

Deno.test("arguments and results of host functions follow the same table", async () => {
  const bridge = await open();
  for (const { toPython, toHost } of TABLE) {
    for (const { pass, arrives } of toPython) {
      const value = pass();
      const [came, expected] = bridge.call("arrived", [
        bridge.call("through", [value]),
        arrives,
      ]) as [string, string];
      const plain = value === 0 || typeof value !== "number";
      if (plain && !hasOtherWayBack(value)) {
        assertEquals(came, expected, String(pass));
      }
    }
    for (const { pass, arrives } of toHost) {
      const came = bridge.call("echo", [bridge.call("given", [pass])]);
      assertEquals(shown(came), shown(arrives()), pass);
    }
  }
});

/** What comes back from Python as another kind than it went. */
function hasOtherWayBack(value: unknown): boolean {
  return value instanceof Map || value instanceof Set;
}

Deno.test("what the host cannot pass says which argument and where in it", async () => {
  const bridge = await open();
  for (const { pass, message } of REFUSED_BY_HOST) {
    const error = assertThrows(() => bridge.call("echo", [pass()]), TypeError);
    assertEquals(error.message, message, String(pass));
  }
  assertThrows(
    () => bridge.call("echo", [], { value: [Symbol()] }),
    TypeError,
    "argument value, [0]: cannot pass a symbol",
  );
});

Deno.test("what a plugin cannot return says where in the result", async () => {
  const bridge = await open();
  for (const { pass, message } of REFUSED_BY_PLUGIN) {
    const error = assertThrows(() => bridge.call("given", [pass]), PythonError);
    assertEquals([error.type, error.message], ["TypeError", message], pass);
    const passed = assertThrows(
      () => bridge.call("pass_to_host", [pass]),
      PythonError,
    );
    assertEquals(passed.message, message.replace("result", "argument 1"), pass);
  }
});

Deno.test("a host function's result that cannot cross says where in it", async () => {
  const bridge = await openBridge(
    "def f():\n    from host import make\n    return make()",
    { make: () => ({ items: [1, { when: Symbol() }] }) },
  );
  const error = assertThrows(() => bridge.call("f", []), TypeError);
  assertEquals(error.message, "result, items[1].when: cannot pass a symbol");
});

Deno.test("an error of a plugin's own while a value is read has a note of where", async () => {
  const bridge = await openBridge(`
import dataclasses
@dataclasses.dataclass
class Late:
    x: int
    def __getattribute__(self, name):
        if name == "x": raise KeyError("not yet")
        return object.__getattribute__(self, name)
def f(): return {"items": [1, Late(1)]}
`);
  const error = assertThrows(() => bridge.call("f", []), PythonError);
  assertEquals([error.type, error.notes], [
    "KeyError",
    ["while passing result, items[1]"],
  ]);
});

Deno.test("an Error is an exception in Python, and comes back as itself", async () => {
  const bridge = await openBridge(`
from host import HostError
def describe(error): return [isinstance(error, HostError), type(error).__name__, str(error)]
def echo(error): return [error]
def fail(error): raise error
def collect():
    import gc
    gc.collect() # an exception and the frames it went through are a cycle
`);
  const error = new Error("odd");
  assertEquals(bridge.call("describe", [error]), [true, "HostError", "odd"]);
  assertEquals(bridge.call("describe", [new RangeError("far")]), [
    false,
    "ValueError",
    "far",
  ]);
  assertStrictEquals((bridge.call("echo", [error]) as unknown[])[0], error);
  assertStrictEquals(assertThrows(() => bridge.call("fail", [error])), error);
  bridge.call("collect", []);
  assertEquals(bridge.hostObjects.size, 0);
});

Deno.test("an exception is a PythonError, and its words come back", async () => {
  const bridge = await openBridge(`
def make():
    try: {}["k"]
    except KeyError as error: return {"error": error}
def describe(error): return [type(error).__name__, str(error)]
`);
  const { error } = bridge.call("make", []) as { error: PythonError };
  assertInstanceOf(error, PythonError);
  assertEquals([error.type, error.message], ["KeyError", "'k'"]);
  assertEquals(error.frames.map(({ function: name }) => name), ["make"]);
  assertEquals(bridge.call("describe", [error]), [
    "HostError",
    "KeyError: 'k'",
  ]);
  assertEquals(bridge.handles, 0);
});

Deno.test("what is no data is a handle, what can be called a function", async () => {
  const bridge = await openBridge(`
def given(expression): return eval(expression)
def same(a, b): return a is b
`);
  const kinds: [expression: string, type: string][] = [
    ["object()", "object"],
    ["range(3)", "range"],
    ["{}.keys()", "dict_keys"],
    ["...", "ellipsis"],
    ["iter([])", "list_iterator"],
    ["__import__('re').compile('a')", "Pattern"],
  ];
  for (const [expression, type] of kinds) {
    using object = bridge.call("given", [expression]) as PyObject;
    assertInstanceOf(object, PyObject, expression);
    assertEquals(object.type, type);
    assertEquals(bridge.call("same", [object, object]), true);
  }
  for (const expression of ["len", "int", "lambda: 1"]) {
    using callable = bridge.call("given", [expression]) as PyCallable;
    assertEquals(typeof callable, "function", expression);
  }
  assertEquals(bridge.handles, 0);
});

Deno.test("docs/values.md shows the table", async () => {
  const path = new URL("../../docs/values.md", import.meta.url);
  const text = await Deno.readTextFile(path);
  const made = text.replace(
    /(<!-- table -->\n)[^]*?(<!-- end -->)/,
    (_, begin, end) => `${begin}\n${tables()}\n${end}`,
  ).replace(
    /(<!-- refused -->\n)[^]*?(<!-- end of refused -->)/,
    (_, begin, end) => `${begin}\n${refusals()}\n${end}`,
  );
  if (Deno.env.get("UPDATE") === "1") await Deno.writeTextFile(path, made);
  else assertEquals(text, made);
});

function tables(): string {
  return TABLE.map(({ title, toPython, toHost }) => {
    const there = toPython.map((
      { pass, arrives },
    ) => [code(pass), `\`${arrives}\``]);
    const back = toHost.map((
      { pass, arrives },
    ) => [`\`${pass}\``, code(arrives)]);
    return `### ${title}\n\n${
      table(["The host passes", "Python gets"], there)
    }\n${table(["Python passes", "the host gets"], back)}`;
  }).join("\n");
}

function refusals(): string {
  const host = REFUSED_BY_HOST.map(({ message }) => [`\`${message}\``]);
  const plugin = REFUSED_BY_PLUGIN.map(({ pass, message }) => [
    `\`${pass}\``,
    `\`${message}\``,
  ]);
  return `${table(["What the host cannot pass says"], host)}\n${
    table(["What Python cannot return", "says"], plugin)
  }`;
}

/** The source of what a row makes. */
function code(make: () => unknown): string {
  const source = String(make).replace(/^\(\)\s*=>\s*/, "")
    .replace(/\s+/g, " ").replace(/^\((\{.*\})\)$/, "$1");
  return `\`${source}\``;
}

/** Markdown as `deno fmt` writes it. */
function table(head: readonly string[], rows: readonly string[][]): string {
  const escaped = rows.map((row) =>
    row.map((cell) => cell.replaceAll("|", "\\|"))
  );
  const widths = head.map((title, i) =>
    Math.max(...[head, ...escaped].map((row) => width(row[i] ?? title)))
  );
  const line = (row: readonly string[]) =>
    `| ${
      row.map((cell, i) => cell + " ".repeat((widths[i] ?? 0) - width(cell)))
        .join(" | ")
    } |\n`;
  return line(head) + line(widths.map((n) => "-".repeat(n))) +
    escaped.map(line).join("");
}

/** How many columns text takes where `deno fmt` counts them. */
function width(text: string): number {
  return [...text].length;
}
