import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  createPool,
  loadPlugin,
  loadPluginOrScript,
  PluginLoadError,
  PythonError,
  runScript,
} from "../../mod.ts";
import { withFile, withFiles } from "../fixtures/files.ts";
import { program } from "../fixtures/program.ts";
import { Collected, python } from "../fixtures/python.ts";

const WHOAMI = "import sdk\ndef run_e(p, i): sdk.return_result(__file__, i)\n";

Deno.test("a plugin is a file, a file: URL, or its source", async () => {
  await withFile("my plugin.py", WHOAMI, async (path) => {
    await using byPath = await loadPlugin(path);
    assertEquals((await byPath.run()).text(), "/plugin/my plugin.py");
    const url = new URL(`file://${path.replace(" ", "%20")}`);
    for (const location of [url, url.href]) {
      await using byUrl = await loadPlugin(location);
      assertEquals((await byUrl.run()).text(), "/plugin/my plugin.py");
    }
  });
  await using bySource = await loadPlugin({ source: WHOAMI });
  assertEquals((await bySource.run()).text(), "/plugin/plugin.py");
});

Deno.test("a plugin is a directory with plugin.py, its modules and its data", async () => {
  const files = {
    "plugin.py": `import sdk
from importlib.resources import files
import pricing.rules, helper
def run_e(payload, ident):
    text = (files(pricing) / "rates.txt").read_text()
    sdk.return_result(f"{helper.double(int(text))} {pricing.rules.NAME}", ident)
`,
    "helper.py": "def double(x): return 2 * x\n",
    "pricing/__init__.py": "",
    "pricing/rules.py": "NAME = __name__\n",
    "pricing/rates.txt": "21",
    ".git/config": "secret",
    "__pycache__/helper.cpython-314.pyc": "stale",
  };
  await withFiles(files, async (directory) => {
    await using plugin = await loadPlugin(directory);
    assertEquals((await plugin.run()).text(), "42 pricing.rules");
  });
});

Deno.test("a file plugin sees no file beside it", async () => {
  const source =
    "import sdk, os\ndef run_e(p, i): sdk.return_result(repr(os.listdir('/plugin')), i)\n";
  await withFiles({ "plugin.py": source, "secret.txt": "x" }, async (dir) => {
    await using plugin = await loadPlugin(`${dir}/plugin.py`);
    assertEquals((await plugin.run()).text(), "['plugin.py']");
  });
});

Deno.test("a link out of a plugin's directory is refused, one inside is followed", async () => {
  await withFiles(
    { "secret.txt": "x", "p/plugin.py": WHOAMI, "p/a.txt": "y" },
    async (dir) => {
      await Deno.symlink("a.txt", `${dir}/p/b.txt`);
      await using plugin = await loadPlugin(`${dir}/p`);
      assertEquals((await plugin.run()).text(), "/plugin/plugin.py");
      await Deno.symlink("../secret.txt", `${dir}/p/c.txt`);
      await assertRejects(
        () => loadPlugin(`${dir}/p`),
        PluginLoadError,
        "leads out",
      );
    },
  );
});

Deno.test("a plugin comes from http, and its errors say what the server did", async () => {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) =>
      new URL(request.url).pathname === "/tools/who.py"
        ? new Response(WHOAMI)
        : new Response("no", { status: 404, statusText: "Not Found" }),
  );
  const root = `http://127.0.0.1:${server.addr.port}`;
  await using plugin = await loadPlugin(`${root}/tools/who.py`);
  assertEquals((await plugin.run()).text(), "/plugin/who.py");
  await assertRejects(
    () => loadPlugin(new URL(`${root}/other.py`)),
    PluginLoadError,
    "the server answered 404 Not Found",
  );
});

Deno.test("a plugin comes from JSR, the latest version or an exact one", async () => {
  const files: Record<string, string> = {
    "/@x/tools/meta.json": '{"latest":"1.2.3"}',
    "/@x/tools/1.2.3/lib/who.py": WHOAMI,
    "/@x/tools/1.0.0/lib/who.py": WHOAMI.replace("__file__", "'old'"),
    "/@x/none/meta.json": '{"latest":null}',
  };
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const file = files[new URL(request.url).pathname];
      return new Response(file ?? "no", {
        status: file === undefined ? 404 : 200,
      });
    },
  );
  const env = { JSR_URL: `http://127.0.0.1:${server.addr.port}/` };
  const outcomes: Record<string, string> = {
    "jsr:@x/tools/lib/who.py": "/plugin/who.py\n",
    "jsr:@x/tools@1.0.0/lib/who.py": "old\n",
    "jsr:@x/none/who.py": "has no latest version",
    "jsr:@x/tools@9.9.9/who.py": "the server answered 404",
  };
  for (const [specifier, outcome] of Object.entries(outcomes)) {
    const { stdout, stderr } = await program([specifier], { env });
    assertStringIncludes(stdout + stderr, outcome);
  }
});

Deno.test("what cannot be loaded is refused with the reason", async () => {
  const wrong: [location: string, message: string][] = [
    ["", "names no plugin"],
    [
      "/nowhere/plugin.py",
      'Cannot read "/nowhere/plugin.py": there is no such file',
    ],
    ["file:///tmp/100%.py", "percent signs"],
    ["https://localhost/a%00.py", "percent signs"],
    [
      "plugins/reverse/plugin.py/foo",
      'Cannot read "plugins/reverse/plugin.py/foo": ',
    ],
    ["x".repeat(5000), 'Cannot read "'],
    ["ftp://x/plugin.py", "https, http, file, data or jsr"],
    ["jsr:@x/y@^1/plugin.py", "an exact one"],
    ["jsr:@x/y@1.2.3/../../../x.py", "an exact one"],
    ["file://elsewhere/x.py", "names a file of this machine"],
    ["http://127.0.0.1:9/..%2F..%2Fevil.py", "percent signs"],
    [
      "http://user:secret@127.0.0.1:9/x.py",
      'Cannot fetch "http://127.0.0.1:9/x.py"',
    ],
    ["jsr:@x/y", "jsr:@scope/name/plugin.py"],
  ];
  for (const [location, message] of wrong) {
    await assertRejects(() => loadPlugin(location), PluginLoadError, message);
  }
  for (const name of ["../x.py", "/x.py", "a//b.py", "a/./b.py", "a\0.py"]) {
    await assertRejects(
      () => loadPlugin({ files: { "plugin.py": "", [name]: "" } }),
      PluginLoadError,
      "names are relative",
    );
  }
  await assertRejects(
    () => loadPlugin({ files: { "other.py": "" } }),
    PluginLoadError,
    'none of them is "plugin.py"',
  );
  await withFiles({ "readme.txt": "" }, async (directory) => {
    await assertRejects(
      () => loadPlugin(directory),
      PluginLoadError,
      "holds no plugin.py",
    );
  });
});

Deno.test("two plugins in one process never see each other", async () => {
  const counter = python(
    "global n\nn += int(payload)\nimport builtins, os\nbuiltins.leak = n\nsdk.return_result(str(n), ident)",
    "n = 0\nimport builtins\nassert not hasattr(builtins, 'leak')",
  );
  await using one = await loadPlugin(counter);
  await one.run("5");
  await using two = await loadPlugin(counter);
  const [a, b] = await Promise.all([one.run("1"), two.run("100")]);
  assertEquals([a.text(), b.text()], ["6", "100"]);
});

Deno.test("a plugin sees no environment, no file and no process of the host", async () => {
  await using plugin = await loadPlugin(python(
    "import os, sys\nsdk.return_result(repr(eval(payload)), ident)",
  ));
  const look = async (expression: string) =>
    (await plugin.run(expression)).text();
  assertEquals(await look("dict(os.environ)"), "{}");
  assertEquals(
    await look("sorted(os.listdir('/'))"),
    "['dev', 'plugin', 'python']",
  );
  assertEquals(await look("os.path.exists('/etc/passwd')"), "False");
  assertEquals(
    await look("sys.flags.isolated, sys.path"),
    "(1, ['/plugin', '/python/lib/python3.14'])",
  );
  const refusals = {
    "/etc/passwd": "FileNotFoundError",
    "../../../etc/passwd": "PermissionError",
    "/plugin/../../etc/passwd": "PermissionError",
  };
  for (const [path, type] of Object.entries(refusals)) {
    const error = await assertRejects(
      () => look(`open(${JSON.stringify(path)})`),
      PythonError,
    );
    assertEquals(error.type, type);
  }
  const error = await assertRejects(
    () => look("open('/plugin/new.txt', 'w')"),
    PythonError,
  );
  assertStringIncludes(error.message, "Read-only file system");
});

Deno.test("what is no place of a plugin is refused, and a snapshot says the way", async () => {
  await using plugin = await loadPlugin({ source: WHOAMI });
  const snapshot = await plugin.snapshot();
  const wrong: [location: unknown, message: string][] = [
    [undefined, "undefined: it must be a path, a URL, { source } or { files }"],
    [{}, "{}: it must be a path"],
    [await snapshot.toBytes(), "more items ]: it must be a path"],
    [
      snapshot,
      "PluginSnapshot {}: a plugin that is loaded begins anew; its start() goes on from it",
    ],
  ];
  for (const [location, message] of wrong) {
    for (const load of [loadPlugin, createPool, runScript]) {
      const error = await assertRejects(
        () => load(location as string) as Promise<unknown>,
        TypeError,
        message,
      );
      assertEquals(error.message.length < 200, true);
    }
  }
});

Deno.test("an option that cannot be is refused", async () => {
  await assertRejects(
    () => loadPlugin({ source: WHOAMI }, { logLevel: "loud" as "info" }),
    TypeError,
    'Cannot log from the level "loud" on',
  );
  await assertRejects(
    () => loadPlugin({ source: WHOAMI }, { limits: { memory: 5 } }),
    RangeError,
    "Cannot limit a plugin's memory to 5 bytes",
  );
});

Deno.test("runScript() runs __main__ with argv, input, output and a status", async () => {
  const out = new Collected();
  const err = new Collected();
  const run = (source: string, options = {}) =>
    runScript({ source, name: "job.py" }, {
      stdout: out.sink,
      stderr: err.sink,
      ...options,
    });
  assertEquals(
    await run(
      "import sys\nprint(__name__, sys.argv, sys.stdin.read())\nprint('warned', file=sys.stderr)",
      { args: ["a b", "ü"], stdin: new TextEncoder().encode("in") },
    ),
    0,
  );
  assertEquals(out.text, "__main__ ['/plugin/job.py', 'a b', 'ü'] in\n");
  assertEquals(err.text, "warned\n");
});

Deno.test("runScript() answers the exit status that CPython would", async () => {
  const statuses: [source: string, status: number, stderr: string][] = [
    ["", 0, ""],
    ["import sys; sys.exit()", 0, ""],
    ["import sys; sys.exit(7)", 7, ""],
    ["import sys; sys.exit(-1)", 255, ""],
    ["import sys; sys.exit('bye')", 1, "bye\n"],
    ["import sys; sys.exit(10**30)", 255, ""],
    ["import sys; del sys.stdout; sys.exit('m')", 1, "m\n"],
    [
      "import sys\nclass C:\n    def __str__(self): 1 / 0\nsys.exit(C())",
      1,
      "",
    ],
    ["import sys; sys.excepthook = None; 1 / 0", 1, "ZeroDivisionError"],
    ["exit(4)", 4, ""],
    ["raise KeyboardInterrupt", 130, "KeyboardInterrupt"],
    ["1 / 0", 1, "ZeroDivisionError: division by zero\n"],
    ["import os; os._exit(9)", 9, ""],
    [
      "import atexit; atexit.register(print, 'late'); 1 / 0",
      1,
      "ZeroDivisionError",
    ],
    [
      "import sys; sys.excepthook = lambda *a: print('hooked', file=sys.stderr); 1 / 0",
      1,
      "hooked\n",
    ],
  ];
  for (const [source, status, stderr] of statuses) {
    const err = new Collected();
    const answer = await runScript({ source }, {
      stdout: "null",
      stderr: err.sink,
    });
    assertEquals(answer, status, source);
    assertStringIncludes(err.text, stderr);
    assertEquals(err.text.includes("_py_plugin"), false, err.text);
  }
});

Deno.test("a script that does not compile is an error", async () => {
  const error = await assertRejects(
    () => runScript({ source: "1 +" }),
    PythonError,
  );
  assertEquals(error.type, "SyntaxError");
});

Deno.test("loadPluginOrScript() tells by what the file's own code binds", async () => {
  const kinds: [source: string, kind: "plugin" | "script"][] = [
    ["def run_e(payload, ident): pass", "plugin"],
    ["from math import sqrt as run_e", "plugin"],
    ["if True:\n    run_e = print", "plugin"],
    ["class run_e:\n    def __init__(self, p, i): pass", "plugin"],
    ["print('run_e')", "script"],
    ["'''\ndef run_e(payload, ident): pass\n'''", "script"],
    ["def main():\n    def run_e(p, i): pass", "script"],
    ["# def run_e", "script"],
  ];
  for (const [source, kind] of kinds) {
    await using loaded = await loadPluginOrScript({ source }, {
      stdout: "null",
    });
    assertEquals(loaded.kind, kind, source);
  }
});
