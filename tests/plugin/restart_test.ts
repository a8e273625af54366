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
  assertThrows(() => plugin.callSync("add"), PluginClosed, "started anew");
  const calls = [plugin.call("add"), plugin.call("add")];
  assertEquals(await Promise.all(calls), [1, 2]);
  assertEquals(plugin.callSync("add"), 3);
});

Deno.test("a restart goes on from where the plugin was loaded, which it is once", async () => {
  let loads = 0;
  await using plugin = await loadPlugin({
    source: `import host, os, random
host.loaded()
words = []
def add(word): words.append(word); return words
def drawn(): return [os.urandom(8).hex(), random.random()]
def variable(): return os.environ["NAME"]
`,
  }, {
    host: { loaded: () => void (loads += 1) },
    grants: { env: { NAME: "value" } },
    restart: "auto",
  });
  const drawn = [];
  for (const word of ["one", "two", "three"]) {
    assertEquals(await plugin.call("add", [word]), [word]);
    assertEquals(await plugin.call("variable"), "value");
    drawn.push(...await plugin.call<unknown[]>("drawn"));
    await assertRejects(() => plugin.exec("os.abort()"), PluginCrashed);
  }
  assertEquals(loads, 1);
  assertEquals(new Set(drawn).size, drawn.length);
});

Deno.test("a plugin that cannot be saved is loaded again by a restart", async () => {
  let loads = 0;
  await using plugin = await loadPlugin({
    source: `import host, os
host.loaded()
file = open("/tmp/notes", "w+")
def write(text): return file.write(text)
`,
  }, {
    host: { loaded: () => void (loads += 1) },
    grants: { tmp: true },
    restart: "auto",
  });
  assertEquals(await plugin.call("write", ["four"]), 4);
  await assertRejects(() => plugin.exec("os.abort()"), PluginCrashed);
  assertEquals(await plugin.call("write", ["again"]), 5);
  assertEquals(loads, 2);
});

Deno.test("a restart goes back to the last snapshot, as reset() does", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, {
    restart: "auto",
  });
  await plugin.call("add");
  await plugin.snapshot();
  await plugin.call("add");
  await assertRejects(() => plugin.call("die"), PluginCrashed);
  assertEquals(await plugin.call("add"), 2);
});

Deno.test("a host function may call a plugin that has crashed in it", async () => {
  const source = "import host, os\ndef ask(): return host.ask()\n" +
    "def die(): os.abort()\ndef answer(): return 42\n";
  const answer = Promise.withResolvers<unknown>();
  await using plugin = await loadPlugin({ source }, {
    restart: "auto",
    host: {
      ask: () => {
        assertThrows(() => plugin.callSync("die"), PluginCrashed);
        answer.resolve(plugin.call("answer"));
      },
    },
  });
  await assertRejects(() => plugin.call("ask"), PluginCrashed);
  assertEquals(await plugin.call("answer"), 42);
  assertEquals(await answer.promise, 42);
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
