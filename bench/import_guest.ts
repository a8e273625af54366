/**
 * Imports many modules in Python, twice in fresh instances, and prints the
 * milliseconds of each as JSON: `import_guest.ts COUNT [FOLDER]`. Without a folder
 * the standard library comes from our image; with one, `node:wasi` reads it
 * there, under the same Python.
 *
 * @module
 */

import { WASI } from "node:wasi";
import { loadPlugin } from "../mod.ts";
import {
  Bridge,
  loadFile,
  payloadBytes,
  Se2,
  startPython,
} from "../src/bridge/mod.ts";
import { DEFAULT_MAXIMUM, Instance, loadArtifact } from "../src/runtime/mod.ts";
import { GuestMemory } from "../src/wasi/mod.ts";

/** Where a guest finds its standard library, without the leading `/`. */
export const LIBRARY = "python/lib/python3.14";
/** Where a guest finds the program, without the leading `/`. */
export const PROGRAM = "plugin/plugin.py";

/** A plugin that imports the modules in its payload: the milliseconds. */
export const SOURCE = `
import importlib, sdk, time

def run_e(payload, ident):
    start = time.perf_counter()
    for name in payload.split():
        importlib.import_module(name)
    elapsed = (time.perf_counter() - start) * 1000
    sdk.return_result(str(elapsed), ident)
`;

/** A plugin that tells where all came from that such an import needs. */
export const NEEDED = `
import importlib, sys

def needed(names):
    for name in names:
        importlib.import_module(name)
    modules = list(sys.modules.values())
    return [each.__file__ for each in modules if getattr(each, "__file__", None)]
`;

/** Modules that bring their own dependencies along: 240 files and more. */
export const MODULES: readonly string[] = (
  "argparse ast base64 bdb calendar cmd code codeop colorsys configparser " +
  "contextlib copy csv dataclasses datetime decimal difflib dis email.message " +
  "email.parser fileinput fractions getopt glob graphlib gzip hashlib html.parser " +
  "inspect json logging.config mimetypes optparse pathlib pickle platform " +
  "plistlib pprint profile random shelve shutil sqlite3 statistics string " +
  "tarfile textwrap typing unittest.mock zipfile"
).split(" ");

async function ours(payload: string): Promise<number> {
  const grants = { hrtime: true };
  await using plugin = await loadPlugin({ source: SOURCE }, { grants });
  return Number((await plugin.run(payload)).text());
}

async function peers(folder: string, payload: string): Promise<number> {
  const { python, ...late } = await loadArtifact();
  const wasi = new WASI({
    version: "preview1",
    args: ["/"],
    preopens: { "/": folder },
  });
  const se2 = new Se2({ file: "plugin.py", wrapper: true });
  const bridge = new Bridge();
  using instance = await Instance.create({
    module: python,
    late,
    maximum: DEFAULT_MAXIMUM,
    offer: {
      "env": se2.imports,
      "py_plugin": bridge.imports,
      "wasi_snapshot_preview1": wasi.wasiImport as WebAssembly.ModuleImports,
    },
    bind: (memory) => se2.bind(new GuestMemory(memory)),
    begin: (guest) => wasi.initialize(guest),
  });
  bridge.attach(instance);
  await startPython(instance, false);
  await bridge.alone(() => loadFile(se2, instance, `/${PROGRAM}`, "plugin"));
  const result = await bridge.alone(() =>
    se2.run(instance, payloadBytes(payload))
  );
  return Number(result.text());
}

if (import.meta.main) {
  const [count = "", folder] = Deno.args;
  const payload = MODULES.slice(0, Number(count)).join(" ");
  const once = () => folder ? peers(folder, payload) : ours(payload);
  // deno-lint-ignore no-console -- this is its answer
  console.log(JSON.stringify([await once(), await once()]));
}
