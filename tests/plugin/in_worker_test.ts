import { assertEquals } from "@std/assert";

/** The tests of one thread that must hold in a worker as well. */
const FILES = [
  "crossing_errors_test.ts",
  "host_test.ts",
  "odd_calls_test.ts",
  "restart_test.ts",
  "streams_test.ts",
  "waiting_test.ts",
];
/** The same for who has more time: `PY_PLUGIN_TIMES` is set by `test-more`. */
const MORE = [
  "check_test.ts",
  "errors_test.ts",
  "host_trace_test.ts",
  "load_test.ts",
  "odd_errors_test.ts",
  "payload_test.ts",
  "repeat_test.ts",
  "sdk_test.ts",
  "snapshot_test.ts",
  "trace_test.ts",
];
const ROOT = new URL("../../", import.meta.url);

/** Gives those tests a package whose plugins are in workers. */
async function importMap(): Promise<string> {
  const text = await Deno.readTextFile(new URL("deno.json", ROOT));
  const { imports } = JSON.parse(text);
  const path = await Deno.makeTempFile({ suffix: ".json" });
  const swapped = {
    ...imports,
    [new URL("mod.ts", ROOT).href]:
      new URL("tests/fixtures/in_worker.ts", ROOT).href,
  };
  await Deno.writeTextFile(
    path,
    JSON.stringify({
      imports,
      scopes: { [new URL("tests/plugin/", ROOT).href]: swapped },
    }),
  );
  return path;
}

Deno.test("a plugin in a worker does what one in this thread does", async () => {
  const isMore = Deno.env.get("PY_PLUGIN_TIMES") !== undefined;
  const files = isMore ? [...FILES, ...MORE] : FILES;
  const map = await importMap();
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["test", "--no-check", "--allow-all", `--import-map=${map}`],
        ...files.map((file) => `tests/plugin/${file}`),
      ],
      cwd: ROOT,
      env: { "NO_COLOR": "1" },
    }).output();
    const decoder = new TextDecoder();
    assertEquals(code, 0, decoder.decode(stdout) + decoder.decode(stderr));
  } finally {
    await Deno.remove(map);
  }
});
