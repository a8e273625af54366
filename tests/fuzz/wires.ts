/**
 * Bytes that are CBOR, nearly CBOR, and not CBOR at all.
 *
 * @module
 */

import fc from "fast-check";
import { Encoder } from "../../src/bridge/encode.ts";
import { Tag } from "../../src/bridge/tags.ts";
import { WireWriter } from "../../src/bridge/wire_writer.ts";
import { VECTORS } from "../bridge/cbor_vectors.ts";
import { editedBytes } from "./edits.ts";

/**
 * The wire of a value.
 *
 * @param value Plain data.
 * @returns Its bytes.
 */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const out = new WireWriter();
  const encoder = new Encoder(out, {
    hostParts: () => undefined,
    pythonNumber: () => undefined,
  });
  encoder.value(value);
  return out.toBytes();
}

const vector = fc.constantFrom(
  ...VECTORS.map(({ bytes }) => Uint8Array.fromHex(bytes)),
);

/** A tag with anything behind it. */
const tagged = fc.tuple(
  fc.constantFrom(...Object.values(Tag)),
  fc.oneof(vector, fc.uint8Array({ maxLength: 12 })),
).map(([tag, content]) => {
  const head = new DataView(new ArrayBuffer(5));
  head.setUint8(0, 0xda);
  head.setUint32(1, tag);
  return Uint8Array.of(...new Uint8Array(head.buffer), ...content);
});

/** Some values' wires, made once: to make them takes longer than to read. */
function someValues(): Uint8Array[] {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
  });
  return fc.sample(anything, { numRuns: 3000, seed: 1 }).flatMap((value) => {
    try {
      return [encode(value)];
    } catch {
      return []; // it cannot cross, and there are enough that can
    }
  });
}

/**
 * Any bytes that a reader of the wire may meet.
 *
 * @returns A fresh generator.
 */
export function anyWire(): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const values = fc.constantFrom(...someValues());
  return fc.oneof(
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    { weight: 4, arbitrary: editedBytes(values) },
    { weight: 2, arbitrary: editedBytes(vector) },
    { weight: 2, arbitrary: editedBytes(tagged) },
  ) as fc.Arbitrary<Uint8Array<ArrayBuffer>>;
}
