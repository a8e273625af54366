import { assertEquals, assertRejects } from "@std/assert";
import {
  type GrantOptions,
  loadPlugin,
  ReturnedError,
  runScript,
} from "../../mod.ts";
import { Collected } from "../fixtures/python.ts";

const PLUGINS = new URL("../../plugins/", import.meta.url);

/** What the plugins that ask for something are granted. */
const GRANTS: Readonly<Record<string, GrantOptions>> = {
  "word_count": { read: ["."] },
};

/** The names of all example plugins. */
function examples(): string[] {
  return [...Deno.readDirSync(PLUGINS)].map(({ name }) => name).sort();
}

/** The Python files of one of them. */
function filesOf(name: string): Record<string, string> {
  const directory = new URL(`${name}/`, PLUGINS);
  return Object.fromEntries(
    [...Deno.readDirSync(directory)]
      .filter((entry) => entry.name.endsWith(".py"))
      .map((entry) => [
        entry.name,
        Deno.readTextFileSync(new URL(entry.name, directory)),
      ]),
  );
}

for (const name of examples()) {
  Deno.test(`plugins/${name}: its own tests pass in here`, async () => {
    const err = new Collected();
    const status = await runScript(
      { files: filesOf(name), entry: "test_plugin.py" },
      { stdout: "null", stderr: err.sink },
    );
    assertEquals(status, 0, err.text);
    assertEquals(/^Ran [1-9]\d* tests? in /m.test(err.text), true, err.text);
  });

  Deno.test(`plugins/${name}: has a readme, and loads as a directory`, async () => {
    const readme = new URL(`${name}/README.md`, PLUGINS);
    assertEquals(
      (await Deno.readTextFile(readme)).startsWith(`# ${name}\n`),
      true,
    );
    const grants = GRANTS[name] ?? {};
    await using plugin = await loadPlugin(new URL(`${name}/`, PLUGINS), {
      grants,
    });
    assertEquals(plugin.alive, true);
  });
}

/** What the reference plugin answers, from the ABI's own table. */
const VECTORS: Readonly<Record<string, string>> = {
  "It can't bite it's own tail. I'm done laughing.":
    "tI can't etib it's nwo tail. I'm enod laughing.",
  "Hello there": "olleH ereht",
  "": "",
  "a  b": "a  b",
  "well-known": "nwonk-llew",
  "(done).": ".)enod(",
  "3.14": "3.14",
  "12345": "54321",
  "wo!rd": "wo!rd",
  "!word": "drow!",
  "naïve café": "evïan éfac",
  "日本語 テキスト": "語本日 トスキテ",
};

Deno.test("plugins/reverse answers every vector of the reference", async () => {
  await using plugin = await loadPlugin("plugins/reverse/plugin.py");
  for (const [payload, result] of Object.entries(VECTORS)) {
    assertEquals((await plugin.run(payload)).text(), result);
  }
});

Deno.test("plugins/notes keeps its notes from call to call", async () => {
  await using plugin = await loadPlugin("plugins/notes");
  const ask = async (request: unknown) =>
    (await plugin.run(JSON.stringify(request))).json();
  for (let i = 1; i <= 50; i++) {
    assertEquals(await ask({ add: { title: `n${i}`, body: "same words" } }), {
      id: i,
    });
  }
  const found = await ask({ find: "same" });
  assertEquals(Array.isArray(found) && found.length, 50);
});

Deno.test("plugins/word_count reads what it is granted, and says what it cannot", async () => {
  const grants = { read: ["."], denyRead: ["deno.json"] };
  await using plugin = await loadPlugin("plugins/word_count", { grants });
  const text = await Deno.readTextFile("LICENSE");
  const [lines, words] = [
    text.split("\n").length - 1,
    text.split(/\s+/).length,
  ];
  assertEquals(
    (await plugin.run("LICENSE")).text(),
    `${lines} lines, ${words - 1} words, ${text.length} bytes`,
  );
  await assertRejects(
    () => plugin.run("deno.json"),
    ReturnedError,
    "cannot count deno.json: No such file or directory",
  );
});
