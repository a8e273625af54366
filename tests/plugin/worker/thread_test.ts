import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  LimitError,
  loadPlugin,
  type Plugin,
  PluginClosed,
  PluginCrashed,
  type PyObject,
} from "../../../mod.ts";

const SOURCE = `
import sys, time
def add(a, b): return a + b
def forever():
    while True: pass
def stubborn():
    while True:
        try:
            while True: pass
        except BaseException: pass
def in_c(): return sum(range(10**12))
def asleep(): time.sleep(1000)
def make(): return object()
def told(tell):
    tell()
    stubborn()
def leave():
    import os
    os._exit(3)
`;

function open(limits = {}): Promise<Plugin> {
  return loadPlugin({ source: SOURCE }, { isolation: "worker", limits });
}

for (const name of ["forever", "stubborn", "in_c", "asleep"]) {
  Deno.test(`a worker that does not listen is ended: ${name}`, async () => {
    await using plugin = await open();
    const error = await assertRejects(
      () => plugin.call(name, [], { timeout: 100 }),
      LimitError,
    );
    assertEquals([error.limit, error.value], ["time", 100]);
  });
}

Deno.test("a call that stands still is ended, too", async () => {
  await using plugin = await open();
  assertThrows(
    () => plugin.callSync("stubborn", [], { timeout: 100 }),
    LimitError,
  );
});

Deno.test("an aborted call ends, with its reason, whatever the plugin does", async () => {
  await using plugin = await open();
  const controller = new AbortController();
  const reason = new Error("enough");
  const call = plugin.call("told", [() => void controller.abort(reason)], {
    signal: controller.signal,
  });
  assertEquals(await assertRejects(() => call), reason);
  assertEquals(plugin.alive, false);
  await assertRejects(() => plugin.call("add", [1, 2]), PluginClosed);
});

Deno.test("a thread that was ended does not go on", {
  ignore: Deno.build.os !== "linux", // it is seen in /proc
}, async () => {
  const program = new URL("ended_thread.ts", import.meta.url);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", program.href],
    stdout: "null",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
});

Deno.test("a thread that goes on although it was ended is told of", async () => {
  const program = new URL("endless_input.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", program.href],
    stdin: "piped", // nothing is ever written to it
    stdout: "piped",
  }).spawn();
  const { stdout } = await child.output();
  await child.stdin.close();
  assertEquals(
    new TextDecoder().decode(stdout).slice(0, 46),
    "LimitError: Cannot end the plugin's thread: it",
  );
});

Deno.test("a thread whose guest was cut off while it asked the host goes on", async () => {
  let begun = false;
  await using plugin = await loadPlugin({
    source: "import host\ndef ask():\n    while True: host.ping()\n" +
      "def answer(): return 42\n",
  }, {
    isolation: "worker",
    restart: "auto",
    host: { ping: () => void (begun = true) },
    limits: { time: "10s", grace: "100ms" },
  });
  let timeout = 20;
  for (let times = 0; times < 3;) {
    begun = false;
    const ask = assertRejects(() => plugin.call("ask", [], { timeout }));
    await Promise.allSettled([ask, plugin.call("answer")]);
    await ask;
    assertEquals(await plugin.call("answer"), 42);
    if (begun) times++;
    else timeout *= 2; // the machine is busy: it did not come to the host
  }
});

Deno.test("closing a worker ends what is under way", async () => {
  const plugin = await open();
  const call = plugin.call("forever");
  await Promise.all([
    assertRejects(() => call, PluginClosed),
    plugin.close(),
  ]);
  await plugin.close();
  assertEquals(plugin.alive, false);
  assertThrows(() => plugin.callSync("add", [1, 2]), PluginClosed);
});

Deno.test("two workers work at the same time as this thread", async () => {
  await using busy = await open();
  await using other = await open();
  const call = busy.call("forever");
  assertEquals(await other.call("add", [1, 2]), 3);
  assertEquals(other.callSync("add", [3, 4]), 7);
  await Promise.all([assertRejects(() => call, PluginClosed), busy.close()]);
});

Deno.test("a guest that crashes says so, and its thread is another matter", async () => {
  await using plugin = await open();
  await assertRejects(() => plugin.call("leave"), PluginCrashed, "status 3");
  assertEquals(plugin.alive, false);
  await assertRejects(
    () => plugin.call("add", [1, 2]),
    PluginClosed,
    "it has crashed",
  );
});

Deno.test("Python's objects are counted, and let go of, across threads", async () => {
  await using plugin = await open();
  {
    using _object = await plugin.call<PyObject>("make");
    assertEquals(plugin.handles, 1);
  }
  assertEquals(plugin.handles, 0);
});
