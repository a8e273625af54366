import { assertEquals, assertStringIncludes } from "@std/assert";
import { withFiles } from "../fixtures/files.ts";
import { program } from "../fixtures/program.ts";

const PLUGIN = `"""Two functions."""
print("imported")
def area(w: float, h: float = 1) -> float: ...
`;

/** The names of a directory's files. */
async function filesIn(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  return entries.filter(({ isFile }) => isFile).map(({ name }) => name).sort();
}

Deno.test("types prints a plugin's declarations, and nothing else, on standard output", async () => {
  await withFiles({ "p.py": PLUGIN }, async (directory) => {
    const path = `${directory}/p.py`;
    const { status, stdout, stderr } = await program([
      "types",
      "--from=jsr:@x/py-plugin@1",
      path,
    ]);
    assertEquals([status, stderr], [0, "imported\n"]);
    assertEquals(
      stdout,
      `// deno-fmt-ignore-file
/**
 * The types of ${path}, for \`plugin.as<Api>()\`.
 *
 * Written by \`py-plugin types\`: change the plugin, not this file.
 *
 * Two functions.
 *
 * @module
 */

import type { KeywordArguments } from "jsr:@x/py-plugin@1";

/** The plugin's functions, as the host calls them. */
export interface Api {
  area(w: number, kwargs: KeywordArguments<{ h?: number }>): Promise<number>;
  area(w: number, h?: number): Promise<number>;
}
`,
    );
    const output = `${directory}/p.d.ts`;
    const written = await program(["types", "--output", output, path]);
    assertEquals([written.status, written.stdout], [0, ""]);
    assertStringIncludes(
      await Deno.readTextFile(output),
      'from "@x/py-plugin";',
    );
  });
});

Deno.test("types --host writes stubs, and removes those of what is gone", async () => {
  await withFiles({
    "host.ts":
      "export default { kv: { get(k: string): string { return k } } };",
    "mine.pyi": "",
  }, async (directory) => {
    const words = [
      "types",
      `--host=${directory}/host.ts`,
      `--output=${directory}`,
    ];
    const first = await program(words);
    assertEquals([first.status, first.stderr], [0, ""]);
    assertEquals(
      first.stdout.trim().split("\n").map((path) =>
        path.slice(directory.length)
      ),
      [
        "/host/__init__.pyi",
        "/host/kv/__init__.pyi",
        "/host/aio/__init__.pyi",
        "/host/aio/kv/__init__.pyi",
        "/host/_types.pyi",
        "/sdk.pyi",
      ],
    );
    const stub = await Deno.readTextFile(`${directory}/host/kv/__init__.pyi`);
    assertStringIncludes(stub, "def get(k: str, /) -> str: ...\n");
    await Deno.writeTextFile(`${directory}/host/mine.pyi`, "# mine\n");
    await Deno.writeTextFile(
      `${directory}/host.ts`,
      "export default { other: 1 as unknown };",
    );
    assertEquals((await program(words)).status, 0);
    const left = await filesIn(`${directory}/host`);
    assertEquals(left, ["__init__.pyi", "_types.pyi", "mine.pyi"]);
    assertEquals(await filesIn(`${directory}/host/kv`), []);
  });
});

Deno.test("types --sdk writes the stub of sdk alone", async () => {
  await withFiles({}, async (directory) => {
    const { status, stdout } = await program([
      "types",
      "--sdk",
      `--output=${directory}/new`,
    ]);
    assertEquals([status, stdout], [0, `${directory}/new/sdk.pyi\n`]);
  });
});

Deno.test("types says what is wrong with its words, and helps", async () => {
  for (
    const [words, reason] of [
      [[], "types needs a PLUGIN, or --host"],
      [["a.py", "b.py"], 'types takes one PLUGIN, not "b.py" as well'],
      [["--frob", "a.py"], "unknown flag --frob"],
      [
        ["--host", "h.ts", "a.py"],
        "types writes for a PLUGIN or for --host, not both at once",
      ],
      [["--output=", "a.py"], "--output needs a name"],
      [["--tmp=x", "a.py"], "--tmp takes"],
    ] as const
  ) {
    const { status, stdout, stderr } = await program(["types", ...words]);
    assertEquals([status, stdout], [2, ""]);
    assertStringIncludes(stderr, `error: ${reason}`);
  }
  const help = await program(["types", "--help"]);
  assertEquals(help.status, 0);
  assertStringIncludes(help.stdout, "--host=FILE the host's types");
});

Deno.test("types ends as a run does when the plugin or the host cannot be read", async () => {
  const absent = await program(["types", "absent.py"]);
  assertEquals([absent.status, absent.stdout], [2, ""]);
  const noHost = await program(["types", "--host=absent.ts"]);
  assertEquals(noHost.status, 1);
  assertStringIncludes(noHost.stderr, 'Cannot read the host from "absent.ts"');
  await withFiles({ "p.py": "1 / 0" }, async (directory) => {
    const failed = await program(["types", `${directory}/p.py`]);
    assertEquals([failed.status, failed.stdout], [1, ""]);
    assertStringIncludes(failed.stderr, "ZeroDivisionError: division by zero");
  });
});

Deno.test("types writes the same for the example plugins as for any", async () => {
  const { status, stdout } = await program([
    "types",
    "plugins/csv_summary/plugin.py",
  ]);
  assertEquals(status, 0);
  assertStringIncludes(stdout, "  summarise(text: string): Promise<");
});
