import { assertEquals } from "@std/assert";
import type { Bridge } from "../../src/bridge/mod.ts";
import { openBridge } from "../bridge/open_bridge.ts";
import { batchOf, type Target, target } from "./target.ts";
import { anyWire } from "./wires.ts";

const SOURCE = `
import _plug

def attack(wires):
    for wire in wires:
        try: value = _plug.from_wire(wire)
        except (ValueError, TypeError, OverflowError, ReferenceError): continue
        try: again = _plug.to_wire(value)
        except (TypeError, ValueError): continue
        _plug.from_wire(again)
    return 42
`;

/** Python's part reads any bytes: a value, or an ordinary exception. */
export async function wireToGuest(): Promise<Target> {
  let bridge: Bridge = await openBridge(SOURCE);
  return target({
    name: "wire-to-guest",
    share: 260_000,
    batch: 100,
    inputs: batchOf(anyWire(), 100),
    async try(wires) {
      // One that ended before is no finding of this input's.
      if (!bridge.isAlive) bridge = await openBridge(SOURCE);
      assertEquals(bridge.call("attack", [wires]), 42);
    },
  });
}
