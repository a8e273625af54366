import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  loadPlugin,
  PluginClosed,
  type PluginOptions,
  type PyCallable,
  PythonError,
  runScript,
} from "../../mod.ts";
import type { Body } from "../../src/runtime/body.ts";
import { type BodyPool, loadArtifact } from "../../src/runtime/mod.ts";

const SOURCE = `
import asyncio, host
secret = "".join(["mar", "ker"]) * 1000

def double(n): return 2 * n
def function(): return double
def grow(): return len(bytearray(50_000_000))
async def wait(): return await host.never.aio()
`;
const host = { never: () => new Promise(() => {}) };
/** What a plugin without limits has. */
const MAXIMUM = 16384;

const open = (options: PluginOptions = {}) =>
  loadPlugin({ source: SOURCE }, { host, ...options });

/** All bodies that wait: whoever asks for them has them. */
async function waiting(): Promise<Body[]> {
  const { bodies } = await loadArtifact();
  const found: Body[] = [];
  for (;;) {
    const body = bodies.take(MAXIMUM);
    if (body === undefined) return found;
    found.push(body);
  }
}

function isSame(one: WebAssembly.Memory, other: WebAssembly.Memory): boolean {
  const [words, wanted] = [one, other].map(({ buffer }) =>
    new Int32Array(buffer)
  );
  return words?.every((word, at) => word === wanted?.[at]) ?? false;
}

// One plugin that comes and goes is not a sign of more.
for (let i = 0; i < 2; i++) await (await loadPlugin({ source: "" })).close();

/** Until what is done when there is nothing else to do is done. */
async function idle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((done) => setTimeout(done));
}

/** Close so many plugins that were open at the same time. */
async function closed(count: number): Promise<void> {
  const opening = Array.from({ length: count }, () => open());
  const plugins = await Promise.all(opening);
  for (const plugin of plugins) {
    assertEquals(await plugin.call("double", [2]), 4);
  }
  for (const plugin of plugins) await plugin.close();
}

/** Be told of all bodies that are given and taken during a step. */
async function watched(
  step: (given: Body[], taken: (Body | undefined)[]) => Promise<void>,
): Promise<void> {
  const { bodies } = await loadArtifact();
  const { give, take } = bodies;
  const given: Body[] = [];
  const taken: (Body | undefined)[] = [];
  bodies.give = function (this: BodyPool, body) {
    given.push(body);
    give.call(this, body);
  };
  bodies.take = function (this: BodyPool, maximum) {
    const body = take.call(this, maximum);
    taken.push(body);
    return body;
  };
  try {
    await step(given, taken);
  } finally {
    Object.assign(bodies, { give, take });
  }
}

Deno.test("a body that waits for the next guest holds nothing of the last one", async () => {
  const artifact = await loadArtifact();
  await artifact.base.load();
  const base = artifact.base.memory;
  for (const rest of [() => Promise.resolve(), idle]) {
    await waiting();
    await closed(3);
    await rest();
    const bodies = await waiting();
    assertEquals(bodies.length, 3);
    for (const { memory } of bodies) assert(isSame(memory, base));
  }
});

Deno.test("no more bodies wait than may", async () => {
  await waiting();
  await closed(6);
  await idle();
  assertEquals((await waiting()).length, 4);
});

Deno.test("a plugin in the body of another one is served by its own host", async () => {
  await waiting();
  const said: string[] = [];
  const say = (who: string): PluginOptions => ({
    host: { who: () => who },
    stdout: (chunk) => void said.push(new TextDecoder().decode(chunk)),
    args: [who],
  });
  const source = "import host, sys\n" +
    "def f(): print(sys.argv[1]); return host.who()\n" +
    "async def g(): return await host.who.aio()";
  await watched(async (_, taken) => {
    for (const who of ["one", "two", "three"]) {
      await using plugin = await loadPlugin({ source }, say(who));
      assertEquals(await plugin.call("f"), who);
      assertEquals(plugin.callSync("f"), who);
      assertEquals(await plugin.call("g"), who);
    }
    assertEquals(taken.map((body) => body !== undefined), [false, true, true]);
  });
  assertEquals(said.join(""), "one\none\ntwo\ntwo\nthree\nthree\n");
});

Deno.test("what is left of a closed plugin cannot reach into the next one's body", async () => {
  await waiting();
  await watched(async (given, taken) => {
    const first = await open();
    const double = await first.call<PyCallable>("function");
    await first.close();
    await using second = await open();
    assertEquals(given[0]?.memory, taken[1]?.memory); // it was used again
    await second.exec("kept = bytes(range(256)) * 64");
    const memory = new Uint8Array(taken[1]?.memory.buffer ?? new ArrayBuffer());
    const before = memory.slice();
    assertThrows(
      () => first.callSync("double", ["x".repeat(999)]),
      PluginClosed,
    );
    await assertRejects(() => first.run("y".repeat(999)), PluginClosed);
    await assertRejects(
      async () => await double("z".repeat(999)),
      PluginClosed,
    );
    double[Symbol.dispose]();
    assert(memory.length > 0);
    assertEquals(memory.every((byte, at) => byte === before[at]), true);
    assertEquals(await second.call("double", [4]), 8);
  });
});

Deno.test("a plugin in the middle of a call, or that has crashed or grown, leaves no body", async () => {
  await watched(async (given) => {
    const plugin = await open();
    const call = plugin.call("wait");
    await new Promise((resolve) => setTimeout(resolve));
    await plugin.close();
    await assertRejects(() => call, PluginClosed);
    assertEquals(given, []);

    await using crashing = await open();
    await assertRejects(() => crashing.exec("import os; os._exit(1)"));
    await crashing.close();
    assertEquals(given, []);

    await waiting();
    const grown = await open();
    assertEquals(await grown.call("grow"), 50_000_000);
    await grown.close();
    assertEquals(await waiting(), []);
  });
});

Deno.test("a body whose stack pointer is not where it was is nobody else's", async () => {
  await waiting();
  await watched(async (given) => {
    await (await open()).close();
    const body = given[0];
    assert(body?.isReusable);
    const globals = Object.values(body.raw.exports)
      .filter((each) => each instanceof WebAssembly.Global);
    const stack = globals.find((each) => {
      try {
        each.value += 16;
        return true;
      } catch {
        return false; // a constant
      }
    });
    assertNotEquals(stack, undefined);
    assertEquals(body.isReusable, false);
  });
});

Deno.test("a script, and a plugin that cannot be loaded, leave a body as well", async () => {
  await watched(async (given) => {
    assertEquals(await runScript({ source: "x = 1" }), 0);
    assertEquals(given.length, 1);
    await assertRejects(() => loadPlugin({ source: "1 / 0" }), PythonError);
    assertEquals(given.length, 2);
  });
  await using plugin = await open();
  assertEquals(await plugin.call("double", [2]), 4);
});

Deno.test({
  name: "nothing is left to do for a test that closes its plugins",
  sanitizeOps: true,
  sanitizeResources: true,
  fn: () => closed(2),
});
