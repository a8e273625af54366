import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  loadPlugin,
  PermissionError,
  PluginLoadError,
  type PluginOptions,
  runScript,
} from "../../mod.ts";
import { satisfies } from "../../src/plugin/python_version.ts";
import { scriptBlock } from "../../src/plugin/script_block.ts";
import { escaped, quoted } from "../../src/plugin/words.ts";
import { Collected } from "../fixtures/python.ts";

/** A script with this block, which says that it ran. */
function script(block: string): { source: string; name: string } {
  const lines = block.split("\n").map((line) =>
    line === "" ? "#" : `# ${line}`
  );
  return {
    source: `# /// script\n${lines.join("\n")}\n# ///\nprint("ran")\n`,
    name: "job.py",
  };
}

/** What it printed. */
async function run(block: string, grants: PluginOptions["grants"] = {}) {
  const stdout = new Collected();
  await runScript(script(block), { grants, stdout: stdout.sink });
  return stdout.text;
}

const ASKING = `requires-python = ">=3.12"
dependencies = []

[tool.other]
key = 1
[tool.py-plugin]
read = ["data/in.csv", "it's here, too"]
write = ["out"]
env = ["CITY", "KEY"]
tmp = "64MB"
hrtime = true`;

Deno.test("asked and not granted is one error with the flags to add", async () => {
  const error = await assertRejects(() => run(ASKING), PermissionError);
  assertEquals(error.flags, [
    `'--allow-read=data/in.csv,it'\\''s here,, too'`,
    "--allow-write=out",
    "--allow-env=CITY,KEY",
    "--tmp=64MB",
    "--allow-hrtime",
  ]);
  assertEquals(
    error.message,
    `Cannot run "job.py": it asks for more than it was granted; add ${
      error.flags.join(" ")
    }`,
  );
});

Deno.test("only what is missing is named, and what is granted runs", async () => {
  const grants = {
    read: ["data", "it's here, too"],
    write: ["out"],
    env: { CITY: "Oslo", "K*": true },
  } as const;
  const error = await assertRejects(
    () => run(ASKING, { ...grants, read: ["it's here, too"] }),
    PermissionError,
  );
  assertEquals(error.flags, [
    "--allow-read=data/in.csv",
    "--tmp=64MB",
    "--allow-hrtime",
  ]);
  assertEquals(
    await run(ASKING, { ...grants, tmp: true, hrtime: true }),
    "ran\n",
  );
});

Deno.test("no flag is advised for what the user denies", async () => {
  const grants = {
    read: ["data", "it's here, too"],
    write: ["out"],
    env: ["CITY", "KEY"],
    denyRead: ["data/in.csv"],
    denyWrite: ["."],
    denyEnv: ["K*"],
    tmp: true,
  } as const;
  const mixed = await assertRejects(() => run(ASKING, grants), PermissionError);
  assertEquals(mixed.flags, ["--allow-hrtime"]);
  const denied =
    '"data/in.csv" by --deny-read, "out" by --deny-write, "KEY" by --deny-env';
  assertStringIncludes(
    mixed.message,
    `than it was granted; add --allow-hrtime; it was denied ${denied}`,
  );
  const error = await assertRejects(
    () => run(ASKING, { ...grants, hrtime: true }),
    PermissionError,
  );
  assertEquals([error.flags, error.message], [
    [],
    `Cannot run "job.py": it asks for what was denied: ${denied}`,
  ]);
  const all = { denyRead: ["/"], read: true } as const;
  const everything = await assertRejects(
    () => run("[tool.py-plugin]\nread = true", all),
    PermissionError,
  );
  assertStringIncludes(everything.message, "everything by --deny-read");
});

Deno.test("a denial of a part of what is asked for stops nobody", async () => {
  const block = '[tool.py-plugin]\nread = ["data"]\nenv = ["AWS_*"]';
  const grants = {
    read: ["data"],
    denyRead: ["data/in.csv"],
    env: { "AWS_*": true },
    denyEnv: ["AWS_SECRET"],
  } as const;
  assertEquals(await run(block, grants), "ran\n");
});

Deno.test("asking grants nothing: a plugin that asks for less has no more", async () => {
  const source = `# /// script
# [tool.py-plugin]
# env = ["CITY"]
# ///
import os, sdk
def run_e(payload, ident):
    sdk.return_result(repr(dict(os.environ)), ident)
`;
  await using plugin = await loadPlugin(
    { source },
    { grants: { env: { CITY: "Oslo", MORE: "x" } } },
  );
  assertEquals(
    (await plugin.run()).text(),
    "{'CITY': 'Oslo', 'MORE': 'x'}",
  );
});

Deno.test("everything can be asked for", async () => {
  const block = "[tool.py-plugin]\nread = true\nwrite = true\ntmp = true";
  const error = await assertRejects(
    () => run(block, { write: ["/a"] }),
    PermissionError,
  );
  assertEquals(error.flags, ["--allow-read", "--allow-write", "--tmp"]);
  const grants = { read: true, write: true, tmp: true } as const;
  assertEquals(await run(block, grants), "ran\n");
});

Deno.test("a block that cannot be granted is refused before any code runs", async () => {
  const cases: Record<string, string> = {
    "read = [": "its script block is not TOML: ",
    'dependencies = ["requests<3", "rich"]':
      "it depends on requests<3, rich, and plugins install nothing",
    'requires-python = ">=3.15"': "it needs Python >=3.15, and this is 3.14.7",
    'requires-python = "three"': 'its requires-python is "three", which cannot',
    "requires-python = 3": "its requires-python is 3, which cannot be read",
    '[tool.py-plugin]\nnetwork = ["example.com"]':
      'it asks for "network", and a plugin can ask for read, write, env',
    '[tool.py-plugin]\nread = "data"': 'its "read" is not a list of words',
    "[tool.py-plugin]\nenv = [1]": 'its "env" is not a list of words',
    '[tool.py-plugin]\nread = [""]': 'its "read" has an empty word',
    '[tool.py-plugin]\ntmp = "big"': 'its "tmp" is not a size',
    "[tool.py-plugin]\nhrtime = 1": 'its "hrtime" is neither true nor false',
    "tool = 1": 'its "tool" is not a table',
  };
  for (const [block, message] of Object.entries(cases)) {
    const error = await assertRejects(() => run(block), PluginLoadError);
    assertStringIncludes(error.message, `Cannot load "job.py": ${message}`);
  }
});

Deno.test("scriptBlock() finds the block as PEP 723 has it", () => {
  const block = "# /// script\n# a = 1\n#\n#   b = 2\n# ///\n";
  const cases: [source: string, block: string | undefined][] = [
    [`"""doc"""\n${block}import x\n`, "a = 1\n\n  b = 2\n"],
    [block.replaceAll("\n", "\r\n"), "a = 1\n\n  b = 2\n"],
    [
      "# /// script\n# a\n# ///\n# b\n# ///\nx",
      "a\n# ///\nb\n".replace("# ", ""),
    ],
    ["# /// script\n# a = 1\nx = 1\n# ///\n", undefined],
    ["# /// script\n# ///\n", undefined],
    ["# /// pyproject\n# a\n# ///\n", undefined],
    ["  # /// script\n# a\n# ///\n", undefined],
    ["print('no block')", undefined],
  ];
  for (const [source, expected] of cases) {
    assertEquals(scriptBlock(source, "p.py"), expected, source);
  }
  assertThrows(
    () => scriptBlock(`${block}x = 1\n${block}`, "p.py"),
    PluginLoadError,
    'Cannot load "p.py": it has 2 script blocks',
  );
});

Deno.test("satisfies() reads versions as PEP 440 does", () => {
  const right = [
    ">=3.12",
    ">=3.14.7",
    ">3.14",
    "<4",
    "<=3.14.7",
    "==3.14.*",
    "==3.14.7",
    "== 3.14.7.0",
    "!=3.13",
    "!=3.13.*",
    "~=3.12",
    "~=3.14.2",
    ">=3.11, <4, !=3.14.6",
    "",
  ];
  const wrong = [
    ">=3.15",
    "<3.14",
    "==3.14",
    "==3.13.*",
    "!=3.14.*",
    "~=3.13.1",
    "~=4.0",
    ">3.14.7",
    ">=3.12,<3.14",
  ];
  const senseless = ["3.14", ">= three", "~=3", ">=3.*", ">=3.12 <4"];
  const version = [3, 14, 7];
  for (const each of right) assertEquals(satisfies(version, each), true, each);
  for (const each of wrong) assertEquals(satisfies(version, each), false, each);
  for (const each of senseless) {
    assertEquals(satisfies(version, each), undefined, each);
  }
});

Deno.test("flags are words as a shell takes them", () => {
  assertEquals(quoted("--allow-read=/a/b-c.d,e"), "--allow-read=/a/b-c.d,e");
  assertEquals(quoted("--env=a b"), "'--env=a b'");
  assertEquals(quoted("$(x)"), "'$(x)'");
  assertEquals(quoted("--allow-env=AWS_*"), "'--allow-env=AWS_*'");
  assertEquals(escaped("a,b"), "a,,b");
});

/** A plugin whose block has these lines. */
function asking(...lines: string[]) {
  const block = ["/// script", ...lines, "///"].map((line) => `# ${line}\n`);
  return { source: `${block.join("")}def run_e(p, i): pass\n` };
}

Deno.test("a block cannot write a shell command or a terminal's escapes into the advice", async () => {
  const tricks = [
    'env = ["A --allow-read=/ ; touch pwned #"]',
    'env = ["A,B"]',
    'read = ["a\\u001b[2J"]',
    'read = ["a\\nb"]',
    'read = ["a\\u202eb"]',
    'write = ["a\\u2028b"]',
  ];
  for (const trick of tricks) {
    await assertRejects(
      () => loadPlugin(asking("[tool.py-plugin]", trick)),
      PluginLoadError,
      trick.startsWith("env") ? "is not a list of" : "is not what it seems",
    );
  }
  const error = await assertRejects(
    () => loadPlugin(asking('dependencies = ["num\\u001b[2Jpy"]')),
    PluginLoadError,
  );
  assertEquals(/[\p{Cc}\p{Cf}]/u.test(error.message), false);
  const quoted = await assertRejects(
    () => loadPlugin(asking("[tool.py-plugin]", 'read = ["a b; rm -rf x"]')),
    PermissionError,
  );
  assertStringIncludes(quoted.message, "'--allow-read=a b; rm -rf x'");
});

Deno.test("a block that no parser likes is one error of the plugin's", async () => {
  const wrong = [
    `x = ${"1".repeat(5000)}`,
    `x = 0x${"f".repeat(5000)}`,
    `x = ${"[".repeat(5000)}`,
  ];
  for (const line of wrong) {
    const error = await loadPlugin(asking(line)).then(
      () => undefined,
      (e) => e,
    );
    assertEquals(
      error === undefined || error instanceof PluginLoadError,
      true,
      String(error),
    );
  }
});

Deno.test("line separators that are none in Python hide no block", async () => {
  await assertRejects(
    () => loadPlugin(asking('dependencies = ["numpy"] # \u2028')),
    PluginLoadError,
    "it depends on numpy",
  );
});

Deno.test("many beginnings of a block are read once each", async () => {
  const source = "# /// script\n".repeat(200_000) + "def run_e(p, i): pass\n";
  const plugin = await loadPlugin({ source });
  await plugin.close();
});
