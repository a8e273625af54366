import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseCommand } from "../../src/cli/args.ts";
import { parseServe } from "../../src/cli/serve_args.ts";
import { program } from "../fixtures/program.ts";
import { withFiles } from "../fixtures/files.ts";

Deno.test("a plugin that does not end is ended by --timeout, with status 124", async () => {
  const files = {
    "plugin.py":
      "import itertools\ndef run_e(payload, ident): sum(itertools.repeat(0))",
    "script.py": "while True: pass",
  };
  await withFiles(files, async (directory) => {
    for (const file of ["plugin.py", "script.py"]) {
      const { status, stderr } = await program([
        "--timeout=2s",
        `${directory}/${file}`,
      ]);
      assertEquals(status, 124, stderr);
      assertStringIncludes(stderr, "2000 are allowed; raise limits.time");
    }
  });
});

Deno.test("what a plugin says of its failure moves no cursor", async () => {
  const source = 'raise ValueError("\\x1b[2Jgone\\u202e")\ndef run_e(p, i): 1';
  await withFiles({ "plugin.py": source }, async (directory) => {
    const { status, stderr } = await program([`${directory}/plugin.py`]);
    assertEquals(status, 1);
    assertStringIncludes(stderr, "ValueError: \\u{1b}[2Jgone\\u{202e}");
  });
});

Deno.test("a limit that cannot be is wrong usage, which tells the least one", async () => {
  const wrong: Record<string, string> = {
    "--memory=20MB": "from 24MiB on",
    "--memory=0": "from 24MiB on",
    "--max-files=0": "from 5 on",
    "--max-files=4": "from 5 on",
    "--max-depth=0": "from 50 to 2147483647",
    "--max-depth=49": "from 50 to 2147483647",
    "--max-depth=2147483648": "from 50 to 2147483647",
  };
  for (const [flag, least] of Object.entries(wrong)) {
    for (const parse of [parseCommand, parseServe]) {
      const command = parse([flag, "p.py"]);
      assert(command.kind === "wrong", flag);
      assertStringIncludes(command.reason, least);
    }
  }
  const { status, stderr } = await program(["--memory=20MB", "p.py"]);
  assertEquals(status, 2, stderr);
  const module = ["--memory=20MB", "guest.wasm"];
  assertEquals(parseCommand(module).kind, "run");
});

Deno.test("the traceback of a script that used up a limit is written once, as a plugin's is", async () => {
  const bodies: Record<string, string> = {
    "--memory=32MB": "x = [bytes(10**6) for _ in range(99)]",
    "--max-files=10": "x = [open(f'/tmp/{i}', 'w') for i in range(99)]",
    "--max-depth=90": "x = (f := lambda: f())()",
  };
  for (const [flag, body] of Object.entries(bodies)) {
    const files = {
      "script.py": body,
      "plugin.py": `def run_e(payload, ident): ${body}`,
    };
    await withFiles(files, async (directory) => {
      for (const file of Object.keys(files)) {
        const words = ["--tmp", flag, `${directory}/${file}`];
        const { status, stderr } = await program(words);
        assertEquals(status, 124, stderr);
        assertEquals(stderr.split("Traceback (most").length, 2, stderr);
        assertStringIncludes(stderr, "raise limits.");
      }
    });
  }
});
