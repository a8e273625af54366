import { assert } from "@std/assert";
import type { Instance } from "../../src/runtime/mod.ts";
import { openBridge } from "../bridge/open_bridge.ts";
import { editedBytes } from "./edits.ts";
import { type Target, target } from "./target.ts";
import { anyWire, encode } from "./wires.ts";
import fc from "fast-check";

/** A guest that sends any message where a call of the host's should be. */
export async function callsOfHost(): Promise<Target> {
  let instance: Instance | undefined;
  const host = { echo: (...args: unknown[]) => args };
  const bridge = await openBridge("", host, undefined, (it) => instance = it);
  const { memory, se2 } = instance as unknown as Instance;
  const room = se2.allocate(4096);
  const hostCall = bridge.imports["host_call"] as (
    pointer: number,
    size: number,
  ) => number;
  const good = fc.tuple(fc.nat(4), fc.array(fc.jsonValue(), { maxLength: 3 }))
    .map(([number, args]) => Uint8Array.of(...encode(number), ...encode(args)));
  return target({
    name: "calls-of-host",
    share: 50_000,
    batch: 1,
    inputs: fc.record({
      message: fc.oneof(editedBytes(good), anyWire()),
      where: fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer() },
      ),
      more: fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer() },
      ),
    }),
    try({ message, where, more }) {
      const sent = message.subarray(0, 4096);
      memory.bytes(room, 4096).set(sent);
      const answer = hostCall(room + where | 0, sent.length + more | 0);
      assert(Number.isInteger(answer) && answer >= -1, `answer ${answer}`);
      assert(bridge.isAlive, "the message ended the instance");
    },
  });
}
