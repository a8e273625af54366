import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { loadPlugin, PluginClosed, type PyCallable } from "../../mod.ts";
import { loadArtifact } from "../../src/runtime/mod.ts";

const SOURCE = `
import asyncio, host
secret = "".join(["mar", "ker"]) * 1000

def double(n): return 2 * n
def function(): return double
async def wait(): return await host.never.aio()
`;
const host = { never: () => new Promise(() => {}) };

/** All memories that wait, and new ones: whoever asks for them has them. */
async function waitingMemories(): Promise<Uint8Array[]> {
  const { memories } = await loadArtifact();
  const maximum = 16384;
  const found: Uint8Array[] = [];
  for (let i = 0; i < 4; i++) {
    const bytes = new Uint8Array(memories.take(maximum).buffer);
    found.push(bytes);
  }
  return found;
}

Deno.test("a memory that waits for the next guest holds nothing of the last one", async () => {
  const plugin = await loadPlugin({ source: SOURCE }, { host });
  assertEquals(await plugin.call("double", [2]), 4);
  await plugin.close();
  for (const bytes of await waitingMemories()) {
    assert(bytes.every((byte) => byte === 0));
  }
});

Deno.test("what is left of a closed plugin cannot reach into the next one's memory", async () => {
  const { memories } = await loadArtifact();
  const taken: WebAssembly.Memory[] = [];
  const { take } = memories;
  memories.take = function (maximum) {
    const memory = take.call(this, maximum);
    taken.push(memory);
    return memory;
  };
  try {
    const first = await loadPlugin({ source: SOURCE }, { host });
    const double = await first.call<PyCallable>("function");
    await first.close();
    await using second = await loadPlugin({ source: SOURCE }, { host });
    assert(taken[0] === taken[1], "the memory was not used again");
    await second.exec("kept = bytes(range(256)) * 64");
    const memory = new Uint8Array(taken[1]?.buffer ?? new ArrayBuffer(0));
    const before = memory.slice();
    assertThrows(
      () => first.callSync("double", ["x".repeat(999)]),
      PluginClosed,
    );
    await assertRejects(() => first.run("y".repeat(999)), PluginClosed);
    await assertRejects(
      async () => await double("z".repeat(999)),
      PluginClosed,
    );
    double[Symbol.dispose]();
    assertEquals(memory.every((byte, at) => byte === before[at]), true);
    assertEquals(await second.call("double", [4]), 8);
  } finally {
    memories.take = take;
  }
});

Deno.test("the memory of a plugin in the middle of a call is nobody else's", async () => {
  await waitingMemories();
  const plugin = await loadPlugin({ source: SOURCE }, { host });
  const call = plugin.call("wait");
  await new Promise((resolve) => setTimeout(resolve));
  await plugin.close();
  await assertRejects(() => call, PluginClosed);
  const { memories } = await loadArtifact();
  const fresh = new Uint8Array(memories.take(16384).buffer);
  const other = new Uint8Array(memories.take(16384).buffer);
  assert(
    fresh.every((byte) => byte === 0) && other.every((byte) => byte === 0),
  );
});

Deno.test("a plugin that has crashed gives no memory to anybody", async () => {
  await waitingMemories();
  await using plugin = await loadPlugin({ source: SOURCE }, { host });
  const { memories } = await loadArtifact();
  let given = 0;
  const { give } = memories;
  memories.give = function (...args) {
    given++;
    return give.apply(this, args);
  };
  try {
    await assertRejects(() => plugin.exec("import os; os._exit(1)"));
    await plugin.close();
    assertEquals(given, 0);
    await (await loadPlugin({ source: SOURCE }, { host })).close();
    assertEquals(given, 1);
  } finally {
    memories.give = give;
  }
});

Deno.test("plugins that come and go leave the process no larger", async () => {
  const cycle = async () => {
    await using plugin = await loadPlugin({ source: "def f(): return 1" });
    assertEquals(await plugin.call("f"), 1);
  };
  for (let i = 0; i < 20; i++) await cycle();
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 300; i++) await cycle();
  // Each has 8 MB of its own: if they stayed, it would be 2.4 GB.
  const grown = Deno.memoryUsage().rss - before;
  assert(grown < 500e6, `${grown} bytes`);
});
