import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { withFile, withFiles } from "../fixtures/files.ts";
import { program } from "../fixtures/program.ts";

const REVERSE = "plugins/reverse/plugin.py";

Deno.test("the program prints the result of a plugin", async () => {
  assertEquals(await program([REVERSE, "Hello there"]), {
    status: 0,
    stdout: "olleH ereht\n",
    stderr: "",
  });
});

Deno.test("the payload comes from the argument, else from stdin, else it is empty", async () => {
  const stdin = "from stdin";
  assertEquals((await program([REVERSE, "arg"], { stdin })).stdout, "gra\n");
  assertEquals((await program([REVERSE], { stdin })).stdout, "morf nidts\n");
  assertEquals((await program([REVERSE])).stdout, "\n");
  assertEquals((await program([REVERSE, ""], { stdin })).stdout, "\n");
});

Deno.test("--output writes the exact bytes", async () => {
  await withFiles({
    "p.py":
      "import sdk\ndef run_e(payload: bytes, ident):\n    print('noise')\n    sdk.return_result(payload, ident)\n",
  }, async (directory) => {
    const path = `${directory}/out.bin`;
    const stdin = new Uint8Array([0, 255, 10, 13, 128]);
    const { status, stdout } = await program(
      ["--output", path, `${directory}/p.py`],
      { stdin },
    );
    assertEquals([status, stdout], [0, "noise\n"]);
    assertEquals(await Deno.readFile(path), stdin);
    const denied = await program(["--output=/nowhere/x", REVERSE, "a"]);
    assertEquals(denied.status, 1);
    assertStringIncludes(
      denied.stderr,
      'Cannot write the result to "/nowhere/x"',
    );
  });
});

Deno.test("an uncaught exception prints its traceback and exits 1", async () => {
  await withFile(
    "p.py",
    "def run_e(payload, ident):\n    return 1 / 0\n",
    async (path) => {
      assertEquals(await program([path, "x"]), {
        status: 1,
        stdout: "",
        stderr: `Traceback (most recent call last):
  File "/plugin/p.py", line 2, in run_e
    return 1 / 0
           ~~^~~
ZeroDivisionError: division by zero
`,
      });
    },
  );
});

Deno.test("a returned error prints its code and message and exits 1", async () => {
  const table = await program(["plugins/csv_summary", "a\n1,2"]);
  assertEquals(table.status, 1);
  assertEquals(
    table.stderr,
    "error 400: cannot read the table: row 2 has 2 values; the first row names 1\n",
  );
});

Deno.test("wrong usage exits 2 with the usage line", async () => {
  for (const words of [[], ["--bogus", "p.py"], ["--log=x", "p.py"]]) {
    const { status, stdout, stderr } = await program(words);
    assertEquals([status, stdout], [2, ""]);
    assertMatch(stderr, /^error: .*\nusage: py-plugin /);
  }
  const missing = await program(["nowhere.py"]);
  assertEquals(missing, {
    status: 2,
    stdout: "",
    stderr: 'error: Cannot read "nowhere.py": there is no such file\n',
  });
  const two = await program([REVERSE, "Hello", "there"]);
  assertEquals(two.status, 2);
  assertStringIncludes(two.stderr, "takes one payload");
});

Deno.test("--help and --version teach and leave", async () => {
  const help = await program(["--help"]);
  assertEquals([help.status, help.stderr], [0, ""]);
  assertMatch(help.stdout, /^usage: py-plugin .*\n\nRun a Python plugin/);
  for (const line of help.stdout.split("\n")) {
    assertEquals(line.length <= 80, true, line);
  }
  const version = await program(["--version"]);
  assertMatch(
    version.stdout,
    /^py-plugin \d+\.\d+\.\d+ \(CPython 3\.14\.7, deno /,
  );
});

Deno.test("a file without run_e runs as a script", async () => {
  const source = `import sys
print(__name__, sys.argv[1:], sys.stdin.readline().strip())
if len(sys.argv) > 2: sys.exit(int(sys.argv[2]))
`;
  await withFile("job.py", source, async (path) => {
    const run = await program([path, "--flag", "7"], { stdin: "line\nrest" });
    assertEquals(run, {
      status: 7,
      stdout: "__main__ ['--flag', '7'] line\n",
      stderr: "",
    });
    assertEquals((await program([path])).status, 0);
  });
});

Deno.test("100 000 lines reach a pipe whole, and a closed pipe ends the script", async () => {
  await withFile(
    "p.py",
    "for i in range(100_000): print(i)\n",
    async (path) => {
      const { stdout, status } = await program([path]);
      assertEquals([status, stdout.split("\n").length], [0, 100_001]);
      const head = new Deno.Command("sh", {
        args: [
          "-c",
          '"$1" run -A mod.ts --no-cache "$2" | head -n 1; true',
          "sh",
          Deno.execPath(),
          path,
        ],
      });
      assertEquals(
        new TextDecoder().decode((await head.output()).stdout),
        "0\n",
      );
    },
  );
});

/** Run the program in a shell, `$1` and `$2` being how it is started. */
async function shell(line: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", line, "sh", Deno.execPath(), REVERSE],
  }).output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout) + decoder.decode(stderr);
}

Deno.test("streams that fail are one line, not a stack", async () => {
  const start = '"$1" run -A mod.ts --no-cache "$2"';
  assertEquals(
    await shell(`${start} x > /dev/full; echo $?`),
    "1\nerror: Cannot write to standard output: No space left on device (os error 28)\n",
  );
  assertMatch(
    await shell(`${start} < /; echo $?`),
    /^1\nerror: Cannot read the payload from standard input: Is a directory.*\n$/,
  );
  assertEquals(await shell(`{ ${start} x; echo $? >&2; } | true`), "1\n");
});

Deno.test("a script whose output cannot be written fails as CPython's does", async () => {
  await withFile(
    "p.py",
    "for i in range(100_000): print(i)\n",
    async (path) => {
      const full = await new Deno.Command("sh", {
        args: [
          "-c",
          '"$1" run -A mod.ts --no-cache "$2" > /dev/full',
          "sh",
          Deno.execPath(),
          path,
        ],
      }).output();
      assertEquals(full.code, 1);
      assertStringIncludes(
        new TextDecoder().decode(full.stderr),
        "OSError: [Errno 51] No space left on device",
      );
    },
  );
});

Deno.test("the program needs no permission but to read the plugin", async () => {
  const run = await program([REVERSE, "Hello there"], {
    permissions: ["--allow-read=plugins/reverse/plugin.py"],
  });
  assertEquals([run.status, run.stdout], [0, "olleH ereht\n"]);
  const denied = await program([REVERSE, "x"], { permissions: [] });
  assertEquals(denied.status, 2);
  assertEquals(
    denied.stderr,
    `error: Cannot read "${REVERSE}": Deno does not allow it; run with --allow-read=${REVERSE}\n`,
  );
});
