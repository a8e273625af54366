import { assert, assertEquals } from "@std/assert";
import { cacheIn } from "./fixtures/cache.ts";
import { blocksOf, normalize, sameOutput, shownIn } from "./console_blocks.ts";

const ROOT = new URL("../", import.meta.url);

/** Running the tests is what happens already; `tests/e2e/fresh_home.ts` runs it as a newcomer does. */
const RUNS_THE_TESTS = /\btask (?:test|ok)\b/;

/**
 * The same program without a network: this Deno for any other, this repo for the published package.
 * `tests/e2e/` proves the true commands.
 */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  [/(^|[|&;(] *)npx -y deno@[\d.]+/g, "$1deno"],
  [/(^|[|&;(] *)deno\b/g, `$1'${Deno.execPath()}'`],
  [/\bjsr:@x\/py-plugin(?=\s)/g, "mod.ts"],
];

/** The texts whose code runs, with what they say. */
async function texts(): Promise<Map<string, string>> {
  const paths = ["README.md", "RATIONALE.md"];
  for await (const entry of Deno.readDir(new URL("plugins/", ROOT))) {
    if (entry.isDirectory) paths.push(`plugins/${entry.name}/README.md`);
  }
  for await (const { name } of Deno.readDir(new URL("docs/", ROOT))) {
    if (name.endsWith(".md")) paths.push(`docs/${name}`);
  }
  const read = async (path: string) =>
    [path, await Deno.readTextFile(new URL(path, ROOT))] as const;
  return new Map(await Promise.all(paths.sort().map(read)));
}

/** What a shell in the repo prints for a command, both streams, without colours. */
async function run(command: string): Promise<{ code: number; text: string }> {
  const local = STAND_INS.reduce(
    (text, [pattern, standIn]) => text.replaceAll(pattern, standIn),
    command,
  );
  const options = {
    args: ["-c", `exec 2>&1; ${local}`],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...cacheIn() },
  };
  const shell = new Deno.Command("sh", { ...options, stdin: "null" });
  const { code, stdout } = await shell.output();
  return { code, text: new TextDecoder().decode(stdout) };
}

Deno.test("docs: `deno test --doc` runs every ts block: none is hidden from it", async () => {
  for (const [path, text] of await texts()) {
    for (const { language } of blocksOf(text)) {
      if (/^(?:ts|js|typescript|javascript)\b/.test(language)) {
        assertEquals(language, "ts", path);
      }
    }
  }
});

Deno.test("docs: every command in the texts prints what they show", async (t) => {
  let commands = 0;
  for (const [path, text] of await texts()) {
    for (const { command, output } of shownIn(text)) {
      if (RUNS_THE_TESTS.test(command)) continue;
      commands += 1;
      await t.step(`${path}: ${command}`, async () => {
        const { code, text: real } = await run(command);
        assertEquals(code === 0, !/error/i.test(output), real);
        if (!sameOutput(output, real)) {
          assertEquals(normalize(real), normalize(output));
        }
      });
    }
  }
  assert(
    commands > 0,
    "no text shows a command: look at the patterns of this test",
  );
});

Deno.test("docs: shownIn() splits a block into commands and their output", () => {
  const markdown =
    "# x\n\n```console\n$ one\n1\n2\n$ two\n```\n\n```py\n$ no\n```\n";
  assertEquals(shownIn(markdown), [{ command: "one", output: "1\n2\n" }, {
    command: "two",
    output: "",
  }]);
});

Deno.test("docs: sameOutput() sees a changed word, and no change in idents, pointers and times", () => {
  const shown =
    "Task start deno run\n[host.ts] | id=17 ptr=0xbdae50 took 3 ms\nolleH\n";
  assert(
    sameOutput(shown, "[host.ts] | id=-2081 ptr=0x8 took 412.5 ms\nolleH"),
  );
  assert(
    !sameOutput(shown, "[host.ts] | id=17 ptr=0xbdae50 took 3 ms\nolleh\n"),
  );
  assert(
    !sameOutput(
      shown,
      "[host.ts] | id=17 ptr=0xbdae50 took 3 ms\nolleH\nmore\n",
    ),
  );
});

Deno.test("docs: sameOutput() takes … for any lines, and nothing else", () => {
  assert(sameOutput("a\n…\nd\n", "a\nb\nc\nd\n"));
  assert(sameOutput("a\n…\n", "a\nb\n"));
  assert(!sameOutput("a\n…\nd\n", "a\nb\nc\n"));
  assert(!sameOutput("a…\n", "ab\n"));
});
