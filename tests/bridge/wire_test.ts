import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { loadPlugin, type Plugin, PythonError } from "../../mod.ts";
import { Decoder } from "../../src/bridge/decode.ts";
import { Encoder, MAX_DEPTH } from "../../src/bridge/encode.ts";
import { Tag } from "../../src/bridge/tags.ts";
import { WireReader } from "../../src/bridge/wire_reader.ts";
import { WireWriter } from "../../src/bridge/wire_writer.ts";
import { VECTORS } from "./cbor_vectors.ts";

/** Evaluates Python, on the values of a wire, and answers with a wire. */
const SOURCE = `
import sdk, _plug, datetime, decimal, uuid, array, enum, dataclasses, pathlib, collections
from datetime import date, time, timedelta, timezone, UTC
from decimal import Decimal

class Color(enum.Enum):
    RED = "red"
class Level(enum.IntEnum):
    HIGH = 3
@dataclasses.dataclass
class Point:
    x: int
    y: list
Pair = collections.namedtuple("Pair", "left right")
class Text(str):
    def __str__(self): return "overridden"
class Opaque: pass

def run_e(payload: bytes, ident: int):
    expression, _, wire = payload.partition(b"\\0")
    value = _plug.from_wire(wire) if wire else None
    sdk.return_result(_plug.to_wire(eval(expression)), ident)
`;

const NO_OBJECTS = {
  hostParts: () => undefined,
  pythonNumber: () => undefined,
};
const NO_LIVE = {
  pythonObject: () => undefined,
  hostObject: () => undefined,
};

function encode(value: unknown): Uint8Array {
  const out = new WireWriter();
  new Encoder(out, NO_OBJECTS).value(value);
  return out.toBytes();
}

async function ask(
  plugin: Plugin,
  expression: string,
  wire: Uint8Array = new Uint8Array(),
) {
  const head = new TextEncoder().encode(`${expression}\0`);
  const payload = new Uint8Array(head.length + wire.length);
  payload.set(head);
  payload.set(wire, head.length);
  const bytes = (await plugin.run(payload)).bytes();
  return new Decoder(new WireReader(bytes), NO_LIVE).value();
}

Deno.test("wrapper/tags.h and codec.h have the numbers of tags.ts", async () => {
  const header = await Deno.readTextFile("wrapper/tags.h");
  const defined = [...header.matchAll(/^#define TAG_(\w+) (\w+)$/gm)]
    .map(([, name, number]) => [name, Number(number)]);
  assertEquals(Object.fromEntries(defined), Tag);
  const codec = await Deno.readTextFile("wrapper/codec.h");
  assertStringIncludes(codec, `#define PLUG_MAX_DEPTH ${MAX_DEPTH}\n`);
});

Deno.test("Python reads the vectors of RFC 8949 as we do", async () => {
  await using plugin = await loadPlugin({ source: SOURCE });
  for (const { bytes, value, refused } of VECTORS) {
    const wire = Uint8Array.fromHex(bytes);
    if (refused) {
      await assertRejects(
        () => ask(plugin, "value", wire),
        PythonError,
        "cannot read the wire",
      );
    } else {
      const came = await ask(plugin, "value", wire);
      assertEquals(String(came), String(value), bytes);
      assertEquals(came, value, bytes);
    }
  }
});

Deno.test("Python values arrive as the table says", async () => {
  await using plugin = await loadPlugin({ source: SOURCE });
  const table: [expression: string, value: unknown][] = [
    ["None", null],
    ["True", true],
    ["2**53 - 1", 2 ** 53 - 1],
    ["2**53", 2n ** 53n],
    ["-2**63", -(2n ** 63n)],
    ["-2**64", -(2n ** 64n)],
    ["-2**64 - 1", -(2n ** 64n) - 1n],
    ["7**400", 7n ** 400n],
    ["-0.0", -0],
    ["float('nan')", NaN],
    ["'naïve \\0 👩‍🚀'", "naïve \0 👩‍🚀"],
    ["b'\\xff'", new Uint8Array([255])],
    ["bytearray(b'x'), memoryview(b'yz')[1:]", [
      new Uint8Array([120]),
      new Uint8Array([122]),
    ]],
    ["array.array('d', [0.1])", new Float64Array([0.1])],
    ["array.array('q', [-4])", new BigInt64Array([-4n])],
    ["[1, (2, [])]", [1, [2, []]]],
    ["{'a': 1, '__proto__': 2}", JSON.parse('{"a": 1, "__proto__": 2}')],
    ["{1: 'a', 'b': 2}", new Map<unknown, unknown>([[1, "a"], ["b", 2]])],
    ["{1, 'a'} - {'a'}, frozenset('x')", [new Set([1]), new Set(["x"])]],
    ["Color.RED, Level.HIGH", ["red", 3]],
    ["Point(1, [2])", { x: 1, y: [2] }],
    ["Pair(1, 2)", { left: 1, right: 2 }],
    ["Text('given')", "given"],
    ["pathlib.PurePosixPath('/a') / 'b'", "/a/b"],
    ["collections.OrderedDict(a=1)", { a: 1 }],
  ];
  for (const [expression, value] of table) {
    assertEquals(await ask(plugin, expression), value, expression);
  }
  const texts: [expression: string, text: string][] = [
    [
      "datetime.datetime(2026, 1, 2, 3, 4, 5, 6, UTC)",
      "2026-01-02T03:04:05.000006+00:00[UTC]",
    ],
    [
      "datetime.datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=-5.5)))",
      "2026-01-02T00:00:00-05:30[-05:30]",
    ],
    ["datetime.datetime(2026, 1, 2, 3)", "2026-01-02T03:00:00"],
    ["date(1, 2, 3)", "0001-02-03"],
    ["time(1, 2, 3, 4)", "01:02:03.000004"],
    ["timedelta(days=-1, microseconds=1)", "-PT86399.999999S"],
    ["Decimal('19.90')", "19.90"],
    ["Decimal('-0')", "-0"],
    ["Decimal('NaN')", "NaN"],
    ["Decimal('1E+30')", "1E+30"],
    ["uuid.UUID(int=5)", "00000000-0000-0000-0000-000000000005"],
  ];
  for (const [expression, text] of texts) {
    assertEquals(String(await ask(plugin, expression)), text, expression);
  }
});

Deno.test("what Python cannot pass says what it is and where", async () => {
  await using plugin = await loadPlugin({ source: SOURCE });
  const wrong: [expression: string, message: string][] = [
    [
      "{'items': [0, {'when': 'a\\ud800'}]}",
      "items[1].when: cannot pass text with a lone surrogate",
    ],
    ["[Point(1, ['\\ud800'])]", "[0].y[0]: cannot pass text"],
    ["'a\\ud800'", "cannot pass text with a lone surrogate"],
    [
      "(lambda x: x.append(x) or x)([])",
      "cannot pass a value that contains itself",
    ],
    ["time(1, tzinfo=UTC)", "cannot pass a datetime.time with a time zone"],
  ];
  for (const [expression, message] of wrong) {
    const error = await assertRejects(
      () => ask(plugin, expression),
      PythonError,
    );
    assertEquals(error.type, "TypeError");
    assertStringIncludes(error.message, message);
  }
});

Deno.test("values of every kind come back from Python as they went", async () => {
  await using plugin = await loadPlugin({ source: SOURCE });
  const values = fc.sample(
    fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constant(null),
        fc.boolean(),
        fc.maxSafeInteger(),
        fc.bigInt().filter((n) => !Number.isSafeInteger(Number(n))),
        fc.double().filter((n) => !Number.isSafeInteger(n) || Object.is(n, -0)),
        fc.string({ unit: "grapheme" }),
        fc.uint8Array(),
        fc.array(tie("value")),
        fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true }),
      ),
    })).value,
    500,
  );
  for (const value of values) {
    assertEquals(await ask(plugin, "value", encode(value)), value);
  }
});

Deno.test("cut and flipped bytes never end the guest", async () => {
  await using plugin = await loadPlugin({ source: SOURCE });
  const damages = fc.sample(
    fc.tuple(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.nat(),
      fc.nat(255),
    ),
    1000,
  );
  for (const [bytes, at, flip] of damages) {
    const wire = encode([bytes, { k: [1.5, "x", -3] }]);
    wire[at % wire.length] = flip;
    for (
      const damaged of [wire, wire.subarray(0, 1 + at % wire.length), bytes]
    ) {
      try {
        await ask(plugin, "value is None", damaged);
      } catch (error) {
        if (!(error instanceof PythonError)) throw error;
        assertEquals(
          ["ValueError", "TypeError", "OverflowError"].includes(error.type),
          true,
          error.traceback,
        );
      }
    }
  }
  assertEquals(await ask(plugin, "1 + 1"), 2);
});
