import { assertEquals, assertRejects } from "@std/assert";
import {
  LimitError,
  loadPlugin,
  PluginClosed,
  PluginLoadError,
  PluginSnapshot,
} from "../../../mod.ts";

const WORKER = { isolation: "worker" } as const;
const SOURCE = `
words = []
def add(word):
    words.append(word)
    return words
def in_c(): return sum(range(10**12)) # only its thread can be ended
`;

for (const isolation of ["thread", "worker"] as const) {
  Deno.test(`a worker goes on from a snapshot of a ${isolation}, and from its bytes`, async () => {
    await using plugin = await loadPlugin({ source: SOURCE }, { isolation });
    await plugin.call("add", ["one"]);
    const snapshot = await plugin.snapshot();
    const again = await PluginSnapshot.fromBytes(await snapshot.toBytes());
    await using two = await snapshot.start(WORKER);
    await using three = await again.start(WORKER);
    assertEquals(await two.call("add", ["two"]), ["one", "two"]);
    assertEquals(await three.call("add", ["three"]), ["one", "three"]);
    await two.reset();
    assertEquals(two.callSync("add", ["four"]), ["one", "four"]);
  });
}

Deno.test("a worker that was ended with its thread comes back by reset()", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, WORKER);
  await plugin.call("add", ["one"]);
  await plugin.snapshot();
  await plugin.call("add", ["two"]);
  await assertRejects(
    () => plugin.call("in_c", [], { timeout: 100 }),
    LimitError,
  );
  assertEquals(plugin.alive, false);
  await plugin.reset();
  assertEquals(await plugin.call("add", ["three"]), ["one", "three"]);
  await plugin.close();
  await assertRejects(() => plugin.reset(), PluginClosed);
});

Deno.test("host functions are those of who starts the snapshot, in a worker too", async () => {
  const source = "import host\ndef ask(): return host.name()\n";
  const host = (name: string) => ({ host: { name: () => name } });
  await using plugin = await loadPlugin({ source }, {
    ...WORKER,
    ...host("a"),
  });
  const snapshot = await plugin.snapshot();
  await using other = await snapshot.start({ ...WORKER, ...host("b") });
  assertEquals(await other.call("ask"), "b");
  await plugin.reset();
  assertEquals(await plugin.call("ask"), "a");
  await assertRejects(() => snapshot.start(WORKER), TypeError, "host.name");
});

Deno.test("a worker has no room for a snapshot that is too large for it", async () => {
  await using plugin = await loadPlugin({
    source: "big = bytearray(64 * 1024 * 1024)",
  }, WORKER);
  const snapshot = await plugin.snapshot();
  await assertRejects(
    () => snapshot.start({ ...WORKER, limits: { memory: "40MiB" } }),
    PluginLoadError,
    "raise limits.memory",
  );
});
