import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  LimitError,
  loadPlugin,
  PluginClosed,
  PluginCrashed,
  PluginError,
  PluginLoadError,
  PluginSnapshot,
} from "../../mod.ts";

const COUNTER = `
import os, random, time, uuid
seen = []

def add(word):
    seen.append(word)
    return seen

def random_things():
    return [os.urandom(4).hex(), random.random(), str(uuid.uuid4()), uuid.getnode()]
`;

async function snapshotOf(source = COUNTER): Promise<PluginSnapshot> {
  await using plugin = await loadPlugin({ source });
  if (source === COUNTER) await plugin.call("add", ["first"]);
  return await plugin.snapshot();
}

Deno.test("a plugin goes on from a snapshot, any number of times", async () => {
  const snapshot = await snapshotOf();
  await using one = await snapshot.start();
  await using two = await snapshot.start();
  assertEquals(await one.call("add", ["one"]), ["first", "one"]);
  assertEquals(await two.call("add", ["two"]), ["first", "two"]);
});

Deno.test("a plugin that a snapshot was taken of goes on as it was", async () => {
  await using plugin = await loadPlugin({ source: COUNTER });
  await plugin.exec("import random; random.seed(1)");
  await plugin.snapshot();
  const drawn = await plugin.evaluate("random.random()");
  await plugin.exec("random.seed(1)");
  assertEquals(await plugin.evaluate("random.random()"), drawn);
});

Deno.test("what goes on from one snapshot differs in all that is random", async () => {
  await using plugin = await loadPlugin({ source: COUNTER });
  await plugin.call("random_things");
  const snapshot = await plugin.snapshot();
  await using one = await snapshot.start();
  await using two = await snapshot.start();
  const first = await one.call<unknown[]>("random_things");
  const second = await two.call<unknown[]>("random_things");
  for (const [index, drawn] of first.entries()) {
    assertNotEquals(drawn, second[index], `${index}`);
  }
});

Deno.test("a seed makes what goes on from a snapshot repeatable", async () => {
  const snapshot = await snapshotOf();
  const drawn = async (seed: number) => {
    await using plugin = await snapshot.start({ seed });
    return await plugin.call("random_things");
  };
  assertEquals(await drawn(1), await drawn(1));
  assertNotEquals(await drawn(1), await drawn(2));
});

Deno.test("reset() goes back to the last snapshot, and without one to the start", async () => {
  await using plugin = await loadPlugin({ source: COUNTER });
  await plugin.call("add", ["one"]);
  await plugin.reset();
  assertEquals(await plugin.call("add", ["two"]), ["two"]);
  await plugin.snapshot();
  await plugin.call("add", ["three"]);
  await plugin.reset();
  assertEquals(await plugin.call("add", ["four"]), ["two", "four"]);
});

Deno.test("reset() brings back a plugin that has crashed, and not a closed one", async () => {
  await using plugin = await loadPlugin({ source: COUNTER });
  await plugin.snapshot();
  await assertRejects(() => plugin.exec("os._exit(3)"), PluginCrashed);
  await plugin.reset();
  assertEquals(await plugin.call("add", ["one"]), ["one"]);
  await plugin.close();
  await assertRejects(() => plugin.reset(), PluginClosed);
});

Deno.test("under isolation every call finds the plugin as it was loaded", async () => {
  await using plugin = await loadPlugin({ source: COUNTER }, {
    isolation: "call",
  });
  const calls = ["one", "two", "three"].map((word) =>
    plugin.call("add", [word])
  );
  assertEquals(await Promise.all(calls), [["one"], ["two"], ["three"]]);
  await assertRejects(() => plugin.exec("os._exit(3)"), PluginCrashed);
  assertEquals(await plugin.call("add", ["four"]), ["four"]);
  assertThrows(() => plugin.callSync("add", [1]), PluginError, "use call()");
});

Deno.test("an isolated call may be called back by the function it calls", async () => {
  const source = "import host\ndef ask(): return host.twice(4)\n" +
    "def double(n): return 2 * n\n";
  await using plugin = await loadPlugin({ source }, {
    isolation: "call",
    host: { twice: async (n: number) => await plugin.call("double", [n]) },
  });
  assertEquals([await plugin.call("ask"), await plugin.call("ask")], [8, 8]);
});

Deno.test("an isolated call that was left in a host function is not the last one", async () => {
  const source = "import host\ndef hang(): host.hang()\n" +
    "def ask():\n    while True:\n        try: host.ask()\n        except BaseException: pass\n" +
    "def answer(): return 42\n";
  let asked: Promise<unknown> | undefined;
  await using plugin = await loadPlugin({ source }, {
    isolation: "call",
    limits: { time: "10s" },
    host: {
      hang: () => {
        for (;;);
      },
      ask: () => asked ??= after(() => plugin.call("answer")),
    },
  });
  const timeout = "20ms";
  await assertRejects(() => plugin.call("hang", [], { timeout }), LimitError);
  assertEquals(await plugin.call("answer"), 42);
  const after = async (step: () => Promise<unknown>) => {
    await assertRejects(() => ask, LimitError);
    return await step();
  };
  const ask = plugin.call("ask", [], { timeout });
  await assertRejects(() => ask, LimitError);
  assertEquals([await plugin.call("answer"), await asked], [42, 42]);
});

Deno.test("host functions are those of who starts the snapshot, by their names", async () => {
  const source = "from host import name\nimport host\n" +
    "def names(): return [name(), host.deep.name(), host.name()]\n";
  const host = (text: string) => ({
    name: () => text,
    deep: { name: () => `deep ${text}` },
  });
  await using plugin = await loadPlugin({ source }, { host: host("a") });
  const snapshot = await plugin.snapshot();
  await using other = await snapshot.start({ host: host("b") });
  assertEquals(await other.call("names"), ["b", "deep b", "b"]);
  assertEquals(await plugin.call("names"), ["a", "deep a", "a"]);
  await assertRejects(
    () => snapshot.start({ host: { name: () => "", more: () => "" } }),
    TypeError,
    "it was offered host.deep.name, it was not offered host.more",
  );
});

Deno.test("a snapshot survives being bytes, and only whole ones", async () => {
  const bytes = await (await snapshotOf()).toBytes();
  const again = await PluginSnapshot.fromBytes(bytes);
  await using plugin = await again.start();
  assertEquals(await plugin.call("add", ["more"]), ["first", "more"]);

  const refused = (damaged: Uint8Array, why: string) =>
    assertRejects(
      () => PluginSnapshot.fromBytes(damaged),
      PluginLoadError,
      why,
    );
  await refused(new Uint8Array(), "it is empty");
  await assertRejects(
    () => PluginSnapshot.fromBytes("text" as unknown as Uint8Array),
    TypeError,
    "it must be a Uint8Array",
  );
  await refused(bytes.subarray(0, 7), "first bytes are wrong");
  await refused(bytes.subarray(0, 20), "cut off");
  await refused(bytes.subarray(0, -1), "damaged or cut off");
  await refused(bytes.with(8, 2), "its version is 2");
  await refused(bytes.with(12, (bytes[12] ?? 0) ^ 1), "another build");
  for (const at of [44, 60, bytes.length >> 1, bytes.length - 1]) {
    await refused(bytes.with(at, (bytes[at] ?? 0) ^ 4), "damaged");
  }
});

Deno.test("a snapshot that lies with a fitting hash is refused as well", async () => {
  const bytes = await (await snapshotOf()).toBytes();
  const forge = async (change: (header: Record<string, unknown>) => void) => {
    const size = new DataView(bytes.buffer).getUint32(44, true);
    const header = JSON.parse(
      new TextDecoder().decode(bytes.subarray(48, 48 + size)),
    );
    change(header);
    const text = new TextEncoder().encode(JSON.stringify(header));
    const numbers = new DataView(new ArrayBuffer(4));
    numbers.setUint32(0, text.length, true);
    const body = await new Blob([
      bytes.subarray(0, 44),
      numbers.buffer,
      text,
      bytes.subarray(48 + size, -32),
    ]).bytes();
    const hash = await crypto.subtle.digest("SHA-256", body);
    return await PluginSnapshot.fromBytes(
      await new Blob([body, hash]).bytes(),
    );
  };
  await forge(() => {});
  const lies: [string, (header: Record<string, unknown>) => void][] = [
    ["fit no memory", (header) => header["size"] = 1],
    ["fit no memory", (header) => header["size"] = 70000],
    ["sizes do not fit", (header) => header["pages"] = 5],
    ["header is damaged", (header) => header["pages"] = -1],
    ["header is damaged", (header) => header["entry"] = "../plugin.py"],
    ["its file is not in it", (header) => header["entry"] = "other.py"],
    ["header is damaged", (header) => header["files"] = [["a/../b", 1]]],
    ["header is damaged", (header) => header["offered"] = "all"],
  ];
  for (const [why, change] of lies) {
    await assertRejects(() => forge(change), PluginLoadError, why);
  }
});

Deno.test("no bytes make fromBytes() fail otherwise than by saying so", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await assertRejects(
        () => PluginSnapshot.fromBytes(bytes),
        PluginLoadError,
      );
    }),
  );
});

Deno.test("a snapshot with more memory than is allowed is refused", async () => {
  await using plugin = await loadPlugin({
    source: "big = bytearray(64 * 1024 * 1024)\ndef size(): return len(big)\n",
  });
  const snapshot = await plugin.snapshot();
  await using other = await snapshot.start();
  assertEquals(await other.call("size"), 64 * 1024 * 1024);
  await assertRejects(
    () => snapshot.start({ limits: { memory: 32 * 1024 * 1024 } }),
    PluginLoadError,
    "raise limits.memory",
  );
});

Deno.test("a traceback after a snapshot shows the plugin's source", async () => {
  const snapshot = await snapshotOf("def fail():\n    return 1 / 0  # here\n");
  await using plugin = await snapshot.start();
  const error = await assertRejects(() => plugin.call("fail"), Error);
  assertStringIncludes(String(Object(error).traceback), "# here");
});

Deno.test("an event loop that was there goes on after a snapshot", async () => {
  await using plugin = await loadPlugin({
    source:
      "import asyncio\nasync def wait(n):\n    await asyncio.sleep(0.001)\n    return n\n",
  });
  assertEquals(await plugin.call("wait", [1]), 1);
  const snapshot = await plugin.snapshot();
  await using other = await snapshot.start();
  assertEquals(await other.call("wait", [2]), 2);
  assert(other.alive);
});

Deno.test("a plugin's own module comes before one of the image", async () => {
  const files = {
    "plugin.py": "import json, typing, os\n" +
      "def mine(): return [json.MINE, typing.MINE, hasattr(os, 'getcwd')]\n",
    "json.py": "MINE = 1",
    "typing/__init__.py": "MINE = 2",
  };
  await using plugin = await loadPlugin({ files });
  assertEquals(await plugin.call("mine"), [1, 2, true]);
});

Deno.test("a snapshot that does not start has the limit of time", async () => {
  await using plugin = await loadPlugin({
    source: `
import _py_plugin_snapshot
def spin(*_):
    while True: pass
_py_plugin_snapshot.thaw = spin
`,
  });
  const snapshot = await plugin.snapshot();
  const start = () => snapshot.start({ limits: { time: "100ms" } });
  assertEquals((await assertRejects(start, LimitError)).limit, "time");
});
