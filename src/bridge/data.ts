/**
 * Values that are data as CBOR, for who is neither guest nor host.
 *
 * @module
 */

import { CannotPass } from "./cannot_pass.ts";
import { Decoder } from "./decode.ts";
import { Encoder } from "./encode.ts";
import { WireError, WireReader } from "./wire_reader.ts";
import { WireWriter } from "./wire_writer.ts";

export { CannotPass, WireError };

const NOTHING = () => undefined;

/**
 * A value as CBOR.
 *
 * @throws {CannotPass} When it, or something in it, is no data.
 */
export function encodeData(value: unknown): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter();
  new Encoder(writer, { hostParts: NOTHING, pythonNumber: NOTHING })
    .value(value);
  return writer.written();
}

/**
 * The value that CBOR is.
 *
 * @throws {WireError} When it is none, or stands for what is no data.
 * @throws {PluginError} When it has too many parts.
 */
export function decodeData(bytes: Uint8Array): unknown {
  const reader = new WireReader(bytes);
  const decoder = new Decoder(reader, {
    pythonObject: NOTHING,
    hostObject: NOTHING,
  });
  const value = decoder.value();
  if (decoder.left > 0) throw reader.wrong("bytes behind the value");
  return value;
}
