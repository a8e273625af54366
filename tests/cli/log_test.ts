import { assertEquals, assertMatch } from "@std/assert";
import { withFile } from "../fixtures/files.ts";
import { program } from "../fixtures/program.ts";

const WORDS = ["plugins/reverse/plugin.py", "Hello there"];

/** Replace what differs from run to run: pointers and the ident. */
function normalised(log: string): string {
  const ident = /run_e\(0x[0-9a-f]+, \d+, (\d+)\)/.exec(log)?.[1] ?? "?";
  return log.replaceAll(ident, "N").replaceAll(/0x[0-9a-f]+/g, "P");
}

const LOG = `[open.ts] | loading module python.wasm
  [runtime.c] | working directory is /
  [runtime.c] | started CPython 3.14.7
[python.ts] | loading /plugin/plugin.py: calling allocate(17)
  [se2.c] | called allocate(17), returning P
  [runtime.c] | loading "/plugin/plugin.py"
  [se2.c] | called deallocate(P, 17)
[se2.ts] | calling allocate(11)
  [se2.c] | called allocate(11), returning P
[se2.ts] | stored payload "Hello there" at ptr=P, len=11
[se2.ts] | calling run_e(P, 11, N)
  [se2.c] | id=N called run_e, calling CPython plugin.run_e("Hello there", N)
    [plugin.py] | id=N | called run_e, calling sdk.return_result("olleH ereht", N)
  [sdk.c] | called return_result(P, 11, N)
[se2.ts] | retrieved data "olleH ereht" from buffer at ptr=P, len=11
[se2.ts] | returned result "olleH ereht" with ident N
    [plugin.py] | id=N | result returned
  [se2.c] | run_e completed
[se2.ts] | run_e returned
[se2.ts] | calling deallocate(P, 11)
  [se2.c] | called deallocate(P, 11)
`;

Deno.test("--log=trace shows what all three layers did, in order", async () => {
  const { stdout, stderr } = await program(["--log=trace", ...WORDS]);
  assertEquals(normalised(stderr), LOG);
  assertEquals(stdout, "olleH ereht\n");
});

Deno.test("the log is in true order when all goes into one pipe", async () => {
  const source = `import sdk
def run_e(payload, ident):
    print("one")
    sdk.log(sdk.INFO, "two", ident)
    print("three")
    sdk.return_result("five", ident)
    print("four")
`;
  await withFile("p.py", source, async (path) => {
    const all = new Deno.Command("sh", {
      args: [
        "-c",
        '"$1" run -A mod.ts --no-cache "$2" x 2>&1',
        "sh",
        Deno.execPath(),
        path,
      ],
    });
    const { stdout } = await all.output();
    assertMatch(
      new TextDecoder().decode(stdout),
      /^one\n {4}\[p\.py\] \| id=\d+ \| two\nthree\nfour\nfive\n$/,
    );
  });
});

Deno.test("each layer has its colour when asked for, never under NO_COLOR", async () => {
  const always = ["--log=trace", "--color=always", ...WORDS];
  const colored = await program(always);
  const painted = (color: number, tag: string) =>
    colored.stderr.includes(`\x1b[${color}m${tag}\x1b[39m | `);
  assertEquals(painted(33, "[se2.ts]"), true, colored.stderr);
  assertEquals(painted(32, "  [se2.c]"), true, colored.stderr);
  assertEquals(painted(35, "    [plugin.py]"), true, colored.stderr);
  const plain = [
    await program(always, { env: { NO_COLOR: "1" } }),
    await program(["--log=trace", "--color=never", ...WORDS]),
    await program(["--log=trace", ...WORDS]),
  ];
  for (const { stderr } of plain) assertEquals(stderr.includes("\x1b["), false);
});

Deno.test("the log shows from the level that was asked for", async () => {
  const source = "import sdk\ndef run_e(p, i):\n" +
    "    for level in (4, 3, 2, 1): sdk.log(level, f'n{level}', i)\n";
  await withFile("p.py", source, async (path) => {
    const shown = async (...flags: string[]) =>
      [...(await program([...flags, path, "x"])).stderr.matchAll(/n\d/g)].join(
        "",
      );
    assertEquals(await shown(), "n3n2n1");
    assertEquals(await shown("--log=debug"), "n4n3n2n1");
    assertEquals(await shown("--log=error"), "n1");
  });
});
