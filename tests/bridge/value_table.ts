/**
 * What crosses the bridge as what, both ways: `value_table_test.ts` tries each
 * row, and `docs/values.md` shows them.
 *
 * @module
 */

import { Complex, Decimal, Uuid } from "../../src/bridge/mod.ts";

/** A value of the host's and what a plugin gets. */
export interface ToPython {
  /** Makes the value; its source is what the documentation shows. */
  readonly pass: () => unknown;
  /** What arrives, as Python writes it, unless `check` says more. */
  readonly arrives: string;
  /** Whether the `value` that arrived is right, in Python. */
  readonly check?: string;
}

/** A value of a plugin's and what the host gets. */
export interface ToHost {
  /** The value, as Python writes it. */
  readonly pass: string;
  /** Makes the same as arrives; its source is what the documentation shows. */
  readonly arrives: () => unknown;
  /** What the documentation shows instead. */
  readonly words?: string;
}

/** A value that cannot cross. */
export interface Refused<Value> {
  /** The value. */
  readonly pass: Value;
  /** The error's message, when the value is the first argument. */
  readonly message: string;
}

/** Rows of one kind. */
export interface Section {
  /** What they are about. */
  readonly title: string;
  readonly toPython: readonly ToPython[];
  readonly toHost: readonly ToHost[];
}

/** What crosses. */
export const TABLE: readonly Section[] = [
  {
    title: "Nothing, truth and numbers",
    toPython: [
      { pass: () => null, arrives: "None" },
      { pass: () => undefined, arrives: "None" },
      { pass: () => true, arrives: "True" },
      { pass: () => 42, arrives: "42" },
      { pass: () => 1.5, arrives: "1.5" },
      { pass: () => -0, arrives: "-0.0" },
      { pass: () => 2 ** 53, arrives: "9007199254740992.0" },
      { pass: () => NaN, arrives: "float('nan')" },
      { pass: () => -Infinity, arrives: "float('-inf')" },
      { pass: () => 42n, arrives: "42" },
      { pass: () => -(2n ** 64n) - 1n, arrives: "-18446744073709551617" },
    ],
    toHost: [
      { pass: "None", arrives: () => null },
      { pass: "True", arrives: () => true },
      { pass: "42", arrives: () => 42 },
      { pass: "2**53 - 1", arrives: () => 9007199254740991 },
      { pass: "2**53", arrives: () => 9007199254740992n },
      { pass: "-2**64 - 1", arrives: () => -18446744073709551617n },
      { pass: "1.5", arrives: () => 1.5 },
      { pass: "1.0", arrives: () => 1 },
      { pass: "-0.0", arrives: () => -0 },
      { pass: "float('nan')", arrives: () => NaN },
      { pass: "float('inf')", arrives: () => Infinity },
      { pass: "1.5 - 2j", arrives: () => new Complex(1.5, -2) },
    ],
  },
  {
    title: "Text and bytes",
    toPython: [
      { pass: () => "naïve € 𝄞 \0", arrives: "'naïve € 𝄞 \\0'" },
      {
        pass: () => new URL("https://a.example/b"),
        arrives: "'https://a.example/b'",
      },
      { pass: () => new Uint8Array([1, 255]), arrives: "b'\\x01\\xff'" },
      { pass: () => new Uint8ClampedArray([1]), arrives: "b'\\x01'" },
      { pass: () => new ArrayBuffer(2), arrives: "b'\\0\\0'" },
      { pass: () => new DataView(new ArrayBuffer(1)), arrives: "b'\\0'" },
      { pass: () => new Int8Array([-1]), arrives: "array('b', [-1])" },
      { pass: () => new Int16Array([-1]), arrives: "array('h', [-1])" },
      { pass: () => new Uint16Array([1]), arrives: "array('H', [1])" },
      { pass: () => new Int32Array([-1]), arrives: "array('i', [-1])" },
      { pass: () => new Uint32Array([1]), arrives: "array('I', [1])" },
      { pass: () => new BigInt64Array([-1n]), arrives: "array('q', [-1])" },
      { pass: () => new BigUint64Array([1n]), arrives: "array('Q', [1])" },
      { pass: () => new Float32Array([0.5]), arrives: "array('f', [0.5])" },
      { pass: () => new Float64Array([0.1]), arrives: "array('d', [0.1])" },
    ],
    toHost: [
      { pass: "'naïve € 𝄞 \\0'", arrives: () => "naïve € 𝄞 \0" },
      { pass: "b'\\x01\\xff'", arrives: () => new Uint8Array([1, 255]) },
      { pass: "bytearray(b'a')", arrives: () => new Uint8Array([97]) },
      {
        pass: "memoryview(b'abc')[::2]",
        arrives: () => new Uint8Array([97, 99]),
      },
      { pass: "array('b', [-1])", arrives: () => new Int8Array([-1]) },
      { pass: "array('B', [1])", arrives: () => new Uint8Array([1]) },
      { pass: "array('h', [-1])", arrives: () => new Int16Array([-1]) },
      { pass: "array('H', [1])", arrives: () => new Uint16Array([1]) },
      { pass: "array('i', [-1])", arrives: () => new Int32Array([-1]) },
      { pass: "array('L', [1])", arrives: () => new Uint32Array([1]) },
      { pass: "array('q', [-1])", arrives: () => new BigInt64Array([-1n]) },
      { pass: "array('Q', [1])", arrives: () => new BigUint64Array([1n]) },
      { pass: "array('f', [0.5])", arrives: () => new Float32Array([0.5]) },
      {
        pass: "memoryview(array('d', [0.1]))",
        arrives: () => new Float64Array([0.1]),
      },
      { pass: "PurePosixPath('/a') / 'b'", arrives: () => "/a/b" },
    ],
  },
  {
    title: "Containers",
    toPython: [
      { pass: () => [1, [2]], arrives: "[1, [2]]" },
      { pass: () => ({ a: 1, b: undefined }), arrives: "{'a': 1, 'b': None}" },
      {
        pass: () => JSON.parse('{"__proto__": 1}'),
        arrives: "{'__proto__': 1}",
      },
      { pass: () => new Map([["a", 1]]), arrives: "{'a': 1}" },
      { pass: () => new Map([[1, { a: [] }]]), arrives: "{1: {'a': []}}" },
      { pass: () => new Map([[[1, [2]], 3]]), arrives: "{(1, (2,)): 3}" },
      { pass: () => new Set(["a"]), arrives: "{'a'}" },
      {
        pass: () => new Set([new Set([1])]),
        arrives: "{frozenset({1})}",
      },
    ],
    toHost: [
      { pass: "[1, [2]]", arrives: () => [1, [2]] },
      { pass: "(1, (2,))", arrives: () => [1, [2]] },
      { pass: "{'a': 1}", arrives: () => ({ a: 1 }) },
      { pass: "{}", arrives: () => ({}) },
      {
        pass: "{'__proto__': 1}",
        arrives: () => JSON.parse('{"__proto__": 1}'),
      },
      {
        pass: "{1: 'a', 'b': 2}",
        arrives: () => new Map<unknown, unknown>([[1, "a"], ["b", 2]]),
      },
      { pass: "{(1, 2): 3}", arrives: () => new Map([[[1, 2], 3]]) },
      { pass: "OrderedDict(a=1)", arrives: () => ({ a: 1 }) },
      { pass: "{'a'}", arrives: () => new Set(["a"]) },
      { pass: "frozenset({1})", arrives: () => new Set([1]) },
      { pass: "Pair(1, right=2)", arrives: () => ({ left: 1, right: 2 }) },
      { pass: "Movie(title='M')", arrives: () => ({ title: "M" }) },
      { pass: "Point(1, [2])", arrives: () => ({ x: 1, y: [2] }) },
    ],
  },
  {
    title: "Times",
    toPython: [
      {
        pass: () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 600)),
        arrives: "datetime(2026, 1, 2, 3, 4, 5, 600000, tzinfo=UTC)",
      },
      {
        pass: () => Temporal.Instant.from("2026-01-02T03:04:05.123456789Z"),
        arrives: "datetime(2026, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)",
      },
      {
        pass: () =>
          Temporal.ZonedDateTime.from("2026-07-02T03:04[Europe/Zurich]"),
        arrives:
          "datetime(2026, 7, 2, 3, 4, tzinfo=timezone(timedelta(hours=2)))",
      },
      {
        pass: () => Temporal.PlainDateTime.from("2026-01-02T03:04"),
        arrives: "datetime(2026, 1, 2, 3, 4)",
      },
      {
        pass: () => Temporal.PlainDate.from("2026-01-02"),
        arrives: "date(2026, 1, 2)",
      },
      {
        pass: () => Temporal.PlainTime.from("03:04:05.6"),
        arrives: "time(3, 4, 5, 600000)",
      },
      {
        pass: () => Temporal.Duration.from({ days: 1, milliseconds: 5 }),
        arrives: "timedelta(days=1, milliseconds=5)",
      },
    ],
    toHost: [
      {
        pass: "datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)",
        arrives: () =>
          Temporal.ZonedDateTime.from("2026-01-02T03:04:05.000006[UTC]"),
      },
      {
        pass: "datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=-5.5)))",
        arrives: () => Temporal.ZonedDateTime.from("2026-01-02T00:00[-05:30]"),
      },
      {
        pass: "datetime(2026, 1, 2, 3)",
        arrives: () => Temporal.PlainDateTime.from("2026-01-02T03:00"),
      },
      {
        pass: "date(1, 2, 3)",
        arrives: () => Temporal.PlainDate.from("0001-02-03"),
      },
      {
        pass: "time(1, 2, 3, 4)",
        arrives: () => Temporal.PlainTime.from("01:02:03.000004"),
      },
      {
        pass: "timedelta(days=-1, microseconds=1)",
        arrives: () => Temporal.Duration.from("-PT86399.999999S"),
      },
    ],
  },
  {
    title: "Exact numbers and names",
    toPython: [
      { pass: () => new Decimal("19.90"), arrives: "Decimal('19.90')" },
      { pass: () => new Decimal("-0"), arrives: "Decimal('-0')" },
      { pass: () => new Decimal("1E+400"), arrives: "Decimal('1E+400')" },
      { pass: () => new Decimal("NaN"), arrives: "Decimal('NaN')" },
      {
        pass: () => new Uuid("12345678-9abc-def0-1234-56789abcdef0"),
        arrives: "UUID('12345678-9abc-def0-1234-56789abcdef0')",
      },
      { pass: () => new Complex(1.5, -2), arrives: "1.5 - 2j" },
    ],
    toHost: [
      { pass: "Decimal('19.90')", arrives: () => new Decimal("19.90") },
      { pass: "Decimal('-0')", arrives: () => new Decimal("-0") },
      { pass: "Decimal('1E+400')", arrives: () => new Decimal("1E+400") },
      { pass: "Decimal('-Infinity')", arrives: () => new Decimal("-Infinity") },
      {
        pass: "UUID(int=5)",
        arrives: () => new Uuid("00000000-0000-0000-0000-000000000005"),
      },
      { pass: "Color.RED", arrives: () => "red" },
      { pass: "Level.HIGH", arrives: () => 3 },
      { pass: "Access.READ | Access.WRITE", arrives: () => 3 },
      {
        pass: "Text('of a subclass of str')",
        arrives: () => "of a subclass of str",
      },
    ],
  },
];

/** What a host cannot pass. */
export const REFUSED_BY_HOST: readonly Refused<() => unknown>[] = [
  { pass: () => Symbol("s"), message: "argument 1: cannot pass a symbol" },
  {
    pass: () => ({ items: [0, 1, 2, { when: Symbol() }] }),
    message: "argument 1, items[3].when: cannot pass a symbol",
  },
  {
    pass: () => ["a\ud800"],
    message:
      "argument 1, [0]: cannot pass text with a lone surrogate, which has no UTF-8",
  },
  {
    pass: () => /x/,
    message:
      "argument 1: cannot pass an instance of RegExp: pass plain data, or a function",
  },
  {
    pass: () => ({ "a b": new WeakMap() }),
    message:
      'argument 1, ["a b"]: cannot pass an instance of WeakMap: pass plain data, or a function',
  },
  {
    pass: () => new Date(NaN),
    message: "argument 1: cannot pass an invalid Date",
  },
  {
    pass: () => new Date(-1e14),
    message: "argument 1: cannot pass a Date outside the years 1 to 9999",
  },
  {
    pass: () => Temporal.Duration.from({ months: 1 }),
    message: "argument 1: cannot pass a Temporal.Duration with years or months",
  },
  {
    pass: () => new Map([[{}, 1]]),
    message:
      "argument 1, keys()[0]: cannot pass an object as a key or in a Set: Python cannot hash it",
  },
  {
    pass: () => new Set<unknown>([1, true]),
    message:
      "argument 1, values()[1]: cannot pass true beside a key that Python takes for the same",
  },
  {
    pass: () => {
      const cycle: unknown[] = [];
      cycle.push({ cycle });
      return cycle;
    },
    message: "argument 1, [0].cycle: cannot pass a value that contains itself",
  },
];

/** What a plugin cannot pass; the message when a function returned it. */
export const REFUSED_BY_PLUGIN: readonly Refused<string>[] = [
  {
    pass: "{'items': [0, 1, 2, {'when': 'a\\ud800'}]}",
    message:
      "result, items[3].when: cannot pass text with a lone surrogate, which has no UTF-8",
  },
  {
    pass: "[Point(1, {'a b': '\\ud800'})]",
    message:
      "result, [0].y['a b']: cannot pass text with a lone surrogate, which has no UTF-8",
  },
  {
    pass: "(lambda x: x.append(x) or x)([])",
    message: "result, [0]: cannot pass a value that contains itself",
  },
  {
    pass: "time(1, tzinfo=UTC)",
    message: "result: cannot pass a datetime.time with a time zone",
  },
  {
    pass: "datetime(2026, 1, 2, tzinfo=timezone(timedelta(seconds=1)))",
    message:
      "result: cannot pass a datetime with seconds in its offset from UTC",
  },
  {
    pass: "array('w', 'ab')",
    message: "result: cannot pass an array of the format 'w'",
  },
  {
    pass: "{Color.RED: 1, 'red': 2}",
    message:
      "result, [<Color.RED: 'red'>]: cannot pass a key that the host takes for another",
  },
];

/** What the table's expressions name. */
export const PREAMBLE = `
import dataclasses, enum, typing
from array import array
from collections import OrderedDict
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import PurePosixPath
from uuid import UUID

class Color(enum.Enum):
    RED = "red"
class Level(enum.IntEnum):
    HIGH = 3
class Access(enum.Flag):
    READ = 1
    WRITE = 2
@dataclasses.dataclass
class Point:
    x: int
    y: object
    count: typing.ClassVar[int] = 0
class Pair(typing.NamedTuple):
    left: int
    right: int
class Movie(typing.TypedDict):
    title: str
class Text(str):
    def __str__(self): return "overridden"
`;
