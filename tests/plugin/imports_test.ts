import { assertEquals, assertRejects } from "@std/assert";
import { loadPlugin, PythonError, type TraceEvent } from "../../mod.ts";

const PLUGIN = `
import importlib, sys

def load(names):
    return [importlib.import_module(name).__name__ for name in names]

def look_in(path):
    sys.path.append(path)
`;

/** A new directory is listed once; the plugin's own files are looked at. */
const LOOKS = ["/plugin/second.py", "/plugin/own", "/plugin/own/third.py"];

/** A plugin of two modules and a package. */
const FILES = {
  "plugin.py": PLUGIN,
  "first.py": "",
  "second.py": "import csv",
  "own/__init__.py": "",
  "own/third.py": "",
};

Deno.test("an import looks again at nothing that cannot change", async () => {
  let looks: string[] = [];
  const trace = (event: TraceEvent) => {
    if (event.event !== "syscall") return;
    if (/^path_filestat_get|readdir/.test(event.name) && event.paths) {
      looks.push(...event.paths);
    }
  };
  await using plugin = await loadPlugin({ files: FILES }, { trace });
  await plugin.call("load", [["first", "own", "json"]]);
  looks = [];
  await plugin.call("load", [["second", "own.third", "colorsys"]]);
  assertEquals([...new Set(looks)], LOOKS);
});

Deno.test("a module that appears in a directory of the host's is found", async () => {
  const granted = await Deno.realPath(await Deno.makeTempDir());
  try {
    const grants = { read: [granted] };
    await using plugin = await loadPlugin({ files: FILES }, { grants });
    // It may be named by way of the plugin's own, which never changes.
    await plugin.call("look_in", [`/plugin/..${granted}`]);
    const load = () => plugin.call("load", [["appears"]]);
    await assertRejects(load, PythonError, "No module named 'appears'");
    await Deno.writeTextFile(`${granted}/appears.py`, "");
    assertEquals(await load(), ["appears"]);
  } finally {
    await Deno.remove(granted, { recursive: true });
  }
});
