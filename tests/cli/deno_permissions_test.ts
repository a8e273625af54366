import { assertEquals, assertStringIncludes } from "@std/assert";
import { withFiles } from "../fixtures/files.ts";
import { program } from "../fixtures/program.ts";

const PROGRAM = new URL("../../mod.ts", import.meta.url);

/** A script that tries things in a directory. */
function script(directory: string): string {
  return `import os
def tried(what):
    try: what(); print("ok")
    except OSError as error: print(type(error).__name__, error.filename)
os.chdir("${directory}")
for _ in range(200): os.stat("a.txt") # from then on the kernel is asked, if it may be
tried(lambda: open("a.txt").read())
tried(lambda: open("a.txt", "a").close())
tried(lambda: os.symlink("a.txt", "link"))
tried(lambda: os.listdir("sub"))
tried(lambda: open("/etc/passwd").read())
tried(lambda: open("b.txt", "w").close())
print(sorted(os.listdir(".")), "plugin" in os.listdir("/"))
`;
}

const FILES = { "d/a.txt": "a", "d/sub/x": "x" };

Deno.test("a grant is not more than Deno itself may do", async () => {
  await withFiles(FILES, async (dir) => {
    const job = `${dir}/job.py`;
    const words = [
      `--allow-read=${dir}/d,/etc`,
      `--allow-write=${dir}/d`,
      job,
    ];
    await Deno.writeTextFile(job, script(`${dir}/d`));
    const outcomes: [permissions: string[], lines: string[]][] = [
      [[`--allow-read=${dir}`], [
        "ok",
        "PermissionError a.txt",
        "PermissionError a.txt",
        "ok",
        "PermissionError /etc/passwd",
        "PermissionError b.txt",
        "['a.txt', 'sub'] True",
      ]],
      [[`--allow-read=${dir}`, `--allow-write=${dir}/d`], [
        "ok",
        "ok",
        "PermissionError a.txt",
        "ok",
        "PermissionError /etc/passwd",
        "ok",
        "['a.txt', 'b.txt', 'sub'] True",
      ]],
      [[`--allow-read=${dir}`, `--deny-read=${dir}/d/sub`], [
        "ok",
        "PermissionError a.txt",
        "PermissionError a.txt",
        "PermissionError sub",
        "PermissionError /etc/passwd",
        "PermissionError b.txt",
        "['a.txt', 'b.txt'] True",
      ]],
      // With something denied, "all" is not everything: Deno closes /proc.
      [["--allow-all", `--deny-read=${dir}/d/sub`], [
        "ok",
        "ok",
        "ok",
        "PermissionError sub",
        "ok",
        "ok",
        "['a.txt', 'b.txt', 'link'] True",
      ]],
    ];
    for (const [permissions, lines] of outcomes) {
      const { stdout, stderr } = await program(words, { permissions });
      assertEquals(stdout.trimEnd().split("\n"), lines, stderr);
    }
  });
});

Deno.test("no prompt of Deno's ever waits for an answer while a plugin runs", async () => {
  await withFiles(FILES, async (dir) => {
    await Deno.writeTextFile(`${dir}/job.py`, script(`${dir}/d`));
    // `script` gives the program a terminal, so that Deno would ask.
    const command = [
      Deno.execPath(),
      ...["run", `--allow-read=${dir}`, `--allow-write=${dir}/d`, "mod.ts"],
      ...[`--allow-read=${dir}/d,/etc`, `--allow-write=${dir}/d`],
      `${dir}/job.py`,
    ].join(" ");
    const terminal = new Deno.Command("script", {
      args: ["-qec", `exec timeout 60 ${command}`, "/dev/null"],
      stdin: "null",
      env: { NO_COLOR: "1" },
    });
    const { stdout } = await terminal.output();
    const text = new TextDecoder().decode(stdout).replaceAll("\r", "");
    assertEquals(text.includes("Allow?"), false, text);
    assertStringIncludes(text, "PermissionError /etc/passwd\nok\n['a.txt',");
  });
});

Deno.test("--trace and --output make Deno ask nothing", async () => {
  await withFiles({ "job.py": "def run_e(p, i): pass" }, async (dir) => {
    for (const flag of [`--trace=${dir}/x`, `--output=${dir}/x`]) {
      const command = `${Deno.execPath()} run --allow-read=${dir}/job.py ` +
        `mod.ts ${flag} ${dir}/job.py x`;
      const terminal = new Deno.Command("script", {
        args: ["-qec", `exec timeout 60 ${command}`, "/dev/null"],
        stdin: "null",
        env: { NO_COLOR: "1" },
      });
      const { stdout } = await terminal.output();
      const text = new TextDecoder().decode(stdout).replaceAll("\r", "");
      assertEquals(text.includes("Allow?"), false, text);
      assertStringIncludes(text, `run with --allow-write=${dir}/x`);
    }
  });
});

Deno.test("of a directory that Deno hides, what it allows can be read", async () => {
  await withFiles(FILES, async (dir) => {
    const job = `${dir}/job.py`;
    await Deno.writeTextFile(
      job,
      `import os
for what in (lambda: open("${dir}/d/a.txt").read(), lambda: open("/m/sub/x").read(),
             lambda: os.listdir("${dir}/d"), lambda: open("/m/a.txt").read(),
             lambda: open("${dir}/d/a.txt", "w")):
    try: print(what())
    except OSError as error: print(type(error).__name__)
print(os.listdir("${dir}"))
`,
    );
    const words = [`--allow-read=${dir}/d`, "--mount", `${dir}/d:/m:ro`, job];
    const { stdout, stderr } = await program(words, {
      permissions: [`--allow-read=${job},${dir}/d/a.txt,${dir}/d/sub`],
    });
    assertEquals(stdout.trimEnd().split("\n"), [
      "a",
      "x",
      "PermissionError",
      "a",
      "PermissionError",
      "['d']",
    ], stderr);
  });
});

/** What a script does in `u`, for whom Deno allows no more than `u/data`. */
async function inHidden(
  { permissions, grants, source }: {
    readonly permissions: (dir: string) => string[];
    readonly grants: string[];
    readonly source: string;
  },
): Promise<string> {
  let text = "";
  const files = { "u/data/in.csv": "1,2", "u/job.py": source, "u/s/x": "" };
  await withFiles(files, async (made) => {
    const dir = `${await Deno.realPath(made)}/u`;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", ...permissions(dir), PROGRAM.href],
        ...["--explain-permissions", ...grants, "job.py"],
      ],
      cwd: dir,
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    text = (decoder.decode(stdout) + decoder.decode(stderr))
      .replaceAll(dir, "/here");
  });
  return text;
}

Deno.test("the working directory is the user's though Deno hides it, where it was granted", async () => {
  const text = await inHidden({
    permissions: (dir) => [`--allow-read=${dir}/data,${dir}/job.py`],
    grants: ["--allow-read=."],
    source: `import os
print(os.getcwd(), open("data/in.csv").read(), os.path.isdir("."), os.listdir("data"))
for what in (lambda: os.listdir("."), lambda: open("s/x"), lambda: open("no")):
    try: what()
    except OSError as error: print(type(error).__name__)
`,
  });
  assertStringIncludes(
    text,
    "/here 1,2 True ['in.csv']\nPermissionError\nPermissionError\nPermissionError\n",
  );
  assertStringIncludes(text, "run with deno run --allow-read=/here/s/x\n");
});

Deno.test("where nobody passes what Deno hides, the advice is to let us see it", async () => {
  const permissions = (dir: string) => [
    `--allow-read=${dir}/data,${dir}/job.py`,
    `--allow-write=${dir}/data`,
  ];
  const source = 'import os; print(os.getcwd()); open("data/in.csv")';
  const grants = ["--allow-read=.", "--allow-write=."];
  const text = await inHidden({ permissions, grants, source });
  assertStringIncludes(text, "/\nTraceback");
  assertStringIncludes(
    text,
    "/data/in.csv  once  Deno does not allow it; run with deno run --allow-read=/here\n",
  );
});

Deno.test("what is denied to Deno itself is told as that", async () => {
  const text = await inHidden({
    permissions: (dir) => ["--allow-read", `--deny-read=${dir}/s`],
    grants: ["--allow-read=."],
    source: 'open("s/x")',
  });
  assertStringIncludes(
    text,
    "read  /here/s/x  once  denied to Deno itself by deno run --deny-read\n",
  );
});

Deno.test("what the program needs itself and Deno denies wants no flag", async () => {
  await withFiles({ "job.py": "", "d/job.py": "" }, async (dir) => {
    const job = `${dir}/job.py`;
    const outcomes: [permission: string, words: string[], reason: string][] = [
      [
        `--deny-write=${dir}/d`,
        [`--trace=${dir}/d/t`, job],
        `Cannot write the trace to "${dir}/d/t": it is denied to Deno itself by --deny-write`,
      ],
      [
        "--deny-env=CITY",
        ["--allow-env=CITY", job],
        'Cannot pass the environment variable "CITY": it is denied to Deno itself by --deny-env',
      ],
      [
        `--deny-read=${dir}/d`,
        [`${dir}/d/job.py`],
        `Cannot read "${dir}/d/job.py": it is denied to Deno itself by --deny-read`,
      ],
      [
        "--deny-net=127.0.0.1",
        ["http://127.0.0.1/job.py"],
        'Cannot fetch "http://127.0.0.1/job.py": it is denied to Deno itself by --deny-net',
      ],
    ];
    for (const [permission, words, reason] of outcomes) {
      const permissions = ["-A", permission];
      const { stderr } = await program(words, { permissions });
      assertEquals(stderr, `error: ${reason}\n`);
    }
  });
});
