import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  loadPluginOrScript,
  PermissionError,
  type PluginLocation,
  type ProgramOptions,
} from "../../mod.ts";
import { MemoryStore, runIn } from "../fixtures/warm.ts";

/** Run without an image, then with one; answers what both gave. */
async function agree(
  location: PluginLocation,
  options: ProgramOptions = {},
): Promise<string> {
  const store = new MemoryStore();
  const cold = await runIn(undefined, location, options);
  assertEquals(await runIn(store, location, options), cold);
  assertEquals([store.kept.size, store.count.found], [1, 0]);
  assertEquals(await runIn(store, location, options), cold);
  assertEquals(store.count, { asked: 2, found: 1 });
  return `${cold.stdout}${cold.stderr}${cold.end}`;
}

const LOOKS = `"""What a program can see of where it runs."""
import asyncio, json, logging, os, re
import sys
from dataclasses import dataclass
print(sys.argv, dict(os.environ), os.getcwd(), __name__, __file__, __doc__)
print(list(sys.modules), sys.path, sorted(globals()), sys.stdin.read())
print([s.line_buffering for s in (sys.stdin, sys.stdout, sys.stderr)])
print(asyncio.run(asyncio.sleep(0, "slept")), __spec__, __loader__)
`;

Deno.test("a warm start changes nothing that a script can see", async () => {
  const text = await agree({ source: LOOKS, name: "job.py" }, {
    args: ["a", "b"],
    stdin: new TextEncoder().encode("input"),
    grants: { env: { NAME: "value" }, read: ["tests"] },
  });
  assert(text.includes("slept"));
});

Deno.test("a warm start has this run's arguments, variables and directory", async () => {
  const store = new MemoryStore();
  const location = {
    source:
      "import os, sys\nprint(sys.argv[1:], dict(os.environ), os.getcwd())",
  };
  await runIn(store, location, {
    args: ["first"],
    grants: { env: { A: "1" } },
  });
  const { stdout } = await runIn(store, location, {
    args: ["second"],
    grants: { env: { B: "2" }, read: [Deno.cwd()] },
  });
  assertEquals(stdout, `['second'] {'B': '2'} ${Deno.cwd()}\n`);
  assertEquals(store.count.found, 1);
});

Deno.test("a warm start runs the plugin's code, and its modules'", async () => {
  const files = {
    "plugin.py": `import csv
import sdk
import helper
from package import inner
def run_e(payload, ident):
    print(helper.__file__, helper.__spec__.origin, type(helper.__loader__))
    sdk.return_result(helper.shout(payload) + inner.VALUE, ident)
`,
    "helper.py": "print('imported')\ndef shout(text): return text.upper()",
    "package/__init__.py": "",
    "package/inner.py": "from helper import shout\nVALUE = shout('x')",
    "broken.py": "def",
  };
  const text = await agree({ files });
  assert(text.startsWith("imported\n/plugin/helper.py"), text);
  assert(text.endsWith("PAYLOADX"), text);
});

Deno.test("errors of a warm start look like those of any other", async () => {
  const files = { "broken.py": "x = 1\ndef f(:\n", "good.py": "1 / 0" };
  const main = (code: string) => ({
    files: { ...files, "plugin.py": `import json\n${code}` },
  });
  for (
    const code of [
      "import broken",
      "import good",
      "def f(): return {}['key']\nf()",
      "import nowhere",
      "def run_e(payload, ident): import good",
      "import sys; sys.exit(3)",
    ]
  ) {
    await agree(main(code));
  }
});

Deno.test("a module of the plugin's own is not taken for the library's", async () => {
  const text = await agree({
    files: {
      "plugin.py": "import json, csv\nprint(json.mine, csv.__file__)",
      "json.py": "mine = True",
    },
  });
  assert(text.startsWith("True /python/"), text);
});

Deno.test("what the code before an import does comes before it", async () => {
  const text = await agree({
    source: `import sys
sys.modules["csv"] = "mine"
import csv, json
print(csv, "zipfile" in sys.modules)
import zipfile
`,
  });
  assertEquals(text, "mine False\n0");
});

Deno.test("what is random is drawn anew at each warm start", async () => {
  const store = new MemoryStore();
  const source = `import random, tempfile, uuid, secrets, logging
print(random.random(), next(tempfile._get_candidate_names()), uuid.uuid4())
print(secrets.token_hex(), uuid.getnode(), logging._startTime)
`;
  await runIn(store, { source });
  const first = await runIn(store, { source });
  const second = await runIn(store, { source });
  assertEquals(store.count.found, 2);
  const words = second.stdout.split(/\s+/).filter((word) => word !== "");
  assertEquals(words.length, 6);
  for (const word of words) assertEquals(first.stdout.includes(word), false);
});

Deno.test("what is loaded late works after a warm start", async () => {
  await agree({
    source: `import bz2, decimal, lzma, sqlite3, zlib
import xml.etree.ElementTree as tree
from compression import zstd
with sqlite3.connect(":memory:") as db:
    print(db.execute("select 1 + 1").fetchone())
for module in bz2, lzma, zlib, zstd: print(module.decompress(module.compress(b"a" * 99)))
print(decimal.Decimal(1) / 3, tree.fromstring("<a><b/></a>")[0].tag)
`,
  });
});

Deno.test("who has something to say while it is loaded has no image", async () => {
  for (
    const source of [
      String.raw`print("\d")`, // a SyntaxWarning
      "import sre_compile", // a DeprecationWarning, not imported ahead
      "def run_e(", // does not compile
      "from json import nothing",
    ]
  ) {
    const store = new MemoryStore();
    const cold = await runIn(undefined, { source });
    assertEquals(await runIn(store, { source }), cold);
    assertEquals(await runIn(store, { source }), cold);
    if (source === "import sre_compile") continue;
    assertEquals([store.kept.size, store.count.found], [0, 0], source);
  }
});

Deno.test("a run that is repeated, looked into or shallow does without", async () => {
  const source = { source: "print(1)" };
  const ways: ProgramOptions[] = [
    { seed: 1 },
    { clock: new Date(0) },
    { random: (buffer) => void buffer.fill(1) },
    { trace: () => {} },
    { log: () => {}, logLevel: "trace" },
    { limits: { depth: 100 } },
  ];
  for (const options of ways) {
    const store = new MemoryStore();
    await runIn(store, source, options);
    assertEquals(store.count.asked, 0, Deno.inspect(options));
  }
  const store = new MemoryStore();
  const data = new Uint8Array(9_000_000);
  await runIn(store, { files: { "plugin.py": "print(1)", "data": data } });
  assertEquals(store.count.asked, 0);
});

Deno.test("a changed file, name or entry is another plugin", async () => {
  const store = new MemoryStore();
  const files = { "plugin.py": "import a\nprint(a.x)", "a.py": "x = 1" };
  const runs: [PluginLocation, string][] = [
    [{ files }, "1\n"],
    [{ files: { ...files, "a.py": "x = 2" } }, "2\n"],
    [{ files: { ...files, "plugin.py": "print(3)" } }, "3\n"],
    [{ files, entry: "a.py" }, ""],
    [{ files: { ...files, "json.py": "" } }, "1\n"],
    [{ files: { "plugin.py": "", "a.py": "import a\nprint(a.x)x = 1" } }, ""],
  ];
  for (const [location, stdout] of runs) {
    await runIn(store, location);
    assertEquals((await runIn(store, location)).stdout, stdout);
  }
  assertEquals(store.kept.size + store.without.length, runs.length);
});

Deno.test("an image that is damaged or of another build is not used, and replaced", async () => {
  const store = new MemoryStore();
  const location = { source: "import json\nprint('good')" };
  await runIn(store, location);
  const [[key = "", image = new Uint8Array()] = []] = store.kept;
  const wrong: [what: string, bytes: Uint8Array<ArrayBuffer>][] = [
    ["empty", new Uint8Array()],
    ["short", image.slice(0, 50)],
    ["cut off", image.slice(0, -1)],
    ["flipped", image.with(image.length >> 1, 0x55)],
    ["another build", await resealed(image.with(45, 1 ^ (image[45] ?? 0)))],
    ["a page too many", await resealed(image.with(76, 1))],
    ["a page of the stack", await resealed(image.with(85, 0))],
    ["no magic", await resealed(image.with(33, 0))],
  ];
  for (const [what, bytes] of wrong) {
    store.kept.set(key, bytes);
    assertEquals((await runIn(store, location)).stdout, "good\n", what);
    assert(store.kept.get(key) !== bytes, what);
    const asked = { ...store.count };
    await runIn(store, location);
    assertEquals(store.count.found, asked.found + 1, what);
  }
});

/** The image with a hash that fits. */
async function resealed(
  image: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const hash = await crypto.subtle.digest("SHA-256", image.subarray(32));
  image.set(new Uint8Array(hash));
  return image;
}

Deno.test("a script block is read once, and holds in every run", async () => {
  const source = `# /// script
# requires-python = ">=3.12"
# [tool.py-plugin]
# env = ["NAME"]
# ///
import os
print(os.environ["NAME"])
`;
  const grants = { env: { NAME: "value" } };
  assertEquals(await agree({ source }, { grants }), "value\n0");
  const store = new MemoryStore();
  await runIn(store, { source }, { grants });
  await assertRejects(() => runIn(store, { source }), PermissionError, "NAME");
  // That it is what was kept shows when another one is put in its place.
  const [[key = "", image = new Uint8Array()] = []] = store.kept;
  const text = new TextDecoder("latin1").decode(image);
  const other = image.slice();
  other.set(new TextEncoder().encode("MINE"), text.lastIndexOf("NAME"));
  store.kept.set(key, await resealed(other));
  await assertRejects(
    () => runIn(store, { source }, { grants }),
    PermissionError,
    "MINE",
  );
});

Deno.test("an image that is larger than the memory may be is not used", async () => {
  const store = new MemoryStore();
  const location = { source: "print('fits')" };
  await runIn(store, location);
  const [[key = "", image = new Uint8Array()] = []] = store.kept;
  const large = image.slice();
  new Uint32Array(large.buffer, 72, 1).set([400]); // pages of the memory
  store.kept.set(key, await resealed(large));
  const limits = { memory: 384 * 65536 };
  assertEquals((await runIn(store, location, { limits })).stdout, "fits\n");
  assertEquals((await runIn(store, location)).stdout, "fits\n");
  assertEquals([store.count.found, store.kept.get(key)], [2, large]);
});

Deno.test("a plugin with an image goes back to where it was loaded", async () => {
  const store = new MemoryStore();
  const location = {
    source: "import host\nn = host.start()\ndef run_e(payload, ident): pass",
  };
  const host = { start: () => 7 };
  const options = { warm: store, host, late: true };
  for (const found of [0, 1]) {
    await using plugin = await loadPluginOrScript(location, options);
    await store.keep();
    assertEquals(store.count.found, found);
    assert(plugin.kind === "plugin");
    await plugin.exec("n = 8");
    await plugin.reset();
    assertEquals(await plugin.get("n"), 7);
    const snapshot = await plugin.snapshot();
    await using again = await snapshot.start({ host });
    assertEquals(await again.get("n"), 7);
  }
});
