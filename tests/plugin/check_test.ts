import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  Decimal,
  loadPlugin,
  type Plugin,
  type PluginOptions,
  PythonError,
  Uuid,
} from "../../mod.ts";

const SHOP = "tests/fixtures/types/shop.py";
const ITEM = { name: "tea", price: new Decimal("4.50") };
const ORDER = {
  id: new Uuid("00000000-0000-0000-0000-000000000001"),
  items: [ITEM, { ...ITEM, tags: ["green"], parent: ITEM }],
  placed: new Date(0),
};

/** A plugin whose calls are checked. */
function checked(source: string, options: PluginOptions = {}): Promise<Plugin> {
  return loadPlugin({ source }, { ...options, check: true });
}

/** What a call's error says. */
async function refusal(
  plugin: Plugin,
  name: string,
  args: readonly unknown[],
  kwargs: Record<string, unknown> = {},
): Promise<string> {
  const call = () => plugin.call(name, args, { kwargs });
  const error = await assertRejects(call, PythonError);
  assertEquals(error.type, "TypeError");
  assertEquals(error.frames, [], "no frame of py-plugin's own");
  return error.message;
}

Deno.test("check makes what is annotated, of plain data, all the way down", async () => {
  await using plugin = await checked(`
from __future__ import annotations
import datetime, enum, pathlib, uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, TypedDict

class Color(enum.Enum):
    RED = "red"
class Point(NamedTuple):
    x: float
    y: float = 0.5
class Email(str):
    pass
class Extra(TypedDict, total=False):
    point: Point
@dataclass
class Item:
    price: Decimal
    color: Color = Color.RED
    tags: set[str] = field(default_factory=set)
    children: list[Item] = field(default_factory=list)

def show(item: Item, point: Point | None, at: tuple[int, str], mail: Email,
         path: pathlib.Path, extra: Extra, ratio: float, data: bytearray,
         lines: Iterator[str]) -> str:
    return " ".join(map(repr, (item, point, at, mail, type(mail).__name__, path,
                               extra, ratio, data, next(lines))))
`);
  const shown = await plugin.call("show", [
    { price: new Decimal("1"), children: [{ price: 2, tags: new Set(["a"]) }] },
    [1],
    [1, "a"],
    "a@b",
    "/tmp",
    { point: { x: 1, y: 2 } },
    3,
    new Uint8Array([1]),
    ["first"],
  ]);
  assertEquals(
    shown,
    "Item(price=Decimal('1'), color=<Color.RED: 'red'>, tags=set(), children=[" +
      "Item(price=Decimal('2'), color=<Color.RED: 'red'>, tags={'a'}, children=[])]) " +
      "Point(x=1.0, y=0.5) (1, 'a') 'a@b' 'Email' PosixPath('/tmp') " +
      "{'point': Point(x=1.0, y=2.0)} 3.0 bytearray(b'\\x01') 'first'",
  );
});

Deno.test("without check an argument stays what it was", async () => {
  const source = "from dataclasses import dataclass\n@dataclass\n" +
    "class Item:\n    n: int\ndef f(item: Item) -> str: return repr(item)";
  await using plain = await loadPlugin({ source });
  assertEquals(await plain.call("f", [{ n: "x" }]), "{'n': 'x'}");
  await using careful = await checked(source);
  assertEquals(await careful.call("f", [{ n: 1 }]), "Item(n=1)");
  assertEquals(
    await refusal(careful, "f", [{ n: "x" }]),
    "argument 1 (item), n: expected int, got str",
  );
});

Deno.test("check says which argument, and where in it", async () => {
  await using plugin = await loadPlugin(SHOP, { check: true });
  const api = plugin.as();
  assertEquals(String(await api.total(ORDER)), "9.00");
  const cases: [string, unknown[], Record<string, unknown>, string][] = [
    [
      "total",
      [{ ...ORDER, items: [ITEM, ITEM, { ...ITEM, price: 4.5 }] }],
      {},
      "argument 1 (order), items[2].price: expected Decimal, got float",
    ],
    [
      "total",
      [{ ...ORDER, items: [{ ...ITEM, nme: "x" }] }],
      {},
      "argument 1 (order), items[0].nme: Item has no such field",
    ],
    [
      "total",
      [{ id: ORDER.id, items: [] }],
      {},
      "argument 1 (order), placed: missing",
    ],
    [
      "total",
      [{ ...ORDER, color: "blue" }],
      {},
      "argument 1 (order), color: expected 'red' or 'green', got 'blue'",
    ],
    ["total", [ORDER, "2"], {}, "argument 2 (rate): expected float, got str"],
    [
      "total",
      [ORDER],
      { round_to: "2" },
      "argument round_to: expected int or None, got str",
    ],
    ["find", [{ limit: 1 }], {}, "argument 1 (filter), name: missing"],
    [
      "find",
      [{ name: "x" }, "a", 1],
      {},
      "argument 3 (words): expected str, got int",
    ],
    [
      "find",
      [{ name: "x" }],
      { deep: 1 },
      "argument deep: expected bool, got int",
    ],
    [
      "unbox",
      [{ value: "1" }],
      {},
      "argument 1 (box), value: expected int, got str",
    ],
    [
      "fetch",
      ["u"],
      { retries: true },
      "argument retries: expected int, got bool",
    ],
    [
      "walk",
      [{ a: [1, { b: new Uint8Array() }] }, null, { x: 1 }, 1],
      {},
      "argument 1 (json), ['a'][1]['b']: expected None or bool or float or str or list or dict, got bytes",
    ],
    [
      "walk",
      [1, new Date(0), { x: 1 }, 1],
      {},
      "argument 2 (when): expected date or None, got datetime",
    ],
    [
      "table",
      [new Map<unknown, string>([["1", "a"]]), {}],
      {},
      "argument 1 (rows), ['1']: expected int, got str",
    ],
    ["mode", ["b"], {}, "argument 1 (new): expected 'a' or 1 or None, got 'b'"],
    [
      "mode",
      [true],
      {},
      "argument 1 (new): expected 'a' or 1 or None, got True",
    ],
    ["notes.add", [1], {}, "argument 1 (text): expected str, got int"],
  ];
  for (const [name, args, kwargs, message] of cases) {
    assertEquals(await refusal(plugin, name, args, kwargs), message);
  }
});

Deno.test("check looks at results as well, and leaves them as they are", async () => {
  await using plugin = await checked(`
from dataclasses import dataclass
from typing import TypedDict
@dataclass
class Item:
    n: int
class Row(TypedDict):
    item: Item
def good() -> list[Row]: return [{"item": Item(1)}]
def deep() -> list[Row]: return [{"item": Item(1)}, {"item": Item("2")}]
def lacks() -> Row: return {}
def plain() -> Item: return {"n": 1}
def tower() -> float: return True
async def later() -> str: return 1
`);
  assertEquals(await plugin.call("good"), [{ item: { n: 1 } }]);
  assertEquals(await plugin.call("tower"), true);
  for (
    const [name, message] of [
      ["deep", "result, [1].item.n: expected int, got str"],
      ["lacks", "result, item: missing"],
      ["plain", "result: expected Item, got dict"],
      ["later", "result: expected str, got int"],
    ] as const
  ) assertEquals(await refusal(plugin, name, []), message);
});

Deno.test("check tells numbers apart as JavaScript cannot", async () => {
  await using plugin = await checked(
    "def f(n: int) -> str: return repr(n)\n" +
      "def g(x: float) -> str: return repr(x)\n" +
      "def h(x: int | float | str) -> str: return repr(x)\n" +
      "def i(x: float | None) -> str: return repr(x)",
  );
  assertEquals(await plugin.call("f", [2n ** 70n]), "1180591620717411303424");
  assertEquals(await plugin.call("g", [1]), "1.0");
  assertEquals(await plugin.call("h", [1]), "1");
  assertEquals(await plugin.call("h", [1.5]), "1.5");
  assertEquals(await plugin.call("i", [1]), "1.0");
  assertEquals(
    await refusal(plugin, "f", [1.5]),
    "argument 1 (n): expected int, got float",
  );
  assertEquals(
    await refusal(plugin, "g", [10n ** 400n]),
    "argument 1 (x): expected float, got int",
  );
});

Deno.test("check leaves alone what it knows nothing of", async () => {
  await using plugin = await checked(
    "import re\n" +
      "def f(a, *args, b: 'NoSuchThing' = 1, **kw): return [a, args, b, kw]\n" +
      "def pattern() -> re.Pattern[str]: return re.compile('x')\n" +
      "value = 3",
  );
  assertEquals(
    await plugin.call("f", [1, "2"], { kwargs: { b: 3, c: null } }),
    [1, ["2"], 3, { c: null }],
  );
  assertEquals(await plugin.get("value"), 3);
  const error = await assertRejects(() => plugin.call("f"), PythonError);
  assertEquals(
    error.message,
    "f() missing 1 required positional argument: 'a'",
  );
});

Deno.test("check holds for a function that came back, too", async () => {
  await using plugin = await checked("def f(n: int) -> int: return n");
  using f = await plugin.get<((n: unknown) => unknown) & Disposable>("f");
  assertEquals(f(1), 1);
  let thrown: unknown;
  try {
    f("1");
  } catch (error) {
    thrown = error;
  }
  assertInstanceOf(thrown, PythonError);
  assertEquals(thrown.message, "argument 1 (n): expected int, got str");
});

Deno.test("a plugin's own typing.py or enum.py does not confuse the check", async () => {
  const files = {
    "plugin.py":
      "import datetime, enum\ndef f(n: int) -> str: return datetime.X + enum.X",
    "datetime.py": "X = 'mine'",
    "enum.py": "X = ' too'",
  };
  await using plugin = await loadPlugin({ files, entry: "plugin.py" }, {
    check: true,
  });
  assertEquals(await plugin.call("f", [1]), "mine too");
});
