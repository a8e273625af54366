import { assertEquals, assertRejects } from "@std/assert";
import { loadPlugin, PluginError, PythonError } from "../../mod.ts";
import { Collected } from "../fixtures/python.ts";

const SOURCE = `
import os, sys
seen = []

def run_of():
    return [dict(os.environ), sys.argv[1:], os.getcwd()]

def say(text):
    print(text)
`;

Deno.test("nothing of the run that it was taken in is in a snapshot", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, {
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

  await using own = await loadPlugin({
    files: {
      "plugin.py": "import random, uuid\n" +
        "def kept(): return [random._inst, uuid._node]\n",
      "random.py": "_inst = 'mine'\n",
      "uuid.py": "_node = 'mine'\n",
    },
  });
  await using other = await (await own.snapshot()).start();
  assertEquals(await other.call("kept"), ["mine", "mine"]);
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

Deno.test("a snapshot is refused while a file is open, and says which", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, {
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
    source: SOURCE + "class Thing: pass\ndef thing(): return Thing()\n" +
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
