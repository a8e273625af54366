import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
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

/** A directory with a plugin of two modules and a package. */
async function plugin(): Promise<string> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  await Deno.mkdir(join(directory, "own"));
  const files = {
    "plugin.py": PLUGIN,
    "first.py": "",
    "second.py": "import csv",
    "own/__init__.py": "",
    "own/third.py": "",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(directory, name), text);
  }
  return directory;
}

Deno.test("an import looks again at nothing that cannot change", async () => {
  const directory = await plugin();
  try {
    let looks: string[] = [];
    const trace = (event: TraceEvent) => {
      if (event.event !== "syscall") return;
      if (
        /^path_filestat_get|readdir/.test(event.name) &&
        event.paths !== undefined
      ) {
        looks.push(...event.paths);
      }
    };
    await using plugin = await loadPlugin(directory, { trace });
    await plugin.call("load", [["first", "own", "json"]]);
    looks = [];
    await plugin.call("load", [["second", "own.third", "colorsys"]]);
    assertEquals([...new Set(looks)], LOOKS);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a module that appears in a directory of the host's is found", async () => {
  const [own, granted] = [await plugin(), await plugin()];
  try {
    await using plugin = await loadPlugin(own, { grants: { read: [granted] } });
    // It may be named by way of the plugin's own, which never changes.
    await plugin.call("look_in", [`/plugin/..${granted}`]);
    const load = () => plugin.call("load", [["appears"]]);
    await assertRejects(load, PythonError, "No module named 'appears'");
    await Deno.writeTextFile(join(granted, "appears.py"), "");
    assertEquals(await load(), ["appears"]);
  } finally {
    await Deno.remove(own, { recursive: true });
    await Deno.remove(granted, { recursive: true });
  }
});
