import { assertEquals } from "@std/assert";
import { cacheIn } from "../fixtures/cache.ts";
import { withFiles } from "../fixtures/files.ts";
import { program } from "../fixtures/program.ts";

/** A file of an image with this at its end. */
function imageWith(end: readonly number[]): Uint8Array {
  return Uint8Array.of(...new Uint8Array(9000).fill(0x9b), ...end);
}

/** What `cache info` prints of an image with this at its end. */
async function lineOf(end: readonly number[]): Promise<string> {
  const files = { [`py-plugin/${"a".repeat(64)}`]: imageWith(end) };
  let line = "";
  await withFiles(files, async (dir) => {
    await Deno.chmod(`${dir}/py-plugin`, 0o700);
    const env = cacheIn(dir);
    const { stdout } = await program(["cache", "info"], { env });
    line = stdout.split("\n").slice(1).join("\n");
  });
  return line.replace(/^ *8\.\d+ kiB {2}\d{4}-\d\d-\d\d {2}/, "");
}

Deno.test("cache info prints no more of a damaged image than that it has no name", async () => {
  const damages = [
    [0xff, 0xff, 0xff, 0xff],
    [0x00, 0x10, 0x00, 0x00], // the longest, and no text
    [0x01, 0x10, 0x00, 0x00], // longer than one may be
    [0x03, 0x00, 0x00, 0x00],
    [0x00, 0x00, 0x00, 0x00],
  ];
  for (const end of damages) assertEquals(await lineOf(end), "?\n", `${end}`);
});

Deno.test("a plugin's name is one line of cache info", async () => {
  const name = "x\n999 kiB\t2026-01-01\u2028fake\u202e\x1b[2J";
  const bytes = new TextEncoder().encode(name);
  assertEquals(
    await lineOf([...bytes, bytes.length, 0, 0, 0]),
    "x\\u{a}999 kiB\\u{9}2026-01-01\\u{2028}fake\\u{202e}\\u{1b}[2J\n",
  );
});

Deno.test("a plugin's name is one line of --explain-permissions", async () => {
  const name = "x\n  refused: nothing\n";
  await withFiles({ [`${name}.py`]: "print(1)" }, async (dir) => {
    const path = `${dir}/${name}.py`;
    const { stderr } = await program(["--explain-permissions", path]);
    const [first] = stderr.split("\n");
    const shown = path.replaceAll("\n", "\\u{a}");
    assertEquals(first, `permissions of ${shown}`);
  });
});
