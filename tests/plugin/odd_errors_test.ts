import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { loadPlugin, PythonError, runScript } from "../../mod.ts";
import { Collected, python } from "../fixtures/python.ts";

/** Exceptions that work against whoever describes them. */
const ODD: Readonly<
  Record<string, [body: string, type: string, message: string]>
> = {
  "a frozen dataclass": [
    "@dataclass(frozen=True)\nclass E(Exception):\n    code: int\nraise E(3)",
    "plugin.run_e.<locals>.E",
    "3",
  ],
  "a frozen dataclass with a long message": [
    "@dataclass(frozen=True)\nclass E(Exception):\n    text: str\nraise E('é' * 3000)",
    "plugin.run_e.<locals>.E",
    "é".repeat(3000),
  ],
  "a cause that is false": [
    "class E(Exception):\n    def __bool__(self): return False\n    def __len__(self): return 0\nraise ValueError('v') from E('e')",
    "ValueError",
    "v",
  ],
  "attributes that raise": [
    "class E(Exception):\n    def __getattr__(self, name): raise RuntimeError(name)\nraise E('e')",
    "plugin.run_e.<locals>.E",
    "e",
  ],
  "attributes that are all there": [
    "class E(Exception):\n    def __getattr__(self, name): return lambda *a: True\nraise E('e')",
    "plugin.run_e.<locals>.E",
    "e",
  ],
  "attributes that recurse": [
    "class E(Exception):\n    def __getattr__(self, name): return self.data[name]\nraise E('e')",
    "plugin.run_e.<locals>.E",
    "e",
  ],
  "shadowed cause and traceback": [
    "class E(Exception):\n    __cause__ = 5\n    __traceback__ = 'x'\n    __context__ = property(lambda s: 1 / 0)\nraise E('e')",
    "plugin.run_e.<locals>.E",
    "e",
  ],
  "a class that says it is another": [
    "class E(Exception):\n    __class__ = property(lambda s: SyntaxError)\nraise E('e')",
    "plugin.run_e.<locals>.E",
    "e",
  ],
  "a syntax error with odd attributes": [
    "e = SyntaxError('s')\ne.filename, e.lineno, e.text = b'f', 'a', 5\nraise e",
    "SyntaxError",
    "s",
  ],
  "a str() that exits": [
    "class E(Exception):\n    def __str__(self): raise SystemExit(9)\nraise E()",
    "plugin.run_e.<locals>.E",
    "<exception str() failed>",
  ],
  "a chain of 2000 causes": [
    "e = None\nfor i in range(2000):\n    n = ValueError(i)\n    n.__cause__ = e\n    e = n\nraise e",
    "ValueError",
    "1999",
  ],
  "no recursion left": [
    "import sys\nsys.setrecursionlimit(30)\nraise KeyError('k')",
    "KeyError",
    "'k'",
  ],
  "no traceback module": [
    "import sys\nsys.modules['traceback'] = None\nsys.modules['json'] = 5\nraise KeyError('k')",
    "KeyError",
    "'k'",
  ],
  "no import": [
    "import builtins\nbuiltins.__import__ = None\nraise ValueError('naïve')",
    "ValueError",
    "naïve",
  ],
  "no id() and no isinstance()": [
    "import builtins\nbuiltins.id = builtins.isinstance = None\nraise ValueError('naïve')",
    "ValueError",
    "naïve",
  ],
  "no stdout and no stderr": [
    "import sys\ndel sys.stdout\nsys.stderr = None\nraise KeyError('k')",
    "KeyError",
    "'k'",
  ],
};

for (const [name, [body, type, message]] of Object.entries(ODD)) {
  Deno.test(`an exception arrives whole: ${name}`, async () => {
    await using plugin = await loadPlugin(
      python(body, "from dataclasses import dataclass"),
    );
    const error = await assertRejects(() => plugin.run(), PythonError);
    assertEquals([error.type, error.message], [type, message], error.traceback);
    assertStringIncludes(error.traceback, "Traceback (most recent call last):");
    assertStringIncludes(error.traceback, '"/plugin/plugin.py", line ');
    assertEquals(plugin.alive, true);
  });
}

Deno.test("a plugin's own json.py, token.py and types.py disturb no error report", async () => {
  const files = {
    "plugin.py": "import token, sdk\n" +
      "def run_e(payload, ident):\n" +
      "    import json\n" +
      "    if payload: raise ValueError('v')\n" +
      "    sdk.return_result(f'{json.MINE} {token.MINE}', ident)\n",
    "json.py": "MINE = 1",
    "token.py": "MINE = 2",
    "types.py": "MINE = 3",
    "traceback.py": "raise RuntimeError('imported')",
    "ast.py": "raise RuntimeError('imported')",
  };
  await using plugin = await loadPlugin({ files });
  for (let i = 0; i < 2; i++) {
    const error = await assertRejects(() => plugin.run("x"), PythonError);
    assertEquals(
      [error.type, error.message],
      ["ValueError", "v"],
      error.traceback,
    );
    assertStringIncludes(error.traceback, "raise ValueError('v')");
    assertEquals((await plugin.run()).text(), "1 2");
  }
});

Deno.test("what a plugin says about its errors is not believed to be well formed", async () => {
  const descriptions = [
    "(b't', b'not json')",
    "(b't', b'{}')",
    "(b't', b'[1, 2]')",
    "(b't', b'null')",
    `(b't', b'{"type": 5, "frames": [1, {"line": "x"}], "cause": []}')`,
    `(b't', b'{"cause":' * 5000 + b'null' + b'}' * 5000)`,
    "('t', 't')",
    "None",
    "1 / 0",
  ];
  for (const description of descriptions) {
    await using plugin = await loadPlugin(python(
      `sys.modules['_py_plugin'].describe = lambda error: ${description}\nraise KeyError('k')`,
      "import sys",
    ));
    const error = await assertRejects(() => plugin.run(), PythonError);
    assertEquals(error.fault, "plugin");
    assertEquals(error.message.length > 0, true, description);
    assertEquals(plugin.alive, true);
  }
});

Deno.test("a script with an odd exception prints it and exits 1", async () => {
  const err = new Collected();
  const source = "from dataclasses import dataclass\n" +
    "@dataclass(frozen=True)\nclass E(Exception):\n    code: int\nraise E(3)\n";
  const status = await runScript({ source }, { stderr: err.sink });
  assertEquals(status, 1);
  assertStringIncludes(
    err.text,
    'File "/plugin/plugin.py", line 5, in <module>',
  );
  assertEquals(err.text.includes("_py_plugin"), false, err.text);
});
