import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Decoder } from "../../src/bridge/decode.ts";
import { CannotPass, Encoder } from "../../src/bridge/encode.ts";
import { Complex, Decimal, Uuid } from "../../src/bridge/value.ts";
import { WireError, WireReader } from "../../src/bridge/wire_reader.ts";
import { WireWriter } from "../../src/bridge/wire_writer.ts";
import { VECTORS } from "./cbor_vectors.ts";

const NO_OBJECTS = {
  hostParts: () => undefined,
  pythonNumber: () => undefined,
};
const NO_LIVE = {
  pythonObject: () => undefined,
  hostObject: () => undefined,
};

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const out = new WireWriter();
  new Encoder(out, NO_OBJECTS).value(value);
  return out.toBytes();
}

function decode(bytes: Uint8Array): unknown {
  const reader = new WireReader(bytes);
  const value = new Decoder(reader, NO_LIVE).value();
  assertEquals(reader.left, 0);
  return value;
}

const hex = (text: string) => Uint8Array.fromHex(text);

Deno.test("decode reads every vector of RFC 8949 appendix A", () => {
  for (const { bytes, value, refused } of VECTORS) {
    if (refused) {
      assertThrows(() => decode(hex(bytes)), WireError, undefined, bytes);
    } else assertEquals(decode(hex(bytes)), value, bytes);
  }
});

Deno.test("encode writes the vectors of RFC 8949 that it has a choice of", () => {
  for (const { bytes, value, written } of VECTORS) {
    if (written) assertEquals(encode(value).toHex(), bytes);
  }
});

/** Values that come back as they went, with the class they had. */
const SAME: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  23,
  24,
  255,
  256,
  65535,
  65536,
  2 ** 32 - 1,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2n ** 53n,
  -(2n ** 53n),
  2n ** 64n - 1n,
  2n ** 64n,
  -(2n ** 64n),
  -(2n ** 64n) - 1n,
  3n ** 500n,
  0.1,
  1e300,
  -0,
  NaN,
  Infinity,
  -Infinity,
  5e-324,
  "",
  "ascii",
  "naïve 日本語 👩‍🚀 \0",
  "x".repeat(100_000),
  new Uint8Array([1, 2, 255]),
  new Uint8Array(10_000).fill(7),
  new Uint8ClampedArray([1, 2]),
  new Uint16Array([1, 65535]),
  new Uint32Array([1, 2 ** 32 - 1]),
  new BigUint64Array([2n ** 64n - 1n]),
  new Int8Array([-1]),
  new Int16Array([-2]),
  new Int32Array([-3]),
  new BigInt64Array([-4n]),
  new Float32Array([0.5]),
  new Float64Array([0.1]),
  [1, [2, [3]]],
  { a: 1, b: { c: [] } },
  JSON.parse('{"__proto__": 1, "constructor": 2}'),
  new Map<unknown, unknown>([[1, "a"], ["b", 2]]),
  new Set([1, "a"]),
  new Complex(1.5, -0),
];

Deno.test("values come back as they went", () => {
  for (const value of SAME) assertEquals(decode(encode(value)), value);
});

Deno.test("an empty Map, and one with text keys only, come back as objects", () => {
  assertEquals(decode(encode(new Map())), {});
  assertEquals(decode(encode(new Map([["a", 1]]))), { a: 1 });
});

Deno.test("undefined becomes null, a bigint that is safe a number", () => {
  assertEquals(decode(encode(undefined)), null);
  assertEquals(decode(encode([undefined, { a: undefined }])), [null, {
    a: null,
  }]);
  assertEquals(decode(encode(5n)), 5);
});

Deno.test("times come back as what Temporal has for them", () => {
  const texts: [value: unknown, text: string][] = [
    [new Date(1.5e12), "2017-07-14T02:40:00+00:00[UTC]"],
    [
      Temporal.Instant.from("2026-01-02T03:04:05.000006Z"),
      "2026-01-02T03:04:05.000006+00:00[UTC]",
    ],
    [
      Temporal.ZonedDateTime.from("2026-01-02T03:04:05+02:00[+02:00]"),
      "2026-01-02T03:04:05+02:00[+02:00]",
    ],
    [
      Temporal.PlainDateTime.from("2026-01-02T03:04:05.5"),
      "2026-01-02T03:04:05.5",
    ],
    [Temporal.PlainDate.from("0001-12-31"), "0001-12-31"],
    [Temporal.PlainTime.from("23:59:59.999999"), "23:59:59.999999"],
    [Temporal.Duration.from({ days: 1, microseconds: 1 }), "PT86400.000001S"],
    [Temporal.Duration.from({ seconds: -1, microseconds: -5 }), "-PT1.000005S"],
  ];
  for (const [value, text] of texts) {
    assertEquals(String(decode(encode(value))), text);
  }
});

Deno.test("decimals keep every digit, as Python writes them", () => {
  const texts = [
    "0",
    "-0",
    "19.90",
    "1E+5",
    "-1.5E-10",
    "0.000001",
    "1E-7",
    "NaN",
    "-Infinity",
    "123456789012345678901234567890.123456789",
  ];
  for (const text of texts) {
    assertEquals(String(decode(encode(new Decimal(text)))), text);
  }
  assertThrows(() => new Decimal("1,5"), SyntaxError, '"1,5"');
  assertEquals(new Decimal("2.5").toNumber(), 2.5);
});

Deno.test("a UUID comes back", () => {
  const text = "12345678-9abc-def0-1234-56789abcdef0";
  assertEquals(String(decode(encode(new Uuid(text)))), text);
  assertThrows(() => new Uuid("12345678"), SyntaxError);
});

Deno.test("__proto__ is a key like any other", () => {
  const value = decode(encode(JSON.parse('{"__proto__": {"polluted": true}}')));
  assertStrictEquals(Object.getPrototypeOf(value), Object.prototype);
  assertEquals(Object.keys(value as object), ["__proto__"]);
});

Deno.test("what cannot cross says what it is and where", () => {
  class Point {}
  const deep: unknown[] = [];
  deep.push({ inner: deep });
  const wrong: [value: unknown, message: string][] = [
    [Symbol(), "cannot pass a symbol"],
    [
      { items: [1, 2, 3, { when: Symbol() }] },
      "items[3].when: cannot pass a symbol",
    ],
    [
      [new Map([["k", [() => {}]]])],
      '[0].get("k")[0]: cannot pass a function here',
    ],
    [{ "a b": new Point() }, '["a b"]: cannot pass an instance of Point'],
    [{ p: "a\ud800" }, "p: cannot pass text with a lone surrogate"],
    [{ "a\ud800": 1 }, "cannot pass text with a lone surrogate"],
    [new Date(NaN), "cannot pass an invalid Date"],
    [
      Temporal.Duration.from({ months: 1 }),
      "cannot pass a Temporal.Duration with years or months",
    ],
    [deep, "cannot pass a value that contains itself"],
    [/x/, "cannot pass an instance of RegExp"],
    [Promise.resolve(), "cannot pass an instance of Promise"],
  ];
  for (const [value, message] of wrong) {
    assertThrows(() => encode(value), CannotPass, message);
  }
});

Deno.test("depth is limited on both sides, and cycles end", () => {
  const nest = (depth: number) => {
    let value: unknown = 1;
    for (let i = 0; i < depth; i++) value = [value];
    return value;
  };
  assertEquals(decode(encode(nest(200))), nest(200));
  assertThrows(() => encode(nest(201)), CannotPass, "deeper than 200");
  assertThrows(
    () => decode(hex("81".repeat(201) + "01")),
    WireError,
    "deeper than 200",
  );
  assertThrows(() => decode(hex("c6".repeat(100_000))), WireError);
});

Deno.test("an encoder goes on after a value that could not cross", () => {
  const out = new WireWriter();
  const encoder = new Encoder(out, NO_OBJECTS);
  assertThrows(() => encoder.value([[Symbol()]]), CannotPass);
  out.reset();
  encoder.value([1]);
  assertEquals(out.toBytes().toHex(), "8101");
});

/** Nested values of every kind. */
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.bigInt().filter((n) => !Number.isSafeInteger(Number(n))),
    fc.double(),
    fc.string({ unit: "grapheme" }),
    fc.uint8Array(),
    fc.float64Array(),
    fc.array(tie("value")),
    fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true }),
    fc.uniqueArray(fc.string()).map((items) => new Set(items)),
  ),
})).value;

Deno.test("generated values come back as they went", () => {
  fc.assert(fc.property(anyValue, (value) => {
    assertEquals(decode(encode(value)), value);
  }));
});

Deno.test("cut and flipped bytes are a value or a WireError, and nothing else", () => {
  const damage = fc.tuple(fc.nat(), fc.nat(255), fc.nat());
  fc.assert(
    fc.property(anyValue, damage, (value, [at, flip, cut]) => {
      const bytes = encode(value);
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ flip;
      const damaged = bytes.subarray(0, 1 + (cut % bytes.length));
      try {
        new Decoder(new WireReader(damaged), NO_LIVE).value();
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
