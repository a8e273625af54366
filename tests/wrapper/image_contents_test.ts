import { assert, assertEquals } from "@std/assert";
import { loadPlugin, runScript } from "../../mod.ts";
import { StdlibImage } from "../../src/runtime/stdlib_image.ts";
import { stdlib } from "../../wrapper/stdlib.js";
import {
  codeGroups,
  codePath,
  ORDER_FILE,
  STARTED_FILE,
} from "../../wrapper/build/image_tree.ts";

import { Collected } from "../fixtures/python.ts";

const MAGIC_AND_UNCHECKED_HASH = [0x2b, 0x0e, 0x0d, 0x0a, 1, 0, 0, 0];

/** The groups of one of the lists, as paths of compiled modules. */
async function listed(file: string): Promise<string[][]> {
  const url = new URL(`../../${file}`, import.meta.url);
  return codeGroups(await Deno.readTextFile(url));
}

function paths(): string[] {
  return [...new StdlibImage(stdlib).files.keys()];
}

Deno.test("the image has the source of each module, and the code unless it is in memory", async () => {
  const started = await listed(STARTED_FILE);
  const all = new Set(paths());
  const sources = [...all].filter((path) => path.endsWith(".py"));
  const without = sources.map(codePath).filter((path) => !all.has(path));
  assertEquals(without.sort(), started.flat().sort());
  assertEquals(all.size, 2 * sources.length - without.length);
});

Deno.test("started.txt names the modules that a start finds in memory", async () => {
  const stdout = new Collected();
  await runScript({
    source: `import sys
from _py_plugin_snapshot import _image
for module, _ in _image.values():
    file = getattr(module, "__file__", None) or ""
    if file.startswith("/python/"): print(file[len("/python/lib/python3.14/"):])`,
  }, { stdout: stdout.sink });
  const files = new Set(stdout.text.trim().split("\n").map(codePath));
  assertEquals((await listed(STARTED_FILE)).flat().sort(), [...files].sort());
});

Deno.test("the image's code is not compared with its source", () => {
  const image = new StdlibImage(stdlib);
  for (const path of paths().filter((path) => path.endsWith(".pyc"))) {
    assertEquals(
      [...image.read(path).subarray(0, 8)],
      MAGIC_AND_UNCHECKED_HASH,
    );
  }
});

Deno.test("the image leaves out what cannot work in a plugin", () => {
  const absent =
    /^(test|idlelib|tkinter|turtledemo|ensurepip|venv|curses|multiprocessing|ctypes|ssl\.py|turtle\.py|pty\.py|tty\.py|site-packages)(\/|$)/;
  assertEquals(paths().filter((path) => absent.test(path)), []);
  for (
    const path of [
      "json/decoder.py",
      "asyncio/base_events.py",
      "sqlite3/__init__.py",
    ]
  ) {
    assert(paths().includes(path), path);
  }
});

Deno.test("neither part of the artifact tells where it was built", async () => {
  const image = new StdlibImage(stdlib);
  const latin1 = new TextDecoder("latin1");
  const python = await startedPython();
  const home = /\/(home|root|tmp|work|Users)\/|\/\.build\b/;
  const telling = paths().filter((path) =>
    path.endsWith(".pyc") && /\/\.build\b/.test(latin1.decode(image.read(path)))
  );
  assertEquals(telling, []);
  const data = paths().filter((path) => path.startsWith("_sysconfigdata"));
  assertEquals(data.length, 1);
  for (const path of data) {
    assertEquals(home.exec(latin1.decode(image.read(path))), null);
  }
  assertEquals(
    /\.build\/|\/(home|root|work)\//.exec(latin1.decode(python)),
    null,
  );
});

Deno.test("what is saved of the builder's Python tells nothing of the builder", async () => {
  const text = new TextDecoder("latin1").decode(await startedPython());
  // Values that a guest may well have of its own are no secrets.
  const usual = /^(C|UTC|C\.UTF-8|posix|linux|dumb|xterm|x86_64|\/|\/usr\/.*)$/;
  const values = Object.values(Deno.env.toObject())
    .flatMap((value) => [value, ...value.split(":")])
    .filter((value) => value.length > 5 && !usual.test(value));
  values.push(Deno.cwd());
  assertEquals(values.filter((value) => text.includes(value)), []);
});

Deno.test("order.txt names modules that are there, each once", async () => {
  const named = (await listed(ORDER_FILE)).flat();
  const all = new Set(paths());
  assertEquals(named.filter((path) => !all.has(path)), []);
  assertEquals(named.length, new Set(named).size);
});

Deno.test("a start reads no file of the library", async () => {
  const read: string[] = [];
  const { read: original } = StdlibImage.prototype;
  StdlibImage.prototype.read = function (path) {
    read.push(path);
    return original.call(this, path);
  };
  try {
    await using plugin = await loadPlugin(
      new URL("../../plugins/reverse/plugin.py", import.meta.url),
    );
    assertEquals((await plugin.run("Hello there")).text(), "olleH ereht");
  } finally {
    StdlibImage.prototype.read = original;
  }
  assertEquals(read, []);
});

/** The code of most runs, and what its memory holds at first. */
async function startedPython(): Promise<Uint8Array> {
  const files = ["python.wasm", "memory.wasm"].map((name) =>
    Deno.readFile(new URL(`../../wrapper/dist/${name}`, import.meta.url))
  );
  return new Uint8Array(await new Blob(await Promise.all(files)).arrayBuffer());
}
