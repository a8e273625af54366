import { assertEquals, assertRejects } from "@std/assert";
import { loadPlugin, type Plugin, PluginCrashed } from "../../mod.ts";

const SOURCE = `
import asyncio, host
def stubborn():
    while True:
        try: host.never()
        except BaseException: pass
def busy():
    host.abort()
    while True:
        try:
            while True: pass
        except BaseException: pass
def in_c():
    try: host.never()
    except TimeoutError: pass
    sum(range(10 ** 15))
async def task():
    while True:
        try: await asyncio.sleep(100)
        except BaseException: pass
async def other(): await asyncio.sleep(100)
def run_e(payload, ident): stubborn()
def outer():
    try: host.nest()
    except TimeoutError: host.note("outer gives up")
def inner():
    host.wait()
    return 42
def answer(): return 42
`;

const REASON = new Error("enough");

/** A plugin without any limit, and what aborts calls of it. */
async function open(isolation: "thread" | "worker") {
  const abort = new AbortController();
  const plugin = await loadPlugin({ source: SOURCE }, {
    isolation,
    restart: "auto",
    host: {
      never: () => new Promise(() => {}),
      abort: () => abort.abort(REASON),
    },
  });
  return { plugin, abort, signal: abort.signal };
}

/** Let the plugin come to where it waits. */
const later = () => new Promise((resolve) => setTimeout(resolve, 20));

const calls: Record<
  string,
  (plugin: Plugin, signal: AbortSignal) => Promise<unknown>
> = {
  "waits again": (plugin, signal) => plugin.call("stubborn", [], { signal }),
  "goes on in C": (plugin, signal) => plugin.call("in_c", [], { signal }),
  "is a task": (plugin, signal) => plugin.call("task", [], { signal }),
  "is run()": (plugin, signal) => plugin.run("", { signal }),
  "runs": (plugin, signal) => plugin.call("busy", [], { signal }),
};

for (const isolation of ["thread", "worker"] as const) {
  for (const [name, make] of Object.entries(calls)) {
    Deno.test(`without any limit, an aborted call that ${name} is ended (${isolation})`, async () => {
      const { plugin, abort, signal } = await open(isolation);
      await using _plugin = plugin;
      const call = make(plugin, signal);
      if (name !== "runs") later().then(() => abort.abort(REASON));
      assertEquals(await assertRejects(() => call), REASON);
      assertEquals(await plugin.call("answer"), 42);
    });
  }
}

Deno.test("what else was under way in an instance that did not heed an abort has crashed", async () => {
  const { plugin, abort, signal } = await open("thread");
  await using _plugin = plugin;
  const other = plugin.call("other");
  const call = plugin.call("task", [], { signal });
  later().then(() => abort.abort(REASON));
  assertEquals(await assertRejects(() => call), REASON);
  await assertRejects(() => other, PluginCrashed, "when it was aborted");
});

Deno.test("an aborted call below another has its grace when that is done", async () => {
  const abort = new AbortController();
  const notes: string[] = [];
  const gate = Promise.withResolvers<void>();
  const inner = Promise.withResolvers<unknown>();
  await using plugin = await loadPlugin({ source: SOURCE }, {
    limits: { grace: 10 },
    host: {
      nest: async () => {
        inner.resolve(plugin.call("inner"));
        await new Promise(() => {});
      },
      wait: async () => await gate.promise,
      note: (text: string) => void notes.push(text),
    },
  });
  const { signal } = abort;
  const outer = plugin.call("outer", [], { signal });
  await later();
  abort.abort(REASON);
  assertEquals(await assertRejects(() => outer), REASON);
  await later();
  gate.resolve();
  assertEquals(await inner.promise, 42);
  assertEquals(await plugin.call("answer"), 42);
  assertEquals(notes, ["outer gives up"]);
});
