import { assertEquals } from "@std/assert";
import { Decoder } from "../../src/bridge/decode.ts";
import { CannotPass } from "../../src/bridge/encode.ts";
import { WireError, WireReader } from "../../src/bridge/wire_reader.ts";
import { PluginError } from "../../src/errors.ts";
import { type Target, target } from "./target.ts";
import { anyWire, encode } from "./wires.ts";

/** The host reads any bytes: a value, or one of two errors. */
export function wireToHost(): Target {
  return target({
    name: "wire-to-host",
    share: 500_000,
    batch: 1,
    inputs: anyWire(),
    try(wire) {
      const value = decode(wire);
      if (value === REFUSED) return;
      const again = reencode(value);
      // What was read can be written, and is then written the same way.
      if (again !== undefined) assertEquals(encode(decode(again)), again);
    },
  });
}

const REFUSED = Symbol("refused");

function decode(wire: Uint8Array): unknown {
  const decoder = new Decoder(new WireReader(wire), {
    pythonObject: (number, kind, name) => ({ number, kind, name }),
    hostObject: (number) => ({ number }),
    pythonError: (parts) => ({ parts }),
    attached: () => undefined,
  });
  try {
    return decoder.value();
  } catch (error) {
    if (error instanceof WireError || error instanceof PluginError) {
      return REFUSED;
    }
    throw error;
  }
}

function reencode(value: unknown): Uint8Array | undefined {
  try {
    return encode(value);
  } catch (error) {
    if (error instanceof CannotPass) return undefined;
    throw error;
  }
}
