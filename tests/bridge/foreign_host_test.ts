import { assertEquals, assertStringIncludes } from "@std/assert";
import { loadArtifact } from "../../src/runtime/mod.ts";
import { importObject } from "../../src/runtime/imports.ts";
import { INITIAL_PAGES } from "../../src/runtime/memory_size.ts";
import { Context } from "../../src/wasi/mod.ts";
import { bareRoot } from "../fixtures/guest_root.ts";

/** A host that knows SE2 and nothing of our wrapper's own exports. */
async function foreignHost(files: Readonly<Record<string, string>>) {
  const artifact = await loadArtifact();
  await artifact.stdlib.load();
  const memory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: 16384,
  });
  const encoder = new TextEncoder();
  const context = new Context({
    args: ["host"],
    preopens: {
      "/": bareRoot(
        artifact,
        new Map(
          Object.entries(files).map((
            [name, text],
          ) => [name, encoder.encode(text)]),
        ),
      ),
    },
  });
  const answers: string[] = [];
  const read = (pointer: number, size: number) =>
    new TextDecoder().decode(
      new Uint8Array(memory.buffer, pointer >>> 0, size).slice(),
    );
  const rest = await artifact.rest.load();
  await artifact.base.begin(memory);
  const instance: WebAssembly.Instance = await WebAssembly.instantiate(
    artifact.python,
    importObject(artifact.python, {
      "env": {
        "memory": memory,
        "return_result": (pointer: number, size: number, ident: number) =>
          void answers.push(`${ident} ${read(pointer, size)}`),
        "return_error": (
          code: number,
          pointer: number,
          size: number,
          ident: number,
        ) => void answers.push(`${ident} ${code} ${read(pointer, size)}`),
        "log_msg": () => {},
      },
      "py_plugin": {
        ...Object.fromEntries(
          WebAssembly.Module.imports(artifact.python)
            .filter(({ module }) => module.endsWith("py_plugin"))
            .map(({ name }) => [name, () => -1]), // none is called in SE2
        ),
        "host_code": () => joinRest(instance, rest),
      },
      "wasi_snapshot_preview1": context.imports,
    }),
  );
  context.bind(memory);
  context.initialize(instance);
  const exports = instance.exports as Record<
    string,
    (...words: number[]) => number
  >;
  return (payload: string, ident: number): string => {
    const bytes = encoder.encode(payload);
    const pointer = exports["allocate"]?.(bytes.length) ?? 0;
    new Uint8Array(memory.buffer).set(bytes, pointer >>> 0);
    exports["run_e"]?.(pointer, bytes.length, ident);
    exports["deallocate"]?.(pointer, bytes.length);
    return answers.splice(0).join("; ");
  };
}

/** All that a host must do for the second module, once. */
function joinRest(python: WebAssembly.Instance, rest: WebAssembly.Module) {
  new WebAssembly.Instance(
    rest,
    importObject(rest, { "python": python.exports }),
  );
  (python.exports["code_is_there"] as WebAssembly.Global).value = 1;
  return 1;
}

Deno.test("the artifact runs under a host that knows only SE2", async () => {
  const call = await foreignHost({
    "plugin.py":
      "import sdk\nn = 0\ndef run_e(payload, ident):\n    global n\n    n += 1\n    sdk.return_result(f'{payload} {n}', ident)\n",
  });
  assertEquals(call("one", 5), "5 one 1");
  assertEquals(call("two", 6), "6 two 2");
});

Deno.test("a host that knows only SE2 hears what is wrong, at every call", async () => {
  const broken: [source: string, message: string][] = [
    [
      "import nothing_here",
      "ModuleNotFoundError: No module named 'nothing_here'",
    ],
    ["def run_e(:", "SyntaxError: invalid syntax"],
    ["x = 1", "AttributeError: the plugin defines no run_e(payload, ident)"],
    ["def run_e(p, i): 1 / 0", "ZeroDivisionError: division by zero"],
  ];
  for (const [source, message] of broken) {
    const call = await foreignHost({ "plugin.py": source });
    for (const ident of [1, 2]) {
      const answer = call("x", ident);
      assertEquals(answer.startsWith(`${ident} 500 `), true, answer);
      assertStringIncludes(answer, message);
    }
  }
  const call = await foreignHost({});
  assertStringIncludes(call("x", 3), "/plugin/plugin.py");
});
