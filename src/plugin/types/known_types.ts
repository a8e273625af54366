/**
 * Types of TypeScript, the platform and this package that the bridge knows.
 *
 * @module
 */

import type { HostType } from "./host_shape.ts";

/** What nothing is known of. */
export const ANY: HostType = { kind: "any" };

/** Types that are words of the language. */
export const KEYWORDS: Readonly<Record<string, HostType>> = {
  string: { kind: "text" },
  number: { kind: "number" },
  bigint: { kind: "int" },
  boolean: { kind: "bool" },
  null: { kind: "none" },
  undefined: { kind: "none" },
  void: { kind: "none" },
};

type Build = (...args: readonly HostType[]) => HostType;

const bytes: Build = () => ({ kind: "bytes" });
const list: Build = (item = ANY) => ({ kind: "list", item });
const set: Build = (item = ANY) => ({ kind: "set", item });
const stream: Build = (item = ANY) => ({ kind: "stream", item });
const promise: Build = (item = ANY) => ({ kind: "promise", item });
const same: Build = (item = ANY) => item;
const map: Build = (key = ANY, value = ANY) => ({ kind: "map", key, value });
const array = (name: "int" | "number"): Build => () => ({
  kind: "array",
  item: { kind: name },
});
const python = (module: string, name: string): Build => () => ({
  kind: "class",
  module,
  name,
});
const datetime: Build = () => ({ kind: "datetime" });
const object: Build = () => ({ kind: "object" });

/** Types that have a name, by what their arguments are. */
export const KNOWN: Readonly<Record<string, Build>> = {
  "Array": list,
  "ReadonlyArray": list,
  "Set": set,
  "ReadonlySet": set,
  "Map": map,
  "ReadonlyMap": map,
  "Record": map,
  "Readonly": same,
  "Awaited": same,
  "Promise": promise,
  "PromiseLike": promise,
  "Iterable": stream,
  "Iterator": stream,
  "IterableIterator": stream,
  "Generator": stream,
  "AsyncIterable": stream,
  "AsyncIterator": stream,
  "AsyncIterableIterator": stream,
  "AsyncGenerator": stream,
  "ReadableStream": stream,
  "Uint8Array": bytes,
  "ArrayBuffer": bytes,
  "ArrayBufferView": bytes,
  "DataView": bytes,
  "Int8Array": array("int"),
  "Uint8ClampedArray": array("int"),
  "Int16Array": array("int"),
  "Uint16Array": array("int"),
  "Int32Array": array("int"),
  "Uint32Array": array("int"),
  "BigInt64Array": array("int"),
  "BigUint64Array": array("int"),
  "Float32Array": array("number"),
  "Float64Array": array("number"),
  "Date": datetime,
  "Temporal.Instant": datetime,
  "Temporal.ZonedDateTime": datetime,
  "Temporal.PlainDateTime": datetime,
  "Temporal.PlainDate": python("datetime", "date"),
  "Temporal.PlainTime": python("datetime", "time"),
  "Temporal.Duration": python("datetime", "timedelta"),
  "Decimal": python("decimal", "Decimal"),
  "Uuid": python("uuid", "UUID"),
  "Complex": python("builtins", "complex"),
  "PyObject": object,
  "PyCallable": object,
  "Error": python("builtins", "Exception"),
};
