import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { PythonError } from "../../src/errors.ts";
import { Encoder, MAX_DEPTH } from "../../src/bridge/encode.ts";
import { Tag } from "../../src/bridge/tags.ts";
import { WireWriter } from "../../src/bridge/wire_writer.ts";
import { VECTORS } from "./cbor_vectors.ts";
import { openBridge, times } from "./open_bridge.ts";

/** The wire as Python's part reads and writes it. */
const SOURCE = `
import _plug

def read(wire): return _plug.from_wire(wire)
def write(value): return _plug.to_wire(value)

def attack(wires):
    """How many wires are a value; what the others raise is a ValueError."""
    values = 0
    for wire in wires:
        try: _plug.from_wire(wire)
        except (ValueError, TypeError, OverflowError, ReferenceError): pass
        else: values += 1
    return values
`;

const hex = (text: string) => Uint8Array.fromHex(text);

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const out = new WireWriter();
  new Encoder(out, {
    hostParts: () => undefined,
    pythonNumber: () => undefined,
  }).value(value);
  return out.toBytes();
}

Deno.test("wrapper/tags.h and codec.h have the numbers of tags.ts", async () => {
  const header = await Deno.readTextFile("wrapper/tags.h");
  const defined = [...header.matchAll(/^#define TAG_(\w+) (\w+)$/gm)]
    .map(([, name, number]) => [name, Number(number)]);
  assertEquals(Object.fromEntries(defined), Tag);
  const codec = await Deno.readTextFile("wrapper/codec.h");
  assertStringIncludes(codec, `#define PLUG_MAX_DEPTH ${MAX_DEPTH}\n`);
});

Deno.test("all 81 vectors of RFC 8949 appendix A are there", () => {
  assertEquals(VECTORS.length, 81);
  assertEquals(new Set(VECTORS.map(({ bytes }) => bytes)).size, 81);
});

Deno.test("Python reads and writes the vectors of RFC 8949 as we do", async () => {
  const bridge = await openBridge(SOURCE);
  for (const { bytes, value, refused, written } of VECTORS) {
    if (refused) {
      assertThrows(
        () => bridge.call("read", [hex(bytes)]),
        PythonError,
        "cannot read the wire",
      );
      continue;
    }
    const came = bridge.call("read", [hex(bytes)]);
    assertEquals(String(came), String(value), bytes);
    assertEquals(came, value, bytes);
    if (written && !Number.isInteger(value)) {
      const wire = bridge.call("write", [value]) as Uint8Array;
      assertEquals(wire.toHex(), bytes);
    }
  }
});

Deno.test("Python's part refuses what JavaScript would never send", async () => {
  const bridge = await openBridge(SOURCE);
  const wrong: [bytes: string, message: string][] = [
    ["a1a00102", "byte 2: a dict as a key"],
    ["a201000100", "two keys of a dict that are equal"],
    ["d90102820101", "two items of a set that are equal"],
    ["d9010201", "a set that is no array"],
    ["81".repeat(201) + "00", "nested deeper than 200"],
    ["c6".repeat(100_000), "cannot read the wire"],
    ["9b7fffffffffffffff", "a length past the end"],
    ["5bffffffffffffffff", "a length past the end"],
    ["62c328", "the text is not UTF-8"],
    ["63eda080", "the text is not UTF-8"],
    ["da7079000300", "the handle 0 has been released"],
    ["da707900071b7fffffffffffffff", "has been released"],
    ["c2820102", "a bignum that is no byte string"],
    ["d8ff00", "the unknown tag 255"],
    ["da7079000500", "with the wrong content"], // an error that is no record
    ["da70790005a0", "with the wrong content"], // one without a name
    ["c13b00fb41d452d9ec20", "with the wrong content"], // a time too far away
    ["0000", "bytes behind the value"],
  ];
  for (const [bytes, message] of wrong) {
    const error = assertThrows(
      () => bridge.call("read", [hex(bytes)]),
      PythonError,
    );
    assertStringIncludes(error.message, message, bytes);
  }
  assertEquals(bridge.call("read", [hex("a1810102")]), new Map([[[1], 2]]));
  assertEquals(bridge.call("read", [hex("01")]), 1);
});

Deno.test("cut and flipped bytes never end the guest", async () => {
  const bridge = await openBridge(SOURCE);
  const part = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 60 }),
    anyWire(),
    damaged(),
  );
  const wires = fc.sample(part, times(10_000));
  let values = 0;
  for (let i = 0; i < wires.length; i += 500) {
    values += bridge.call("attack", [wires.slice(i, i + 500)]) as number;
  }
  assertEquals(values > wires.length / 20, true, `${values} were values`);
  assertEquals(bridge.call("read", [hex("182a")]), 42);
});

/** The wire of some value. */
function anyWire(): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  return fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
  }).filter(canPass).map(encode);
}

function canPass(value: unknown): boolean {
  try {
    encode(value);
    return true;
  } catch {
    return false;
  }
}

/** A wire that was cut somewhere, with bytes that were changed. */
function damaged(): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  return fc.tuple(
    anyWire(),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
    fc.nat(),
    fc.boolean(),
  ).map(([wire, changes, cut, isCut]) => {
    for (const [at, byte] of changes) wire[at % wire.length] = byte;
    return isCut ? wire.slice(0, cut % (wire.length + 1)) : wire;
  });
}
