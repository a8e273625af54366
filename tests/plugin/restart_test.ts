import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
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

for (const isolation of ["thread", "worker"] as const) {
  Deno.test(`a call that had not begun is made of the new instance (${isolation})`, async () => {
    const begun: number[] = [];
    await using plugin = await loadPlugin({
      source: "import host, os\n" +
        "def die(n):\n    host.soon(n)\n    os.abort()\n" +
        "def answer(n):\n    host.note(n)\n    return n\n" +
        "def run_e(payload, ident): host.note(3)\n",
    }, {
      isolation,
      restart: "auto",
      host: {
        soon: async (n: number) => {
          begun.push(n);
          await new Promise((resolve) => setTimeout(resolve, 20));
        },
        note: (n: number) => void begun.push(n),
      },
    });
    const timeout = "5s";
    const calls = await Promise.allSettled([
      plugin.call("die", [0]),
      plugin.call("answer", [1], { timeout }),
      plugin.call("die", [2], { timeout }),
      plugin.run("", { timeout }),
      plugin.call("answer", [4]),
    ]);
    assertEquals(
      calls.map((call) =>
        call.status === "fulfilled" ? "answered" : call.reason.name
      ),
      ["PluginCrashed", "answered", "PluginCrashed", "answered", "answered"],
    );
    assertEquals(begun.toSorted(), [0, 1, 2, 3, 4]);
  });
}

const SPIN = `
import host
async def wait():
    host.note("wait")
    await host.aio.hang()
def spin():
    host.note("spin")
    while True:
        try:
            while True: pass
        except BaseException: pass
def answer(n):
    host.note(n)
    return n
`;

/** What became of calls, some of them made while a worker was in a loop. */
async function spun(restart: "auto" | "never") {
  const begun: unknown[] = [];
  const spins = Promise.withResolvers<void>();
  const enough = new AbortController();
  await using plugin = await loadPlugin({ source: SPIN }, {
    isolation: "worker",
    restart,
    limits: { grace: 20 },
    host: {
      note: (what: unknown) => {
        begun.push(what);
        if (what === "spin") spins.resolve();
      },
      hang: () => new Promise(() => {}),
    },
  });
  const before = [
    plugin.call("wait"),
    plugin.call("spin", [], { timeout: "1h", signal: enough.signal }),
  ].map(outcome);
  await spins.promise;
  const after = [
    plugin.call("answer", [1]),
    plugin.call("answer", [2], { timeout: "1h" }),
  ].map(outcome);
  enough.abort();
  return {
    before: await Promise.all(before),
    after: await Promise.all(after),
    begun,
  };
}

/** What a call comes to, well or not. */
function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => error);
}

Deno.test("a call that a thread had not heard of when it was ended is made of the next", async () => {
  const { before: [wait, spin], after, begun } = await spun("auto");
  assertInstanceOf(wait, PluginCrashed);
  assertInstanceOf(spin, DOMException);
  assertEquals(after, [1, 2]);
  assertEquals(begun, ["wait", "spin", 1, 2]);
});

Deno.test("a call that a thread had not heard of when it was ended has not begun", async () => {
  const { before: [wait], after, begun } = await spun("never");
  assertInstanceOf(wait, PluginCrashed);
  for (const error of after) {
    assertInstanceOf(error, PluginClosed);
    assertStringIncludes(error.message, "it has crashed; reset() it");
  }
  assertEquals(begun, ["wait", "spin"]);
});

Deno.test("a call that had not begun is not made when it was given up meanwhile", async () => {
  const abort = new AbortController();
  await using plugin = await loadPlugin({
    source: "import host, os\nseen = []\n" +
      "def die():\n    host.stop()\n    os.abort()\n" +
      "def see(): seen.append(1)\n",
  }, {
    restart: "auto",
    host: {
      stop: async () => {
        await new Promise((resolve) => setTimeout(resolve));
        queueMicrotask(() => abort.abort());
      },
    },
  });
  const die = plugin.call("die");
  const see = plugin.call("see", [], { signal: abort.signal });
  await Promise.all([
    assertRejects(() => die, PluginCrashed),
    assertRejects(() => see, DOMException),
  ]);
  assertEquals(await plugin.get("seen"), []);
});

Deno.test("an error of another plugin's, which has ended, is no reason to call again", async () => {
  let asked = 0;
  await using other = await loadPlugin({ source: SOURCE });
  await assertRejects(() => other.call("die"), PluginCrashed);
  await using plugin = await loadPlugin({
    source: "import host\ndef ask(): host.ask()\n",
  }, {
    restart: "auto",
    host: {
      ask: async () => {
        asked += 1;
        await other.call("add");
      },
    },
  });
  const error = await assertRejects(() => plugin.call("ask"), PluginClosed);
  assertEquals([asked, error.name], [1, "PluginClosed"]);
  assertEquals(
    error.message,
    'Cannot call the plugin: it has crashed; reset() it, or load it with restart: "auto"',
  );
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
