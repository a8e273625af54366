// Nested values that nobody thought of, both ways through real Python.
// `deno task test-more` tries twenty times as many.

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Complex, Decimal, Uuid } from "../../src/bridge/mod.ts";
import { openBridge, times } from "./open_bridge.ts";

const SOURCE = await Deno.readTextFile(
  new URL("generated_values.py", import.meta.url),
);

const decimal = fc.tuple(fc.bigInt(), fc.integer({ min: -400, max: 400 }))
  .map(([digits, power]) => new Decimal(`${digits}E${power}`));
const instant = fc.integer({ min: -6e10, max: 2.5e11 })
  .map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000));

/** Values that come back from Python as they went. */
const anyValue = fc.letrec((tie) => ({
  scalar: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.bigInt().filter((n) => !Number.isSafeInteger(Number(n))),
    fc.double(),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
  ),
  data: fc.oneof(
    fc.uint8Array(),
    fc.uint8Array({ minLength: 4090, maxLength: 4100 }),
    fc.float64Array(),
    fc.int32Array(),
    fc.bigInt64Array(),
    fc.tuple(fc.double(), fc.double()).map(([re, im]) => new Complex(re, im)),
    fc.uuid().map((text) => new Uuid(text)),
    decimal,
    instant.map((time) => time.toZonedDateTimeISO("UTC")),
    instant.map((time) => time.toZonedDateTimeISO("UTC").toPlainDate()),
    instant.map((time) => time.toZonedDateTimeISO("UTC").toPlainDateTime()),
  ),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("scalar"),
    tie("data"),
    fc.array(tie("value")),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constant("__proto__")),
      tie("value"),
      { noNullPrototype: true },
    ),
    fc.uniqueArray(fc.oneof(fc.string(), fc.integer()))
      .map((items) => new Set(items)),
    fc.uniqueArray(
      fc.tuple(fc.oneof(fc.integer(), fc.string()), tie("value")),
      { selector: ([key]) => key, minLength: 1 },
    ).filter((entries) => entries.some(([key]) => typeof key === "number"))
      .map((entries) => new Map(entries)),
  ),
})).value;

/** What `assertEquals` does not look into, as text. */
function shown(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const kind = Object.prototype.toString.call(value);
  if (value instanceof Decimal || value instanceof Uuid) return `${value}`;
  if (value instanceof Complex) return [value.real, value.imag];
  if (kind.startsWith("[object Temporal")) return `${kind} ${value}`;
  if (Array.isArray(value)) return value.map(shown);
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [key, shown(item)]));
  }
  if (kind !== "[object Object]") return value;
  return Object.entries(value).map(([key, item]) => [key, shown(item)]);
}

/** The text that Python makes of a decimal, whatever text it was made from. */
function normal(value: unknown): unknown {
  return JSON.stringify(
    shown(value),
    (_, item) => typeof item === "bigint" ? `${item}n` : item,
  );
}

Deno.test("generated values come back from Python as they went", async () => {
  const bridge = await openBridge(SOURCE, { echo: (value: unknown) => value });
  fc.assert(
    fc.property(anyValue, (value) => {
      const once = bridge.call("echo", [value]);
      assertEquals(normal(bridge.call("echo", [once])), normal(once));
      assertEquals(shown(bridge.call("through", [once])), shown(once));
      assertEquals(bridge.call("same", [value, once]), true);
    }),
    { numRuns: times(300) },
  );
  assertEquals(bridge.handles, 0);
});

Deno.test("values that Python generates come back from the host as they went", async () => {
  const bridge = await openBridge(SOURCE, { echo: (value: unknown) => value });
  for (let seed = 1; seed <= times(10); seed++) {
    assertEquals(bridge.call("try_some", [seed, 50]), null);
  }
  assertEquals(bridge.handles, 0);
});
