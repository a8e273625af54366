import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { loadPlugin, type PluginOptions, runScript } from "../../mod.ts";
import { Collected } from "../fixtures/python.ts";

/** All that is random in the library, after one start. */
const RANDOM = `
import os, random, secrets, tempfile, uuid

def draw():
    return {
        "os.urandom": os.urandom(8).hex(),
        "random": str(random.random()),
        "SystemRandom": str(random.SystemRandom().random()),
        "secrets": secrets.token_hex(8),
        "tempfile": next(tempfile._get_candidate_names()),
        "uuid1": str(uuid.uuid1())[-12:],
        "uuid4": str(uuid.uuid4()),
        "uuid7": str(uuid.uuid7())[-12:],
    }

def agree():
    import sys
    return [sys.version, sorted(sys.modules), sys.path, dict(os.environ), sys.argv]
`;

async function output(
  source: string,
  options: PluginOptions,
): Promise<string> {
  const stdout = new Collected();
  await runScript({ source }, { ...options, stdout: stdout.sink });
  return stdout.text;
}

Deno.test("two starts of one image differ in all that is random, and in nothing else", async () => {
  await using one = await loadPlugin({ source: RANDOM });
  await using two = await loadPlugin({ source: RANDOM });
  assertEquals(await one.call("agree"), await two.call("agree"));
  const first = await one.call<Record<string, string>>("draw");
  const second = await two.call<Record<string, string>>("draw");
  assertEquals(Object.keys(first).length, 8);
  for (const [name, drawn] of Object.entries(first)) {
    assertNotEquals(drawn, second[name], name);
  }
});

Deno.test("a start has its own variables, arguments and streams, not the image's", async () => {
  const source = `import os, sys
print(dict(os.environ), os.getenv("A"), sys.argv[1:], os.getcwd())
print([s.line_buffering for s in (sys.stdin, sys.stdout, sys.stderr)])
print([(s.name, s.mode, s.encoding, s.errors) for s in (sys.stdin, sys.stdout, sys.stderr)])
print(sys.stdin.read())`;
  const options = {
    args: ["x"],
    grants: { env: { A: "1" } },
    stdin: new TextEncoder().encode("in"),
  };
  assertEquals(
    await output(source, options),
    `{'A': '1'} 1 ['x'] /
[False, False, True]
[('<stdin>', 'r', 'utf-8', 'surrogateescape'), ('<stdout>', 'w', 'utf-8', 'surrogateescape'), ('<stderr>', 'w', 'utf-8', 'backslashreplace')]
in
`,
  );
  assertEquals((await output(source, {})).split("\n")[0], "{} None [] /");
});

Deno.test("a start has its own time", async () => {
  const source = `import time, logging, asyncio
async def main(): return asyncio.get_running_loop().time()
print(int(time.time()), round(logging._startTime / 1e9), time.monotonic() < 1, asyncio.run(main()) < 1)`;
  const clock = new Date("2030-01-01T00:00:00Z");
  assertEquals(
    await output(source, { clock }),
    "1893456000 1893456000 True True\n",
  );
});

Deno.test("os.times() counts seconds", async () => {
  const source = `import os, time
begin = os.times()
time.sleep(0.1)
print(0.1 <= os.times().elapsed - begin.elapsed < 60)`;
  assertEquals(await output(source, {}), "True\n");
});

Deno.test("what is written to a stream that was replaced is passed on at the end", async () => {
  const source = `import io, sys
old, sys.stdout = sys.stdout, io.StringIO()
print("late", file=old)`;
  assert((await output(source, {})) === "late\n");
});
