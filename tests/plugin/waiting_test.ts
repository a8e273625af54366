import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { loadPlugin, PluginError, PythonError, runScript } from "../../mod.ts";
import { later } from "../bridge/later.ts";

const RUN = "def run_e(payload, ident):\n import sdk\n sdk.return_result";

Deno.test("a plugin waits for the host while it is loaded", async () => {
  const log: string[] = [];
  await using plugin = await loadPlugin({
    source: "from host import config, note\nnote('loading')\n" +
      "SIZE = config('size')\nnote('loaded')",
  }, {
    host: {
      config: async (name: string) => await later(name.length),
      note: (text: string) => void log.push(text),
    },
  });
  assertEquals(await plugin.get("SIZE"), 4);
  assertEquals(log, ["loading", "loaded"]);
});

Deno.test("what a host function throws while a plugin is loaded is why it is not", async () => {
  const thrown = new Error("no settings");
  const error = await assertRejects(
    () =>
      loadPlugin({ source: "from host import config\nconfig()" }, {
        host: {
          config: async () => {
            await later(0);
            throw thrown;
          },
        },
      }),
    PythonError,
  );
  assertEquals(error.message, "no settings");
});

Deno.test("run() waits for async host functions, and asyncio does in it", async () => {
  await using plugin = await loadPlugin({
    source: `
import asyncio
from host import get
async def both(): return await asyncio.gather(get.aio(1), get.aio(2))
${RUN}(repr([get(payload), asyncio.run(both())]), ident)`,
  }, { host: { get: async (key: unknown) => await later(key) } });
  assertEquals((await plugin.run("a")).text(), "['a', [1, 2]]");
});

Deno.test("run() takes its turn: after what is under way, before what comes later", async () => {
  const log: string[] = [];
  await using plugin = await loadPlugin({
    source: `
from host import wait, note
def f(name):
    note(f"{name} in")
    wait()
    note(f"{name} out")
${RUN}(f(payload) or "", ident)`,
  }, {
    host: {
      wait: async () => await later(0),
      note: (text: string) => void log.push(text),
    },
  });
  await Promise.all([
    plugin.call("f", ["a"]),
    plugin.run("b"),
    plugin.call("f", ["c"]),
    plugin.run("d"),
  ]);
  assertEquals(
    log,
    ["a", "b", "c", "d"].flatMap((name) => [`${name} in`, `${name} out`]),
  );
});

Deno.test("run() cannot be called by a host function that the plugin waits for", async () => {
  const errors: unknown[] = [];
  await using plugin = await loadPlugin({
    source: `
from host import again
def f(): return again()
${RUN}(again(), ident)`,
  }, {
    host: {
      again: async (): Promise<string> => {
        await later(0);
        try {
          return (await plugin.run("x")).text();
        } catch (error) {
          errors.push(error);
          return "refused";
        }
      },
    },
  });
  assertEquals((await plugin.run("x")).text(), "refused");
  assertEquals(await plugin.call("f"), "refused");
  assertEquals(errors.map((error) => error instanceof PluginError), [
    true,
    true,
  ]);
});

Deno.test("a host function that run() waits for may call the plugin's functions", async () => {
  await using plugin = await loadPlugin({
    source: `
import asyncio
from host import up
def double(n): return n * 2
async def triple(n):
    await asyncio.sleep(0)
    return n * 3
${RUN}(str(up(7)), ident)`,
  }, {
    host: {
      up: async (n: number) =>
        await plugin.call<number>("double", [n]) +
        await plugin.call<number>("triple", [n]),
    },
  });
  assertEquals((await plugin.run("")).text(), "35");
});

Deno.test("calls of others wait until a nested async def is done with its caller", async () => {
  const log: string[] = [];
  await using plugin = await loadPlugin({
    source: `
import asyncio
from host import up, note
def outer():
    up()
    note("outer")
async def inner():
    await asyncio.sleep(0.001)
    note("inner")
async def other(): note("other")
`,
  }, {
    host: {
      up: async () => await plugin.call("inner"),
      note: (text: string) => void log.push(text),
    },
  });
  await Promise.all([plugin.call("outer"), plugin.call("other")]);
  assertEquals(log, ["inner", "outer", "other"]);
});

Deno.test("a script waits for the host", async () => {
  const written: Uint8Array[] = [];
  const status = await runScript({
    source: `
import asyncio
from host import get
async def main(): print(await asyncio.gather(get.aio("a"), get.aio("b")))
print(get("now"))
asyncio.run(main())
raise SystemExit(get(3))
`,
  }, {
    host: { get: async (key: unknown) => await later(key) },
    stdout: (chunk) => void written.push(chunk.slice()),
  });
  assertEquals(status, 3);
  const text = await new Blob(written as BlobPart[]).text();
  assertEquals(text, "now\n['a', 'b']\n");
});

Deno.test("closing a plugin rejects a run() that waits", async () => {
  const plugin = await loadPlugin({
    source: `from host import never\n${RUN}(never(), ident)`,
  }, { host: { never: async () => await new Promise(() => {}) } });
  const run = plugin.run("x");
  await later(0);
  await plugin.close();
  const error = await assertRejects(() => run, PluginError);
  assertStrictEquals(error.message.includes("closed"), true);
});
