import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  loadPlugin,
  type Plugin,
  PluginClosed,
  PluginError,
  PluginLoadError,
  type PluginOptions,
  type PyObject,
} from "../../mod.ts";

const SOURCE = `
import host
n = 1
class Named:
    def __init__(self, name): self.name = name
    def __str__(self): return self.name
def wait(): return host.wait()
def ask(): return host.ask()
def run_e(payload, ident): pass
`;
const LONG_LIVED = ["thread", "worker"] as const;
const ALL = [...LONG_LIVED, "call"] as const;

/** A plugin, and a host function of it that is never done. */
async function waiting(
  isolation: NonNullable<PluginOptions["isolation"]>,
  ask: (plugin: Plugin) => unknown = () => {},
) {
  const begun = Promise.withResolvers<void>();
  const wait = () => {
    begun.resolve();
    return new Promise(() => {});
  };
  const plugin: Plugin = await loadPlugin({ source: SOURCE }, {
    isolation,
    host: { wait, ask: () => ask(plugin) },
  });
  return { plugin, begun: begun.promise };
}

for (const isolation of ALL) {
  Deno.test(`reset() ends a call that waits for ever (${isolation})`, async () => {
    const { plugin, begun } = await waiting(isolation);
    await using _closed = plugin;
    const call = plugin.call("wait");
    const rejected = assertRejects(() => call, PluginClosed, "was reset");
    await begun;
    await plugin.reset();
    await rejected;
    assertEquals(await plugin.evaluate("n"), 1);
  });

  Deno.test(`reset() is refused from inside a call (${isolation})`, async () => {
    const { plugin } = await waiting(isolation, async (inside) => {
      await assertRejects(
        () => inside.reset(),
        PluginError,
        "Cannot reset the plugin: one of its own calls is under way",
      );
      return await inside.evaluate("n + 1");
    });
    await using _closed = plugin;
    assertEquals(await plugin.call("ask"), 2);
    assertEquals(await plugin.call("ask"), 2);
  });

  Deno.test(`a plugin that is closed says so, of calls and resets (${isolation})`, async () => {
    const { plugin } = await waiting(isolation);
    await plugin.close();
    await assertRejects(
      () => plugin.reset(),
      PluginClosed,
      "Cannot reset the plugin: it is closed",
    );
    await assertRejects(
      () => plugin.call("ask"),
      PluginClosed,
      "Cannot call the plugin: it is closed",
    );
  });
}

Deno.test("reset() ends a worker's call that does not listen", async () => {
  const begun = Promise.withResolvers<void>();
  await using plugin = await loadPlugin({
    source: "import host\nn = 1\n" +
      "def spin():\n    host.begun()\n    while True: pass\n",
  }, {
    isolation: "worker",
    limits: { grace: "20ms" },
    host: { begun: () => begun.resolve() },
  });
  const object = await plugin.evaluate<PyObject>("object()");
  await plugin.set("n", 2);
  const spin = assertRejects(
    () => plugin.call("spin"),
    PluginClosed,
    "Cannot go on with the call: the plugin was reset",
  );
  const queued = assertRejects(() => plugin.call("spin"), PluginClosed);
  await begun.promise;
  await plugin.reset();
  await Promise.all([spin, queued]);
  assertEquals(await plugin.get("n"), 1);
  assertThrows(() => object.str(), PluginClosed, "was reset");
});

Deno.test("reset() ends a worker's call that stopped listening after it stood still", async () => {
  const held: PyObject[] = [];
  await using plugin = await loadPlugin({
    source: "import host\n" +
      "def spin():\n    host.nested()\n    while True: pass\n",
  }, {
    isolation: "worker",
    limits: { grace: "20ms" },
    host: { nested: () => void held[0]?.str() },
  });
  held.push(await plugin.evaluate<PyObject>("object()"));
  const spin = assertRejects(() => plugin.call("spin"), PluginClosed);
  // By then the worker waits for the host function, which waits for its turn.
  for (const end = performance.now() + 300; performance.now() < end;);
  await plugin.reset();
  await spin;
  assertEquals(await plugin.evaluate("1"), 1);
});

Deno.test("an isolated plugin that is reset goes on with the calls that wait", async () => {
  const { plugin, begun } = await waiting("call");
  await using _closed = plugin;
  const call = assertRejects(() => plugin.call("wait"), PluginClosed);
  const queued = [1, 2].map((by) => plugin.evaluate(`n + ${by}`));
  await begun;
  await plugin.reset();
  await call;
  assertEquals(await Promise.all(queued), [2, 3]);
});

for (const isolation of ALL) {
  Deno.test(`what is asked while a plugin is reset waits for that (${isolation})`, async () => {
    const { plugin } = await waiting(isolation);
    await using _closed = plugin;
    await plugin.set("n", 2);
    const resets = [plugin.reset(), plugin.reset()];
    const answers = await Promise.all([
      plugin.evaluate("n"),
      plugin.get("n"),
      plugin.run().then(() => "ran"),
      plugin.call("ask"),
      plugin.snapshot().then(() => "saved"),
    ]);
    assertEquals(answers, [1, 1, "ran", null, "saved"]);
    await Promise.all(resets);
    assertEquals(await plugin.get("n"), 1);
  });
}

for (const isolation of LONG_LIVED) {
  for (const restart of ["never", "auto"] as const) {
    Deno.test(`what cannot wait for a reset says that there is one (${isolation}, restart: ${restart})`, async () => {
      await using plugin = await loadPlugin({ source: "def f(): return 1" }, {
        isolation,
        restart,
      });
      const reset = plugin.reset();
      assertThrows(
        () => plugin.callSync("f"),
        PluginClosed,
        "it is being reset",
      );
      await reset;
      assertEquals(plugin.callSync("f"), 1);
    });
  }

  Deno.test(`a call that waits for a reset can be given up (${isolation})`, async () => {
    await using plugin = await loadPlugin({ source: "def f(): return 1" }, {
      isolation,
    });
    const reason = new Error("enough");
    const controller = new AbortController();
    const reset = plugin.reset();
    const { signal } = controller;
    const call = plugin.call("f", [], { signal });
    controller.abort(reason);
    assertEquals(await call.catch((error) => error), reason);
    await reset;
  });

  Deno.test(`a plugin whose reset failed says so, until another one (${isolation})`, async () => {
    let times = 0;
    await using plugin = await loadPlugin({
      source: "import host\nhost.load()\ndef f(): return 1\n",
    }, {
      isolation,
      host: {
        load: () => {
          times += 1;
          if (times === 2) throw new PluginLoadError("not today");
        },
      },
    });
    const failure = await plugin.reset().catch((error) => error);
    assertInstanceOf(failure, Error);
    const error = await assertRejects(
      () => plugin.call("f"),
      PluginClosed,
      "not today",
    );
    assertEquals(error.cause, failure);
    assert(error.message.startsWith("Cannot call the plugin: its last reset"));
    assert(error.message.endsWith("call reset() again"));
    assertThrows(() => plugin.callSync("f"), PluginClosed, "its last reset");
    await plugin.reset();
    assertEquals(plugin.callSync("f"), 1);
  });

  Deno.test(`an object of before a reset says how to get another one (${isolation})`, async () => {
    const { plugin } = await waiting(isolation);
    await using _closed = plugin;
    const before = await plugin.evaluate<PyObject>("Named('before')");
    await plugin.reset();
    const after = await plugin.evaluate<PyObject>("Named('after')");
    const text = "the plugin was reset; get the object again";
    assertThrows(() => before.str(), PluginClosed, text);
    assertThrows(() => before.get("name"), PluginClosed, text);
    before[Symbol.dispose]();
    assertEquals(after.str(), "after");
    after[Symbol.dispose]();
  });

  Deno.test(`what a plugin's module waits for while it is reset does not wait for that (${isolation})`, async () => {
    const errors: unknown[] = [];
    const loaded: { plugin?: Plugin } = {};
    const load = async () => {
      for (
        const step of [
          () => loaded.plugin?.get("n"),
          () => loaded.plugin?.reset(),
        ]
      ) {
        await step()?.catch((error: unknown) => errors.push(error));
      }
    };
    await using plugin = await loadPlugin({
      source: "import host\nhost.load()\nn = 1",
    }, {
      isolation,
      host: { load },
    });
    loaded.plugin = plugin;
    await plugin.reset();
    assertEquals(await plugin.get("n"), 1);
    assertEquals(errors.map((error) => error instanceof PluginClosed), [
      true,
      true,
    ]);
  });
}

Deno.test("an isolated call finds the plugin as every other one does", async () => {
  const source = "import random\nrandom.seed(7)\n" +
    "def draw(): return random.random()\n";
  await using plugin = await loadPlugin({ source }, { isolation: "call" });
  await using other = await loadPlugin({ source }, { isolation: "call" });
  assertNotEquals(await plugin.call("draw"), await other.call("draw"));
});

for (const isolation of ["thread", "worker"] as const) {
  Deno.test(`close() ends a reset whose plugin never gets loaded (${isolation})`, async () => {
    const loading = Promise.withResolvers<void>();
    let loads = 0;
    const plugin = await loadPlugin({
      source: "from host import gate\ngate()\ndef f(): return 1\n",
    }, {
      isolation,
      host: {
        gate: () => {
          loads += 1;
          if (loads === 1) return;
          loading.resolve();
          return new Promise(() => {});
        },
      },
    });
    const reset = assertRejects(() => plugin.reset(), PluginClosed);
    const call = assertRejects(() => plugin.call("f"), PluginClosed);
    await loading.promise;
    await plugin.close();
    await Promise.all([reset, call]);
  });
}
