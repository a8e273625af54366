import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const BUILD = new URL("../../build.ts", import.meta.url).href;

async function build(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", BUILD, ...args],
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("build.ts names every missing tool, and the packages, in one error", async () => {
  const { code, err } = await build(["build"], { WASI_SDK_PATH: "/nowhere" });
  assertEquals(code, 1);
  assertMatch(
    err,
    /^Cannot build without these tools in WASI_SDK_PATH="\/nowhere": clang, wasm-ld, llvm-ar/,
  );
  assertStringIncludes(
    err,
    "\nDebian: apt-get install --no-install-recommends clang-19 lld-19 llvm-19",
  );
});

Deno.test("build.ts shows its usage", async () => {
  assertMatch((await build(["--help"])).out, /^deno run -A build\.ts </);
  const { code, err } = await build(["bild"]);
  assertEquals(code, 1);
  assertMatch(err, /^Cannot run build\.ts: "bild"\n\ndeno run -A build\.ts/);
});

Deno.test("build.ts check refuses a source that is not the pinned one", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/Python-3.14.7.tar.xz`, "not this");
  const { code, err } = await build(["check", "--sources", folder]);
  assertEquals(code, 1);
  assertStringIncludes(
    err,
    `Cannot use "${folder}/Python-3.14.7.tar.xz": its SHA-256 is`,
  );
  await Deno.remove(folder, { recursive: true });
});
