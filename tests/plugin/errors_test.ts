import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  LimitError,
  loadPlugin,
  PluginClosed,
  PluginCrashed,
  PluginLoadError,
  PythonError,
} from "../../mod.ts";
import { withFiles } from "../fixtures/files.ts";
import { python } from "../fixtures/python.ts";

Deno.test("an uncaught exception arrives with type, frames and traceback", async () => {
  await using plugin = await loadPlugin({
    name: "orders.py",
    source: `import json
def parse(text):
    return json.loads(text)
def run_e(payload, ident):
    parse(payload)
`,
  });
  const error = await assertRejects(() => plugin.run("[1,"), PythonError);
  assertEquals(error.type, "json.decoder.JSONDecodeError");
  assertEquals(error.code, 500);
  assertEquals(error.fault, "plugin");
  assertStringIncludes(error.message, "line 1 column 4 (char 3)");
  assertEquals(
    error.frames.map((
      { file, line, function: name, source },
    ) => [file, line, name, source]),
    [
      ["/plugin/orders.py", 5, "run_e", "parse(payload)"],
      ["/plugin/orders.py", 3, "parse", "return json.loads(text)"],
    ],
  );
  assertEquals(error.frames[1]?.column, 12);
  assert(
    error.traceback.startsWith(
      'Traceback (most recent call last):\n  File "/plugin/orders.py", line 5, in run_e\n    parse(payload)\n',
    ),
    error.traceback,
  );
  assertStringIncludes(
    error.traceback,
    'File "/python/lib/python3.14/json/decoder.py", line',
  );
  assertStringIncludes(error.traceback, "raise JSONDecodeError(");
  assert(
    error.traceback.endsWith(
      "json.decoder.JSONDecodeError: Expecting value: line 1 column 4 (char 3)\n",
    ),
    error.traceback,
  );
});

Deno.test("a cause and a context arrive as cause", async () => {
  await using plugin = await loadPlugin(python(
    "try:\n    {}['missing']\nexcept KeyError as e:\n    if payload == 'from':\n        raise ValueError('v') from e\n    if payload == 'none':\n        raise ValueError('v') from None\n    raise ValueError('v')",
  ));
  for (const how of ["from", "context"]) {
    const error = await assertRejects(() => plugin.run(how), PythonError);
    assertInstanceOf(error.cause, PythonError);
    assertEquals([error.cause.type, error.cause.message], [
      "KeyError",
      "'missing'",
    ]);
    assertStringIncludes(error.traceback, "KeyError: 'missing'");
  }
  const error = await assertRejects(() => plugin.run("none"), PythonError);
  assertEquals(error.cause, undefined);
});

Deno.test("an exception whose str() fails, and an endless chain, still arrive", async () => {
  await using plugin = await loadPlugin(python(
    `if payload == "str":
    class Bad(Exception):
        def __str__(self): raise RuntimeError("no")
    raise Bad()
a, b = ValueError("a"), ValueError("b")
a.__cause__, b.__cause__ = b, a
raise a`,
  ));
  const bad = await assertRejects(() => plugin.run("str"), PythonError);
  assertEquals(bad.message, "<exception str() failed>");
  const chain = await assertRejects(() => plugin.run("chain"), PythonError);
  assertEquals([chain.message, (chain.cause as PythonError).message], [
    "a",
    "b",
  ]);
});

Deno.test("a lone surrogate in a message does not hide the error", async () => {
  await using plugin = await loadPlugin(
    python("raise ValueError('a\\ud800b')"),
  );
  const error = await assertRejects(() => plugin.run(), PythonError);
  assertEquals([error.type, error.message], ["ValueError", "a\ud800b"]);
});

Deno.test("endless recursion in Python is a RecursionError and no more", async () => {
  await using plugin = await loadPlugin(python(
    "f = lambda n: f(n + 1)\nif payload: f(0)\nsdk.return_result('alive', ident)",
  ));
  const error = await assertRejects(() => plugin.run("x"), PythonError);
  assertEquals(error.type, "RecursionError");
  assertEquals((await plugin.run()).text(), "alive");
});

Deno.test("a full memory is a MemoryError and no more", async () => {
  await using plugin = await loadPlugin(
    python(
      "x = bytearray(int(payload))\nsdk.return_result(str(len(x)), ident)",
    ),
    { limits: { memory: 64 * 1024 * 1024 } },
  );
  const error = await assertRejects(() => plugin.run("100000000"), LimitError);
  const cause = error.cause as PythonError;
  assertEquals([error.limit, cause.type], ["memory", "MemoryError"]);
  assertEquals((await plugin.run("1000000")).text(), "1000000");
});

Deno.test("SystemExit is an exception, os._exit() and os.abort() end the instance", async () => {
  await using plugin = await loadPlugin(
    python("import os, sys\neval(payload)"),
  );
  const error = await assertRejects(
    () => plugin.run("sys.exit(3)"),
    PythonError,
  );
  assertEquals([error.type, error.message], ["SystemExit", "3"]);
  await assertRejects(
    () => plugin.run("os._exit(3)"),
    PluginCrashed,
    "status 3",
  );
  await assertRejects(() => plugin.run("1"), PluginClosed);
  assertEquals(Deno.exitCode, 0);
  await using second = await loadPlugin(python("import os; os.abort()"));
  await assertRejects(() => second.run(), PluginCrashed);
});

Deno.test("loading tells a failing import, bad syntax and a bad run_e apart", async () => {
  const wrong: [source: string, type: string, message: string][] = [
    [
      "import nothing_here",
      "ModuleNotFoundError",
      "No module named 'nothing_here'",
    ],
    ["def run_e(:\n", "SyntaxError", "invalid syntax"],
    ["x = 1 / 0", "ZeroDivisionError", "division by zero"],
    ["run_e = 3", "TypeError", "run_e is not callable: it is of type int"],
    ["import sys; sys.exit(2)", "SystemExit", "2"],
    ["a\0b", "SyntaxError", "null bytes"],
  ];
  for (const [source, type, message] of wrong) {
    const error = await assertRejects(
      () => loadPlugin({ source }),
      PythonError,
    );
    assertEquals(error.type, type, source);
    assertStringIncludes(error.message, message);
  }
});

Deno.test("a plugin without run_e loads, and run() says that there is none", async () => {
  await using plugin = await loadPlugin({ source: "x = 1" });
  const error = await assertRejects(() => plugin.run(), PythonError);
  assertEquals(
    [error.type, error.message],
    ["AttributeError", "the plugin defines no run_e(payload, ident)"],
  );
  assertEquals(await plugin.get("x"), 1);
});

Deno.test("an async run_e is an error, at load or when it hides until the call", async () => {
  for (
    const hidden of ["async def run_e(p, i): pass", "def run_e(p, i): yield"]
  ) {
    await assertRejects(
      () => loadPlugin({ source: hidden }),
      PythonError,
      "plain function",
    );
  }
  await using plugin = await loadPlugin({
    source: "async def f(p, i): pass\ndef run_e(p, i): return f(p, i)",
  });
  const error = await assertRejects(() => plugin.run(), PythonError);
  assertStringIncludes(error.message, "run_e returned a coroutine");
});

Deno.test("a payload too large for the plugin's memory is no bad payload", async () => {
  await using plugin = await loadPlugin(python("pass"), {
    limits: { memory: 40 * 1024 * 1024 },
  });
  const error = await assertRejects(
    () => plugin.run("é".repeat(7 * 1024 * 1024)),
    LimitError,
  );
  assertEquals(error.limit, "memory");
});

Deno.test("a very long traceback keeps its ends", async () => {
  await using plugin = await loadPlugin(python(
    "import sys\nsys.setrecursionlimit(5000)\ndef f(n):\n    if n == 0: raise KeyError('deep')\n    g(n - 1)\ndef g(n): f(n)\nf(2000)",
  ));
  const error = await assertRejects(() => plugin.run(), PythonError);
  assertEquals(error.type, "KeyError");
  assertEquals(error.frames.length <= 400, true);
  assertEquals(error.frames[0]?.function, "run_e");
  assertEquals(
    error.frames.at(-1)?.source,
    "if n == 0: raise KeyError('deep')",
  );
});

Deno.test("a syntax error says where it is", async () => {
  const error = await assertRejects(
    () => loadPlugin({ source: "x = 1\ny = (2,\n", name: "rules.py" }),
    PythonError,
  );
  assertEquals(error.frames, [{
    file: "/plugin/rules.py",
    line: 2,
    column: 5,
    function: "<module>",
    source: "y = (2,",
  }]);
  assertEquals(
    error.traceback,
    "  File \"/plugin/rules.py\", line 2\n    y = (2,\n        ^\nSyntaxError: '(' was never closed\n",
  );
});

Deno.test("a source that is not UTF-8, and one with a lone surrogate", async () => {
  const error = await assertRejects(
    () =>
      loadPlugin({ source: new Uint8Array([0x78, 0x3d, 0x22, 0xff, 0x22]) }),
    PythonError,
  );
  assertEquals(error.type, "SyntaxError");
  assertStringIncludes(error.message, "Non-UTF-8 code starting with '\\xff'");
  await assertRejects(
    () => loadPlugin({ source: "x = '\ud800'" }),
    PluginLoadError,
    "lone surrogate",
  );
});

Deno.test("an import error in a sibling module names it", async () => {
  await withFiles(
    {
      "plugin.py": "import rates\ndef run_e(p, i): pass",
      "rates.py": "import nope",
    },
    async (directory) => {
      const error = await assertRejects(
        () => loadPlugin(directory),
        PythonError,
      );
      assertEquals(error.frames.map(({ file }) => file), [
        "/plugin/plugin.py",
        "/plugin/rates.py",
      ]);
    },
  );
});

Deno.test("a closed plugin refuses calls; closing twice is fine", async () => {
  const plugin = await loadPlugin(python("pass"));
  await plugin.close();
  await plugin.close();
  await assertRejects(() => plugin.run(), PluginClosed, "it is closed");
});
