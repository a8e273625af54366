import { assertEquals, assertRejects } from "@std/assert";
import {
  type HostNamespace,
  hostStubs,
  loadPlugin,
  PluginError,
  sdkStubs,
} from "../../mod.ts";
import { withFiles } from "../fixtures/files.ts";
import { assertGolden } from "../fixtures/types/golden.ts";
import host from "../fixtures/types/host.ts";

const HOST = import.meta.resolve("../fixtures/types/host.ts");

/** What `deno doc` says of modules. */
async function denoDoc(files: readonly string[]): Promise<unknown> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--private", "--json", ...files],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The stub `host/__init__.pyi` and the warnings for a host's source. */
async function stubOf(source: string, others: Record<string, string> = {}) {
  let stub = "";
  let warnings: readonly string[] = [];
  await withFiles({ "host.ts": source, ...others }, async (directory) => {
    const written = await hostStubs(`file://${directory}/host.ts`, denoDoc);
    stub = written.files["host/__init__.pyi"] ?? "";
    warnings = written.warnings;
  });
  const body = stub.split("HostError(Exception):")[1] ?? "";
  const lines = body.split("\n").slice(6).filter((line) => line !== "");
  return { lines, warnings };
}

Deno.test("hostStubs() writes every kind of type", async () => {
  // `deno task pyright` holds uses_host.py and misuses_host.py against them.
  const { files, warnings } = await hostStubs(HOST, denoDoc);
  assertEquals(warnings, []);
  const { "sdk.pyi": _sdk, ...stubs } = files;
  const text = Object.entries(stubs).map(([path, stub]) =>
    `### ${path}\n${stub}`
  ).join("\n");
  assertGolden("host.pyi.txt", text);
});

/** Compares stubs, parsed, with what is there in the guest. */
const COMPARE = `
import ast, importlib, inspect, typing

def described(arguments):
    """[[kind, name, has default], …] of a function in a stub."""
    some = arguments.posonlyargs + arguments.args
    first = len(some) - len(arguments.defaults)
    found = [["POSITIONAL_ONLY" if each in arguments.posonlyargs else "POSITIONAL_OR_KEYWORD",
              each.arg, index >= first] for index, each in enumerate(some)]
    if arguments.vararg: found.append(["VAR_POSITIONAL", arguments.vararg.arg, False])
    found += [["KEYWORD_ONLY", each.arg, default is not None]
              for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    if arguments.kwarg: found.append(["VAR_KEYWORD", arguments.kwarg.arg, False])
    return [each for each in found if each[1] != "self"]

def stub(text):
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = [described(node.args), ast.get_docstring(node)]
        elif isinstance(node, ast.ClassDef) and node.name.startswith("_"):
            call = node.body[0]
            found[node.name[1:]] = [described(call.args), ast.get_docstring(call)]
    return found

def there(name):
    module = importlib.import_module(name)
    found = {}
    for key, value in vars(module).items():
        if callable(value) and not key.startswith("_") and not isinstance(value, type):
            parameters = inspect.signature(value).parameters.values()
            found[key] = [[[each.kind.name, each.name, each.default is not each.empty]
                           for each in parameters], inspect.getdoc(value)]
    return found

def names(name):
    return sorted(key for key in vars(importlib.import_module(name)) if not key.startswith("_"))
`;

Deno.test("stubs of a host name what its plugins find, with the same parameters", async () => {
  const { files } = await hostStubs(HOST, denoDoc);
  await using plugin = await loadPlugin({ source: COMPARE }, {
    host: host as HostNamespace,
  });
  for (const name of ["host", "host.kv", "host.clock"]) {
    const text = files[`${name.replaceAll(".", "/")}/__init__.pyi`];
    type Found = Record<string, [unknown, unknown]>;
    const said = await plugin.call<Found>("stub", [text]);
    const there = await plugin.call<Found>("there", [name]);
    const parameters = (found: Found) =>
      Object.fromEntries(
        Object.entries(found).map(([key, [parameters]]) => [key, parameters]),
      );
    assertEquals(parameters(said), parameters(there), name);
    assertEquals(Object.keys(said).length > 0, true);
  }
  assertEquals(await plugin.call("names", ["host.kv"]), [
    "clear",
    "get",
    "set",
  ]);
});

Deno.test("what stubs promise besides signatures is there", async () => {
  await using plugin = await loadPlugin({
    source: `
import inspect
from host import kv
from host.aio import clock, kv as later

def awaited():
    return [inspect.iscoroutinefunction(each)
            for each in (kv.set.aio, later.set, later.get, clock.sleep)]

async def settled():
    return [await kv.set.aio("k", {"id": 1}), await later.get("k"), kv.get("k")]
`,
  }, { host: host as HostNamespace });
  assertEquals(await plugin.call("awaited"), [true, true, true, true]);
  assertEquals(await plugin.call("settled"), [null, "k", "k"]);
});

Deno.test("the stub of sdk says what sdk.c says", async () => {
  await using plugin = await loadPlugin({ source: COMPARE });
  const text = (await sdkStubs())["sdk.pyi"] ?? "";
  assertEquals(
    await plugin.call("stub", [text]),
    await plugin.call("there", ["sdk"]),
  );
  const constants = [...text.matchAll(/^([A-Z]+): Final = (\d)$/gm)]
    .map(([, name, value]) => [name, Number(value)]);
  await plugin.exec("import sdk");
  assertEquals(
    constants,
    await plugin.evaluate(
      "[[key, value] for key, value in vars(sdk).items() if key.isupper()]",
    ),
  );
  assertEquals(
    await plugin.evaluate("sdk.__doc__"),
    /^"""(.*?)\n"""$/ms.exec(text)?.[1],
  );
});

Deno.test("hostStubs() reads export host as well, and modules that it imports", async () => {
  const { lines, warnings } = await stubOf(
    `import { one, type T } from "./one.ts";
     import * as all from "./all.ts";
     export const host = { one, all, two: (t: T): T => t };`,
    {
      "one.ts": `export type T = "a" | number;
                 export const one = async (t: T): Promise<T> => t;`,
      "all.ts": `export const X: number = 1; export interface Y { z: 1 }`,
    },
  );
  assertEquals(warnings, []);
  assertEquals(lines, [
    "class _one:",
    '    def __call__(self, t: Literal["a"] | float, /) -> Literal["a"] | float: ...',
    '    async def aio(self, t: Literal["a"] | float, /) -> Literal["a"] | float: ...',
    "one: _one",
    'def two(t: Literal["a"] | float, /) -> Literal["a"] | float: ...',
  ]);
});

Deno.test("hostStubs() says what it cannot read, and makes it Any", async () => {
  const { lines, warnings } = await stubOf(
    `class Thing { x = 1 }
     const other = 1;
     export default {
       thing: new Thing(), renamed: other, part: (p: Partial<Thing>): void => {},
     };`,
  );
  assertEquals(lines, [
    "thing: Any",
    "renamed: Any",
    "def part(p: Any, /) -> None: ...",
  ]);
  assertEquals(warnings, [
    "host.thing: cannot tell what Thing, a class is to Python",
    "host.renamed: its type is not written where it is offered",
    "host.part.p: cannot tell what Partial is to Python",
  ]);
});

Deno.test("hostStubs() refuses a module without a host that can be read", async () => {
  await assertRejects(
    () => stubOf("export const other = {};"),
    PluginError,
    "it has no default export and no export host",
  );
  await assertRejects(
    () =>
      stubOf(
        "type N = Record<string, unknown>; export const host: N = { a: 1 };",
      ),
    PluginError,
    "say what it is with `satisfies HostNamespace`, not with an annotation",
  );
});

Deno.test("hostStubs(): nothing in a host can leave its place in the stub", async () => {
  const { lines } = await stubOf(
    `export default {
       /** Ends here: """ + evil() # \\ */
       f(mode: "\\"]; evil()", none: 1): void {},
       "not a name; evil()": 1,
       def: (): void => {},
     };`,
  );
  assertEquals(lines, [
    'def f(mode: Literal["\\"]; evil()"], none: Literal[1], /) -> None:',
    '    """Ends here: \\"\\"\\" + evil() # \\\\"""',
  ]);
});
