import { assertEquals, assertThrows } from "@std/assert";
import type { Instance } from "../../src/runtime/mod.ts";
import { openBridge } from "./open_bridge.ts";

const SOURCE = `
def echo(value): return value
def sizes(*values): return [len(value) for value in values]
def grow(size):
    global kept
    kept = bytes(size)
    return size
`;
const MIB = 1024 * 1024;

Deno.test("code that runs while a message is written may send others", async () => {
  const bridge = await openBridge(SOURCE);
  let inner: unknown;
  const value = {
    before: "x".repeat(100),
    get inside() {
      const again = {
        text: "inner",
        get deeper() {
          return bridge.call("echo", ["deepest"]);
        },
      };
      return inner = bridge.call("echo", [again]);
    },
    after: ["y".repeat(10_000), 1, 2],
  };
  assertEquals(bridge.call("echo", [value]), {
    before: "x".repeat(100),
    inside: { text: "inner", deeper: "deepest" },
    after: ["y".repeat(10_000), 1, 2],
  });
  assertEquals(inner, { text: "inner", deeper: "deepest" });
  assertEquals(bridge.handles, 0);
});

Deno.test("memory that grows while a message is written loses none of it", async () => {
  let pages = () => 0;
  const bridge = await openBridge(
    SOURCE,
    {},
    undefined,
    ({ memory }: Instance) => {
      pages = () => memory.bytes(0, 0).buffer.byteLength;
    },
  );
  const before = pages();
  const value = {
    head: "h".repeat(50),
    get grown() {
      return bridge.call("grow", [16 * MIB]);
    },
    bytes: new Uint8Array(32 * MIB).fill(9), // grows it once more
    tail: [1, "t".repeat(50)],
  };
  assertEquals(bridge.call("echo", [value]), {
    head: "h".repeat(50),
    grown: 16 * MIB,
    bytes: new Uint8Array(32 * MIB).fill(9),
    tail: [1, "t".repeat(50)],
  });
  assertEquals(pages() > before + 32 * MIB, true);
});

Deno.test("messages of every size follow each other", async () => {
  const bridge = await openBridge(SOURCE);
  for (const size of [0, 4000, 5000, 3 * MIB, 10, 70_000, 2 * MIB, 1]) {
    const text = "é".repeat(size);
    const bytes = new Uint8Array(size).fill(size);
    const items = new Array(Math.min(size, 100_000)).fill(-1);
    assertEquals(bridge.call("sizes", [text, bytes, items]), [
      size,
      size,
      items.length,
    ]);
    assertEquals(bridge.call("echo", [[text, bytes]]), [text, bytes]);
  }
});

Deno.test("what a message names is let go of when it cannot be sent", async () => {
  const bridge = await openBridge(SOURCE);
  const bytes = new Uint8Array(MIB);
  const held = bridge.hostObjects.size;
  for (const value of [Symbol(), new WeakMap()]) {
    assertThrows(() => bridge.call("echo", [bytes, () => 1, value]), TypeError);
  }
  assertThrows(() =>
    bridge.call("echo", [bytes, {
      get fails() {
        throw new SyntaxError("a getter");
      },
    }]), SyntaxError);
  assertEquals([bridge.handles, bridge.hostObjects.size], [0, held]);
});

Deno.test("long bytes are a copy on both sides", async () => {
  const bridge = await openBridge(`
kept = bytearray(b"a" * 10_000)
def keep(value):
    global kept
    kept = value
def view(): return [kept, memoryview(kept)[2:], kept]
def change(): kept[0] = 98
`);
  const [first, second] = bridge.call("view", []) as Uint8Array[];
  bridge.call("change", []);
  assertEquals([first?.[0], second?.length], [97, 9998]);
  assertEquals((bridge.call("view", []) as Uint8Array[])[0]?.[0], 98);
  bridge.ask("execute", "kept.append(1)"); // it is not exported any more
  const mine = new Uint8Array(10_000).fill(1);
  bridge.call("keep", [mine]);
  mine.fill(2);
  assertEquals((bridge.call("view", []) as Uint8Array[])[2]?.[9999], 1);
});
