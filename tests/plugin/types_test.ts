import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  PluginError,
  pluginTypes,
  PythonError,
  type TypesOptions,
} from "../../mod.ts";
import { withFile } from "../fixtures/files.ts";
import { assertGolden } from "../fixtures/types/golden.ts";

const SHOP = "tests/fixtures/types/shop.py";

/** The lines of the interface `Api`, without their comments. */
async function api(source: string, options?: TypesOptions): Promise<string[]> {
  const text = await pluginTypes({ source }, options);
  const [, body = ""] = /export interface Api \{\n(.*?)^\}/ms.exec(text) ?? [];
  return body.replace(/^ *\/\*\*.*?\*\/\n/gms, "").split("\n")
    .map((line) => line.trim()).filter((line) => line !== "");
}

Deno.test("pluginTypes() writes every kind of annotation", async () => {
  // fixtures/types/right.ts and wrong.ts are checked against this file.
  const text = await pluginTypes(SHOP, {
    title: "shop.py",
    specifier: "../../../mod.ts",
  });
  assertGolden("shop.d.ts", text);
});

Deno.test("what pluginTypes() writes compiles under strict, and rejects a wrong call", async () => {
  const check = async (call: string) => {
    const program = `import { loadPlugin } from "../../../mod.ts";
import type { Api } from "./shop.d.ts";
const plugin = await loadPlugin("shop.py");
export const result = await plugin.as<Api>().${call};
`;
    const path = `tests/fixtures/types/check_${crypto.randomUUID()}.ts`;
    await Deno.writeTextFile(path, program);
    try {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["check", "--quiet", path],
        env: { NO_COLOR: "1" },
      }).output();
      return { code, stderr: new TextDecoder().decode(stderr) };
    } finally {
      await Deno.remove(path);
    }
  };
  assertEquals((await check("identity(1)")).code, 0);
  const wrong = await check('ticks("three")');
  assertEquals(wrong.code, 1);
  assertStringIncludes(
    wrong.stderr,
    "Argument of type 'string' is not assignable to parameter of type 'number'",
  );
});

Deno.test("pluginTypes() needs no host: what is imported from it is a stand-in", async () => {
  const source = `
import host
from host import kv, HostError
from host.aio import kv as later
from host.deep.er import thing

class Lost(HostError): ...

def get(key: str) -> str: return kv.get(key)
`;
  assertEquals(await api(source), ["get(key: string): Promise<string>;"]);
  const error = await assertRejects(
    () => pluginTypes({ source: "from host import kv\nkv.get('a')" }),
    PythonError,
  );
  assertEquals(
    error.message,
    "cannot call host.kv.get: there is no host while types are read; call it in a function, not while the plugin is imported",
  );
});

Deno.test("pluginTypes() grants nothing, and what it is told to", async () => {
  await withFile("words.txt", "x", async (path) => {
    const source = `open(${JSON.stringify(path)})\ndef f() -> int: ...`;
    await assertRejects(
      () => pluginTypes({ source }),
      PythonError,
      "No such file",
    );
    assertEquals(await api(source, { grants: { read: [path] } }), [
      "f(): Promise<number>;",
    ]);
  });
});

Deno.test("pluginTypes(): __all__ says what is public, else the module's own names", async () => {
  const source = (all: string) => `
from json import dumps
import functools
${all}
def f(x: int) -> int: ...
@functools.cache
def g(x: str) -> str: ...
def _private(): ...
partly = functools.partial(f, 1)
class Own:
    def method(self, n: int) -> int: ...
own = Own()
method = own.method
`;
  assertEquals(await api(source("")), [
    "f(x: number): Promise<number>;",
    "g(x: string): Promise<string>;",
    "Own(): Promise<Own>;",
    "readonly own: {",
    "method(n: number): Promise<number>;",
    "};",
    "method(n: number): Promise<number>;",
  ]);
  assertEquals(await api(source("__all__ = ['partly', '_private']")), [
    "partly(): Promise<number>;",
    "_private(): Promise<unknown>;",
  ]);
});

Deno.test("pluginTypes(): an int is number, or number | bigint", async () => {
  const source = "def f(n: int) -> list[int]: ...";
  assertEquals(await api(source), [
    "f(n: number): Promise<number[]>;",
  ]);
  assertEquals(await api(source, { int: "number | bigint" }), [
    "f(n: number | bigint): Promise<(number | bigint)[]>;",
  ]);
});

Deno.test("pluginTypes(): nothing in a plugin can leave its place in the text", async () => {
  const source = `
from typing import Literal
class Map: ...
def f(x: Literal["*/ \\"; evil() //", "\\n"], y: "*/ evil()" = 1) -> Map:
    """Ends here: */ evil(); /*"""
f.__annotations__["z"] = int
setattr(__import__("plugin"), "not a name */", f)
`;
  const text = await pluginTypes({ source }, { title: "*/ evil()" });
  const code = text.replace(/\/\*.*?\*\//gs, "").replace(
    /"(\\.|[^"\\])*"/g,
    "",
  );
  assertEquals(/evil/.exec(code), null, text);
  assertStringIncludes(text, "export type Map_ = PyObject;");
});

Deno.test("pluginTypes(): a plugin that describes itself wrongly is an error of its own", async () => {
  const source = `
import _py_plugin
class Fake:
    @staticmethod
    def describe(): return {"doc": "", "members": [{"name": 1}]}
_py_plugin._private["_py_plugin_types"] = Fake
`;
  const error = await assertRejects(
    () => pluginTypes({ source }),
    PluginError,
    "it describes itself with 1 in a wrong place",
  );
  assertEquals(error.fault, "plugin");
});

Deno.test("pluginTypes() refuses a .wasm guest", async () => {
  await assertRejects(
    () => pluginTypes("tests/fixtures/upper.wasm"),
    PluginError,
    "it is a .wasm guest, not Python",
  );
});
