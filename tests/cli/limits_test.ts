import { assertEquals, assertStringIncludes } from "@std/assert";
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
