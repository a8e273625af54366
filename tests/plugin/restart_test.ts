import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { loadPlugin, PluginClosed, PluginCrashed } from "../../mod.ts";

const SOURCE = `
import os
count = 0
def die():
    inner()
def inner(): os.abort()
def add():
    global count
    count += 1
    return count
`;

Deno.test("a crash tells where Python was, and what it did last", async () => {
  await using plugin = await loadPlugin({ source: SOURCE });
  const error = await assertRejects(() => plugin.call("die"), PluginCrashed);
  const file = "/plugin/plugin.py";
  assertEquals(error.frames, [
    { file, line: 5, function: "die" },
    { file, line: 6, function: "inner" },
  ]);
  assertEquals(error.syscalls.length > 0, true);
  await assertRejects(() => plugin.call("add"), PluginClosed, "has crashed");
});

Deno.test("with restart: auto the next call runs on a new instance", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, {
    restart: "auto",
  });
  assertEquals(await plugin.call("add"), 1);
  assertEquals(await plugin.call("add"), 2);
  await assertRejects(() => plugin.call("die"), PluginCrashed);
  assertEquals([plugin.alive, plugin.handles], [true, 0]);
  assertThrows(() => plugin.callSync("add"), PluginClosed, "loaded anew");
  const calls = [plugin.call("add"), plugin.call("add")];
  assertEquals(await Promise.all(calls), [1, 2]);
  assertEquals(plugin.callSync("add"), 3);
});

Deno.test("a plugin that was closed is not started again", async () => {
  const plugin = await loadPlugin({ source: SOURCE }, { restart: "auto" });
  await assertRejects(() => plugin.call("die"), PluginCrashed);
  await plugin.close();
  assertEquals(plugin.alive, false);
  await assertRejects(() => plugin.call("add"), PluginClosed);
});

Deno.test("restart takes two words", async () => {
  await assertRejects(
    () => loadPlugin({ source: "" }, { restart: "always" as "auto" }),
    TypeError,
    'Cannot restart "always"',
  );
});
