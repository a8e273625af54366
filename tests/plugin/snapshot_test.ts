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
  PythonError,
} from "../../mod.ts";
import { Collected } from "../fixtures/python.ts";

const COUNTER = `
import os, random, sys, time, uuid
seen = []

def add(word):
    seen.append(word)
    return seen

def random_things():
    return [os.urandom(4).hex(), random.random(), str(uuid.uuid4()), uuid.getnode()]

def run_of():
    return [dict(os.environ), sys.argv[1:], os.getcwd()]

def say(text):
    print(text)
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

Deno.test("nothing of the run that it was taken in is in a snapshot", async () => {
  await using plugin = await loadPlugin({ source: COUNTER }, {
    args: ["secret-argument"],
    grants: { env: { SECRET: "secret-value" } },
  });
  const snapshot = await plugin.snapshot();
  const stdout = new Collected();
  await using other = await snapshot.start({
    args: ["own"],
    grants: { env: { OWN: "1" } },
    stdout: stdout.sink,
  });
  assertEquals(await other.call("run_of"), [{ OWN: "1" }, ["own"], "/"]);
  assertEquals(await plugin.call("run_of"), [
    { SECRET: "secret-value" },
    ["secret-argument"],
    "/",
  ]);
  await other.call("say", ["here"]);
  assertEquals(stdout.text, "here\n");
});

Deno.test("no secret of the run is in a snapshot's bytes, used or not", async () => {
  const source = "import os, secrets, sys\n" +
    "def use(text, keys): return len(text + sys.argv[1] + os.environ['TOKEN'])\n" +
    "def say(text): print(text, os.environ['TOKEN'], file=sys.stderr)\n" +
    "def fail(text): raise ValueError(text)\n" +
    "def make(): return secrets.token_hex()\n";
  const secrets = [
    "secret-argument",
    "secret-variable",
    "secret-text",
    "secret-key",
    "secret-printed",
    "secret-error",
  ] as const;
  const [argument, variable, text, key, printed, failed] = secrets;
  await using plugin = await loadPlugin({ source }, {
    args: [argument],
    grants: { env: { TOKEN: variable } },
    stderr: "null",
  });
  const use = () => plugin.call("use", [text, { [key]: 1 }]);
  const used = await use();
  await plugin.call("say", [printed]);
  await assertRejects(() => plugin.call("fail", [failed]), PythonError);
  const made = await plugin.call<string>("make");
  const bytes = new TextDecoder("latin1").decode(
    await (await plugin.snapshot()).toBytes(),
  );
  for (const secret of [...secrets, made]) {
    assertEquals([secret, bytes.includes(secret)], [secret, false]);
  }
  assertEquals(await use(), used);
});

Deno.test("a list of arguments that the plugin has taken has those of the run", async () => {
  await using plugin = await loadPlugin({
    source: "from sys import argv\ndef f(): return argv[1]\n",
  }, { args: ["one"] });
  const snapshot = await plugin.snapshot();
  assertEquals(await plugin.call("f"), "one");
  await using other = await snapshot.start({ args: ["two"] });
  assertEquals(await other.call("f"), "two");
});

Deno.test("what a plugin makes of its arguments and streams refuses no snapshot", async () => {
  await using plugin = await loadPlugin({
    source: "import io, os, sys\n" +
      "class Tee(io.BufferedWriter):\n" +
      "    def __init__(self, raw): super().__init__(raw)\n" +
      "sys.__stdout__ = io.TextIOWrapper(Tee(sys.stdout.buffer.raw))\n" +
      "class Never:\n" +
      "    def __eq__(self, other): raise ValueError()\n" +
      "sys.argv.append(Never())\n" +
      "def f(): return os.environ['A']\n",
  }, { grants: { env: { A: "1" } } });
  await plugin.snapshot();
  await plugin.exec("del sys.argv");
  await plugin.snapshot();
  assertEquals(await plugin.call("f"), "1");
});

Deno.test("only the library's modules are made anew, and all of what they remember", async () => {
  const library = "import uuid\nuuid.uuid1(), uuid.uuid7()\n" +
    "def times(): return [uuid.uuid1().time, uuid.uuid7().time]\n";
  await using plugin = await loadPlugin({ source: library });
  const clock = new Date("2001-01-01T00:00:00Z");
  await using early = await (await plugin.snapshot()).start({ clock });
  const [, time] = await early.call<number[]>("times");
  assertEquals(Number(time), clock.getTime());

  const directory = await Deno.makeTempDir();
  try {
    const files = {
      "plugin.py": "import random, uuid\n" +
        "def kept(): return [random._inst, uuid._node]\n",
      "random.py": "_inst = 'mine'\n",
      "uuid.py": "_node = 'mine'\n",
    };
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    await using own = await loadPlugin(directory);
    await using other = await (await own.snapshot()).start();
    assertEquals(await other.call("kept"), ["mine", "mine"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a plugin's own changes of os.environ are part of its state", async () => {
  await using plugin = await loadPlugin({
    source: "import os\nos.environ['MINE'] = 'kept'\nos.environ.pop('GONE')\n" +
      "def variables(): return dict(os.environ)\n",
  }, { grants: { env: { GONE: "1", HERE: "2" } } });
  const snapshot = await plugin.snapshot();
  const variables = { HERE: "2", MINE: "kept" };
  assertEquals(await plugin.call("variables"), variables);
  await using other = await snapshot.start({ grants: { env: { HERE: "3" } } });
  assertEquals(await other.call("variables"), { HERE: "3", MINE: "kept" });
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

Deno.test("a snapshot is refused while a file is open, and says which", async () => {
  await using plugin = await loadPlugin({ source: COUNTER }, {
    grants: { tmp: true },
  });
  await plugin.exec("file = open('/tmp/notes', 'w')");
  const error = await assertRejects(() => plugin.snapshot(), PluginError);
  assertEquals(
    error.message,
    'Cannot take a snapshot of the plugin: it has "/tmp/notes" open',
  );
  await plugin.exec("file.close(); os.chdir('/tmp')");
  for (
    const [opens, closes, says] of [
      ["it = os.open('notes', os.O_RDONLY)", "os.close(it)", "/tmp/notes"],
      ["it = os.scandir('/tmp'); next(it)", "it.close()", "/tmp"],
      [
        "import sqlite3; it = sqlite3.connect('a.db')",
        "it.close()",
        "/tmp/a.db",
      ],
      // Another one has its number.
      [
        "os.close(0); it = os.open('/tmp/notes', os.O_RDONLY)",
        "os.close(it)",
        "/tmp/notes",
      ],
    ] as const
  ) {
    await plugin.exec(opens);
    await assertRejects(
      () => plugin.snapshot(),
      PluginError,
      `it has "${says}" open`,
    );
    await plugin.exec(closes);
    await plugin.snapshot();
  }
});

Deno.test("a snapshot is refused while either side holds an object of the other's", async () => {
  await using plugin = await loadPlugin({
    source: COUNTER + "class Thing: pass\ndef thing(): return Thing()\n" +
      "def keep(it): seen.append(it)\n",
  });
  const thing = await plugin.call<Disposable>("thing");
  await assertRejects(
    () => plugin.snapshot(),
    PluginError,
    "the host holds an object of it (Thing)",
  );
  thing[Symbol.dispose]();
  await plugin.call("keep", [[function named() {}, Promise.resolve()]]);
  await assertRejects(
    () => plugin.snapshot(),
    PluginError,
    "it holds 2 objects of the host (function named, Promise)",
  );
  await plugin.exec("seen.clear()");
  await plugin.snapshot();
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
