import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withFiles } from "../fixtures/files.ts";
import { program } from "../fixtures/program.ts";

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

const FILES = {
  "job.py": `import os
for path in ("/etc/passwd", "/etc/passwd", "d/secret/k", "d/a.txt"):
    try: open(path, "a" if path.endswith(".txt") else "r")
    except OSError as error: print(error.strerror)
`,
  "d/a.txt": "a",
  "d/secret/k": "k",
};

Deno.test("--trace writes JSON lines to a file, or to standard error", async () => {
  await withFiles(FILES, async (dir) => {
    const job = `${dir}/job.py`;
    await program([`--trace=${dir}/trace`, "--env=KEY=secret", job]);
    const text = await Deno.readTextFile(`${dir}/trace`);
    const events = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(events[0], { event: "grant", kind: "env", value: "KEY" });
    assertEquals(text.includes('secret"'), false);
    const kinds = new Set(events.map(({ event }) => event));
    assertEquals([...kinds], ["grant", "syscall", "refusal"]);
    const refusal = events.find(({ event }) => event === "refusal");
    assertEquals(refusal, {
      event: "refusal",
      name: "path_open",
      need: "read",
      path: "/etc/passwd",
      by: "grant",
      flag: "--allow-read=/etc/passwd",
    });
    const { stderr } = await program(["--trace=-", job]);
    assertStringIncludes(stderr, JSON.stringify(refusal));
  });
});

Deno.test("a trace that cannot be written is one clear error", async () => {
  await withFiles(FILES, async (dir) => {
    const job = `${dir}/job.py`;
    const denied = await program([`--trace=${dir}/t`, job], {
      permissions: [`--allow-read=${job}`],
    });
    assertEquals(denied, {
      status: 1,
      stdout: "",
      stderr:
        `error: Cannot write the trace to "${dir}/t": Deno does not allow it; run with --allow-write=${dir}/t\n`,
    });
    const missing = await program([`--trace=${dir}/no/t`, job]);
    assertStringIncludes(missing.stderr, "No such file or directory");
  });
});

Deno.test("--explain-permissions tells what was granted and refused", async () => {
  await withFiles(FILES, async (dir) => {
    const source = (await Deno.readTextFile(`${dir}/job.py`))
      .replaceAll('"d/', `"${dir}/d/`);
    await Deno.writeTextFile(`${dir}/job.py`, source);
    const run = await program([
      "--explain-permissions",
      `--allow-read=${dir}/d`,
      `--deny-read=${dir}/d/secret`,
      `${dir}/job.py`,
    ]);
    assertEquals(run, {
      status: 0,
      stdout: `No such file or directory
No such file or directory
No such file or directory
Permission denied
`,
      stderr: `permissions of ${dir}/job.py
  granted:
    read     ${dir}/d
    no read  ${dir}/d/secret
  refused:
    read   ${
        "/etc/passwd".padEnd(dir.length + 11)
      }  2 times  add --allow-read=/etc/passwd
    read   ${dir}/d/secret/k  once     denied by --deny-read
    write  ${
        `${dir}/d/a.txt`.padEnd(dir.length + 11)
      }  once     add --allow-write=${dir}/d/a.txt
`,
    });
  });
});

Deno.test("--explain-permissions does not speak of a plugin that did not start", async () => {
  const asks = "# /// script\n# [tool.py-plugin]\n# env = ['ASKED']\n# ///\n";
  await withFiles({ "asks.py": asks, "ok.py": "" }, async (dir) => {
    const explained = async (...words: string[]) => {
      const { stderr } = await program(["--explain-permissions", ...words]);
      return stderr.slice(stderr.indexOf("permissions of "))
        .replaceAll(dir, "/d");
    };
    assertEquals(
      await explained(`${dir}/none.py`),
      "permissions of /d/none.py\n  it did not start\n",
    );
    assertEquals(
      await explained("--tmp", `${dir}/asks.py`),
      "permissions of /d/asks.py\n  granted:\n    tmp  64MiB in memory\n  it did not start\n",
    );
    assertEquals(
      await explained(`${dir}/ok.py`),
      "permissions of /d/ok.py\n  granted: nothing\n  refused: nothing\n",
    );
  });
});

Deno.test("--explain-permissions speaks up after a failure, and when there is nothing", async () => {
  await withFiles({ "job.py": "1 / 0", "ok.py": "" }, async (dir) => {
    const failed = await program(["--explain-permissions", `${dir}/job.py`]);
    assertEquals(failed.status, 1);
    assert(
      failed.stderr.endsWith(
        `ZeroDivisionError: division by zero\npermissions of ${dir}/job.py\n  granted: nothing\n  refused: nothing\n`,
      ),
      failed.stderr,
    );
  });
});

Deno.test("what Deno refuses is told with Deno's flag", async () => {
  await withFiles(FILES, async (dir) => {
    const job = `${dir}/job.py`;
    const { stderr } = await program(
      ["--explain-permissions", "--allow-read=/etc", job],
      { permissions: [`--allow-read=${job}`] },
    );
    assertStringIncludes(
      stderr,
      "read   /etc/passwd  2 times  Deno does not allow it; run with deno run --allow-read=/etc/passwd\n",
    );
  });
});

Deno.test("a trace that cannot be written any more is said once, the plugin goes on, and the status is 1", async () => {
  const run = await program([
    "--trace=/dev/full",
    "plugins/reverse/plugin.py",
    "hi",
  ]);
  assertEquals([run.status, run.stdout], [1, "ih\n"]);
  assertEquals(
    run.stderr,
    'error: Cannot write the trace to "/dev/full": No space left on device (os error 28)\n',
  );
  const exits = ["--trace=/dev/full", "data:,import sys; sys.exit(7)"];
  assertEquals((await program(exits)).status, 7);
});

Deno.test("a plugin cannot reach the trace that tells about it", async () => {
  const files = { "job.py": "print('ran')", "d/deep/x": "", "e/x": "" };
  await withFiles(files, async (dir) => {
    const real = await Deno.realPath(dir);
    await Deno.symlink(`${real}/d`, `${dir}/link`);
    await Deno.symlink("../d/T", `${dir}/e/dangling`);
    await Deno.symlink("dangling", `${dir}/e/twice`);
    await Deno.symlink(`${real}/d/over`, `${dir}/e/away`);
    await Deno.symlink(`${real}/e/t`, `${dir}/d/over`);
    await Deno.symlink("../d/deep", `${dir}/e/deep`);
    const job = `${dir}/job.py`;
    const refused: string[][] = [
      [`--trace=${dir}/d/t`, `--allow-write=${dir}`],
      [`--trace=${dir}/d/t`, `--allow-write=${dir}/d/t`],
      [`--trace=${dir}/d/t`, "--allow-write"],
      [`--trace=${dir}/link/t`, `--allow-write=${dir}/d`],
      [`--trace=${dir}/d/t`, `--allow-write=${dir}/link`],
      [`--trace=${dir}/e/dangling`, `--allow-write=${dir}/d`],
      [`--trace=${dir}/e/twice`, `--allow-write=${dir}/d`],
      [`--trace=${dir}/e/away`, `--allow-write=${dir}/d`], // over a link there
      [`--trace=${dir}/e/deep/../t`, `--allow-write=${dir}/d`], // d/t
    ];
    for (const flags of refused) {
      const { status, stderr, stdout } = await program([...flags, job]);
      assertEquals([status, stdout], [1, ""], `${flags}`);
      assertStringIncludes(stderr, "may write there, and could forge it; add ");
    }
    assertEquals(await exists(`${dir}/d/T`), false);
    const read: string[][] = [
      [`--trace=${dir}/d/t`, `--allow-read=${dir}`],
      [`--trace=${dir}/d/t`, "--allow-read"],
      [`--trace=${dir}/e/dangling`, `--allow-read=${dir}/d`],
      [`--trace=${dir}/d/t`, "--mount", `${dir}/d:/m:ro`],
    ];
    for (const flags of read) {
      const { status, stderr, stdout } = await program([...flags, job]);
      assertEquals([status, stdout], [1, ""], `${flags}`);
      assertStringIncludes(stderr, "by reading it; add --deny-read=");
    }
    const both = [`--trace=${dir}/d/t`, "--mount", `${dir}/d:/m`, job];
    assertStringIncludes(
      (await program(both)).stderr,
      `may read and write there, and could forge it; add --deny-read=${dir}/d/t --deny-write=${dir}/d/t or`,
    );
    const fine: string[][] = [
      [`--trace=${dir}/t`, `--allow-write=${dir}/d`],
      [`--trace=${dir}/d/t`, `--allow-read=${dir}/e`],
      [`--trace=${dir}/d/t`, "--allow-read", `--deny-read=${dir}/d/t`],
      [`--trace=${dir}/d/t`, "--allow-write", `--deny-write=${dir}/d/t`],
      ["--trace=/dev/null", "--allow-write", "--allow-read"],
    ];
    for (const flags of fine) {
      const { status, stderr } = await program([...flags, job]);
      assertEquals([status, stderr], [0, ""], `${flags}`);
    }
  });
});
