import { assertEquals } from "@std/assert";
import { loadPlugin } from "../../mod.ts";

const PROGRAM = new URL("../fixtures/deno_parts_program.ts", import.meta.url);
/** With this Deno says what it loads of itself, and for whom. */
const ASK = { DENO_LOG_LAZY_LOAD: "1", NO_COLOR: "1" };

/** What was loaded before the plugin ran, and after. */
async function loads(isolation: string): Promise<[string[], string[]]> {
  const directory = await Deno.makeTempDir();
  try {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", PROGRAM.href, isolation, directory],
      env: ASK,
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals(text(stdout), "x LimitError", text(stderr));
    const lines = text(stderr).split("\n");
    const start = lines.indexOf("the plugin runs");
    return [lines.slice(0, start), lines.slice(start + 1)].map((part) =>
      part.filter((line) => line.startsWith("[lazy]"))
    ) as [string[], string[]];
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

// V8 is told to leave a step that takes too long, and a worker that is ended;
// a part of Deno that is half loaded then ends the process, with a panic.
for (const isolation of ["thread", "worker"]) {
  Deno.test(`no part of Deno is loaded while a plugin runs (${isolation})`, async () => {
    const [before, after] = await loads(isolation);
    assertEquals(before.length > 0, true, "Deno does not say what it loads");
    assertEquals(after, []);
  });
}

Deno.test("a function that stands for fetch is not called", async () => {
  const { fetch } = globalThis;
  let calls = 0;
  globalThis.fetch = () => {
    calls += 1;
    throw new Error("nobody has asked for this");
  };
  try {
    await using plugin = await loadPlugin({ source: "def f(): return 1" }, {
      host: { unused: () => 0 },
      limits: { time: "30s" },
    });
    assertEquals([await plugin.call("f"), calls], [1, 0]);
  } finally {
    globalThis.fetch = fetch;
  }
});
