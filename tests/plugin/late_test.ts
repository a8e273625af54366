/**
 * What is loaded late. A process loads it once, so most of these tests run a
 * program of their own.
 */
import { assertEquals } from "@std/assert";
import { loadPlugin, runScript } from "../../mod.ts";
import { Library } from "../../src/runtime/mod.ts";
import { StdlibImage } from "../../src/runtime/stdlib_image.ts";
import { stdlib } from "../../wrapper/stdlib.js";
import { PythonGuest } from "../fixtures/python_guest.ts";

const FRAME = `
import { loadPlugin } from "${import.meta.resolve("../../mod.ts")}";
import { loadArtifact } from "${
  import.meta.resolve("../../src/runtime/mod.ts")
}";
const { rest, stdlib } = await loadArtifact();
async function load(source: string, options = { late: true }) {
  const head = "def run_e(payload, ident): pass\\n";
  return await loadPlugin({ source: head + source }, options);
}
`;

/** Most of these tests are about the library alone. */
const WITH_CODE = "await rest.load();\n";

/** The lines that a program prints, which has `load`, `rest` and `stdlib`. */
async function printed(program: string, code = WITH_CODE): Promise<string[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--ext=ts", "-"],
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(FRAME + code + program));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return (decoder.decode(stdout) + decoder.decode(stderr)).trim().split("\n");
}

Deno.test("a plugin that imports nothing else starts and answers without the library", async () => {
  const lines = await printed(`
    await using plugin = await load("def double(n): return 2 * n");
    console.log(await plugin.call("double", [21]), stdlib.isLoaded);
  `);
  assertEquals(lines, ["42 false"]);
});

Deno.test("the library comes when a call imports from it, and when a plugin does while it is loaded", async () => {
  const lines = await printed(`
    await using one = await load(\`
def late():
    import colorsys
    return colorsys.rgb_to_hsv(1, 0, 0)\`);
    console.log(stdlib.isLoaded);
    console.log((await one.call("late")).join(), stdlib.isLoaded);
  `);
  assertEquals(lines, ["false", "0,1,1 true"]);
  assertEquals(
    await printed(`
    await using plugin = await load("import colorsys as found");
    console.log(stdlib.isLoaded);
    console.log(plugin.callSync("found.rgb_to_hsv", [1, 0, 0]).join());
    `),
    ["true", "0,1,1"],
  );
});

Deno.test("a call of any kind that may wait does so from its first step on, when nothing is there", async () => {
  const lines = await printed(
    `
    await using plugin = await load("def double(n): return 2 * n");
    console.log(rest.module === undefined, stdlib.isLoaded);
    console.log(await plugin.call("double", [21]));
  `,
    "",
  );
  assertEquals(lines, ["true false", "42"]);
});

/** A guest whose library nobody has loaded, and that library. */
async function lateGuest(source: string): Promise<[PythonGuest, Library]> {
  const library = new Library(() => Promise.resolve(new StdlibImage(stdlib)));
  return [await PythonGuest.start(source, { library }), library];
}

Deno.test("the library comes for whatever looks at it: its files, their names, its directories", async () => {
  const looks = [
    ["open(LIB + '/this.py').read(3)", "s ="],
    ["'this.py' in os.listdir(LIB)", "True"],
    ["os.stat(LIB).st_nlink > 2", "True"],
    ["os.path.isdir(LIB + '/json')", "True"],
    ["os.path.exists(LIB + '/absent')", "False"],
    ["os.access(LIB + '/this.py', os.R_OK)", "True"],
    ["refused(os.mkdir, LIB + '/new')", "EROFS"],
    ["refused(os.rmdir, LIB + '/json')", "EROFS"],
    ["refused(os.rename, LIB + '/this.py', LIB + '/that.py')", "EROFS"],
    ["refused(os.link, LIB + '/this.py', LIB + '/that.py')", "EROFS"],
    ["refused(os.symlink, 'this.py', LIB + '/that.py')", "EROFS"],
    ["refused(os.unlink, LIB + '/this.py')", "EROFS"],
    ["refused(os.utime, LIB + '/this.py')", "EROFS"],
    ["refused(os.readlink, LIB + '/this.py')", "EINVAL"],
  ];
  for (const [look, answer] of looks) {
    const [guest, library] = await lateGuest(`
import errno, os, sdk
LIB = "/python/lib/python3.14"

def refused(call, *args):
    try:
        return call(*args)
    except OSError as error:
        return errno.errorcode[error.errno]

def run_e(payload, ident):
    sdk.return_result(str(${look}), ident)
`);
    using _guest = guest;
    await guest.load();
    const before = library.isLoaded;
    assertEquals(
      [before, await guest.run(""), library.isLoaded],
      [false, answer, true],
      look,
    );
  }
});

Deno.test("two plugins wait for one library", async () => {
  const lines = await printed(`
    const source = "def late():\\n import colorsys\\n return colorsys.__name__";
    await using one = await load(source);
    await using two = await load(source);
    const names = await Promise.all([one.call("late"), two.call("late")]);
    console.log(names.join());
  `);
  assertEquals(lines, ["colorsys,colorsys"]);
});

Deno.test("a plugin that waits for the library cannot be entered, and what calls it later has its turn", async () => {
  const lines = await printed(`
    await using plugin = await load(\`
def late():
    import colorsys
    return "late"
def other():
    return "other"\`);
    const late = plugin.call("late");
    const other = plugin.call("other");
    try {
      plugin.callSync("other");
    } catch (error) {
      console.log(error.name, error.fault, error.message);
    }
    console.log(await late, await other, plugin.callSync("other"));
  `);
  assertEquals(lines, [
    "PluginError caller Cannot call the plugin: it waits for a part of Python that is being loaded; wait for the call that it is in",
    "late other other",
  ]);
});

Deno.test("callSync() that needs the library before it is there ends the plugin, with the reason", async () => {
  const lines = await printed(`
    await using plugin = await load("def late():\\n import colorsys");
    for (let i = 0; i < 2; i++) {
      try {
        plugin.callSync("late");
      } catch (error) {
        console.log(error.name, error.message);
      }
    }
  `);
  assertEquals(lines, [
    "InternalError The plugin needs a file of the standard library that is not loaded yet, where it cannot wait for it",
    'PluginClosed Cannot call the plugin: it has crashed; reset() it, or load it with restart: "auto"',
  ]);
});

Deno.test("without late, and with a trace, the library is there before the plugin", async () => {
  for (const options of ["{}", "{ late: true, trace() {} }"]) {
    const lines = await printed(`
      await using plugin = await load("def late():\\n import colorsys", ${options});
      console.log(stdlib.isLoaded, plugin.callSync("late"));
    `);
    assertEquals(lines, ["true null"], options);
  }
});

/** SQLite is in the rest of the code: hardly any start needs it. */
const SOURCE = `
import sqlite3

def rows(count):
    with sqlite3.connect(":memory:") as db:
        db.execute("create table t (n)")
        db.executemany("insert into t values (?)", ((n,) for n in range(count)))
        return db.execute("select sum(n) from t").fetchone()[0]
`;

Deno.test("code that few plugins need is there without being waited for", async () => {
  await using plugin = await loadPlugin({ source: SOURCE });
  assertEquals(plugin.callSync("rows", [4]), 6);
  assertEquals(await plugin.call("rows", [5]), 10);
});

Deno.test("a late plugin waits for it in the middle of what it does", async () => {
  const lines: string[] = [];
  const status = await runScript({ source: SOURCE + "\nprint(rows(5))" }, {
    late: true,
    stdout: (chunk) => void lines.push(new TextDecoder().decode(chunk)),
  });
  assertEquals([status, lines.join("")], [0, "10\n"]);
});

Deno.test("two late plugins need it at the same time", async () => {
  const source = SOURCE.replace("import sqlite3\n", "") +
    "\ndef late_rows(count):\n    global sqlite3\n    import sqlite3\n    return rows(count)\n";
  await using one = await loadPlugin({ source }, { late: true });
  await using other = await loadPlugin({ source }, { late: true });
  const sums = [one, other].map((each) => each.call("late_rows", [4]));
  assertEquals(await Promise.all(sums), [6, 6]);
});
