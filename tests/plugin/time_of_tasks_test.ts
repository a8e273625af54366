import { assertEquals, assertRejects } from "@std/assert";
import {
  LimitError,
  loadPlugin,
  type Plugin,
  type PluginOptions,
  PythonError,
} from "../../mod.ts";

/** What each part of it has seen is in `seen`. */
const SOURCE = `
import asyncio
import host
import time

seen = []

async def note(name, awaitable):
    try:
        return await awaitable
    except TimeoutError as error:
        seen.append(f"{name}: {error}")
        raise
    finally:
        seen.append(f"{name} ends")

async def turns():
    while True:
        await asyncio.sleep(0)

async def sleeps():
    await note("sleeps", asyncio.sleep(3600))

async def caught():
    try:
        await turns()
    except TimeoutError:
        return "what there was"

async def group():
    await note("group", two())

async def two():
    async with asyncio.TaskGroup() as group:
        group.create_task(note("first", asyncio.sleep(3600)))
        group.create_task(note("second", turns()))

async def gathers():
    await note("all", asyncio.gather(
        note("first", asyncio.Event().wait()), note("second", turns())))

async def collects():
    errors = await asyncio.gather(
        asyncio.sleep(3600), turns(), return_exceptions=True)
    return [type(error).__name__ for error in errors]

async def awaits():
    await note("task", asyncio.create_task(note("inner", host.never.aio())))

async def shields():
    inner = asyncio.create_task(asyncio.sleep(3600))
    try:
        await note("outer", asyncio.shield(inner))
    finally:
        seen.append(f"inner is done: {inner.done()}")
        inner.cancel()

async def times_out():
    async with asyncio.timeout(3600):
        await note("times_out", asyncio.sleep(3600))

def runs():
    try:
        asyncio.run(note("run", turns()))
    except TimeoutError:
        seen.append("caller")
        raise

def runs_and_sleeps():
    asyncio.run(note("run", asyncio.sleep(3600)))

def runs_for_ever():
    loop = asyncio.new_event_loop()
    def again(): loop.call_soon(again)
    again()
    try:
        loop.run_forever()
    except TimeoutError:
        seen.append("caller")
        raise
    finally:
        loop.close()

async def calls_back():
    def callback():
        try:
            while True: pass
        finally:
            seen.append("callback ends")
    asyncio.get_running_loop().call_soon(callback)
    await note("calls_back", asyncio.get_running_loop().create_future())

async def cleans_up(step):
    try:
        await asyncio.Event().wait()
    finally:
        await step()
        seen.append("clean")

async def in_the_way():
    def callback():
        try:
            while True: pass
        except TimeoutError as error:
            seen.append(f"callback: {error}")
    asyncio.get_running_loop().call_later(0.15, callback)
    await cleans_up(lambda: asyncio.sleep(0.1))

async def task_in_the_way():
    async def spins():
        await asyncio.sleep(0.15)
        while True: pass
    task = asyncio.create_task(note("spins", spins()))
    await cleans_up(lambda: asyncio.sleep(0.1))
    await asyncio.wait([task])

async def takes_long():
    async def count():
        deadline = time.monotonic() + 0.2
        while time.monotonic() < deadline: pass
    await cleans_up(count)

beats = 0

async def beat():
    global beats
    while True:
        beats += 1
        await asyncio.sleep(0)

async def starts_beat():
    global heart
    heart = asyncio.create_task(beat())

async def waits():
    await asyncio.Event().wait()

def has_heart():
    return beats > 0 and not heart.done()

async def counts(until):
    for n in range(until):
        await asyncio.sleep(0)
    return until

async def left():
    return len(asyncio.all_tasks()) - 1

def take_seen():
    taken = [*seen]
    seen.clear()
    return taken
`;

const OPTIONS: PluginOptions = {
  host: { never: () => new Promise(() => {}) },
  limits: { time: "120s", grace: "60s" },
  stderr: "null",
};
const OVER = "the call has used up its time";

/** Call something that goes on for ever: what the plugin has seen of its end. */
async function endOf(plugin: Plugin, name: string): Promise<unknown> {
  const error = await assertRejects(
    () => plugin.call(name, [], { timeout: "100ms" }),
    LimitError,
  );
  const { cause } = error;
  assertEquals(cause instanceof PythonError && cause.type, "TimeoutError");
  return await plugin.call("take_seen");
}

for (const isolation of ["thread", "worker"] as const) {
  Deno.test(`a task hears of its time where it waits: ${isolation}`, async (t) => {
    const told = (...names: string[]) =>
      names.flatMap((name) => [`${name}: ${OVER}`, `${name} ends`]);
    const expected: Record<string, readonly string[]> = {
      sleeps: told("sleeps"),
      // A group cancels its tasks, and hears itself why.
      group: ["first ends", "second ends", ...told("group")],
      gathers: told("first", "second", "all"),
      awaits: told("inner", "task"),
      shields: [...told("outer"), "inner is done: False"],
      "times_out": told("times_out"),
      runs: [...told("run"), "caller"],
      "runs_and_sleeps": told("run"),
      "runs_for_ever": ["caller"],
      "calls_back": ["callback ends", ...told("calls_back")],
      "in_the_way": [`callback: ${OVER}`, "clean"],
      "task_in_the_way": ["clean", ...told("spins")],
      "takes_long": ["clean"],
    };
    await using plugin = await loadPlugin({ source: SOURCE }, {
      ...OPTIONS,
      isolation,
    });
    await plugin.call("left"); // there is an event loop
    for (const [name, lines] of Object.entries(expected)) {
      await t.step(name, async () => {
        const seen = await endOf(plugin, name) as string[];
        assertEquals(seen.toSorted(), lines.toSorted());
        assertEquals(await plugin.call("left"), 0);
      });
    }
  });
}

Deno.test("a task hears of its time wherever its event loop is just then", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, OPTIONS);
  for (let time = 1; time < 40; time++) {
    const options = { timeout: time };
    const caught = plugin.call("caught", [], options).catch(sourceOfEnd);
    // It may be over before there is anything to catch it.
    const ends = ["what there was", "async def caught():"];
    assertEquals(ends.includes(String(await caught)), true, `${await caught}`);
    assertEquals(await plugin.call("left"), 0);
  }
});

/** The line of Python at which a call heard that its time was over. */
function sourceOfEnd(error: unknown): string | undefined {
  const cause = error instanceof LimitError ? error.cause : error;
  if (!(cause instanceof PythonError)) throw error;
  assertEquals(cause.type, "TimeoutError");
  return cause.frames.at(-1)?.source;
}

Deno.test("a task that never began is not complained about", async () => {
  let complaints = "";
  const decoder = new TextDecoder();
  const stderr = (bytes: Uint8Array) =>
    void (complaints += decoder.decode(bytes));
  // The first that is awaited opens the event loop, which takes a while.
  const source =
    "async def sleeps():\n import asyncio\n await asyncio.sleep(9)";
  for (let time = 1; time < 40; time += 2) {
    await using plugin = await loadPlugin({ source }, { ...OPTIONS, stderr });
    const call = () => plugin.call("sleeps", [], { timeout: time });
    await assertRejects(call, LimitError);
  }
  assertEquals(complaints, "");
});

Deno.test("a call that cannot wait tells its task as well", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, OPTIONS);
  for (const name of ["sleeps", "group"]) {
    const call = async () =>
      await plugin.callSync(name, [], { timeout: "100ms" });
    await assertRejects(call, LimitError);
  }
  assertEquals(await plugin.call("left"), 0);
});

Deno.test("what a task makes of its time is the result", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, OPTIONS);
  const options = { timeout: "100ms" };
  assertEquals(await plugin.call("caught", [], options), "what there was");
  assertEquals(
    await plugin.call("collects", [], options),
    ["CancelledError", "CancelledError"], // as gather() calls them
  );
});

Deno.test("a task of another call, or of no call, hears nothing of it", async () => {
  await using plugin = await loadPlugin({ source: SOURCE }, OPTIONS);
  const counts = plugin.call("counts", [20_000]);
  assertEquals(await endOf(plugin, "sleeps"), [
    `sleeps: ${OVER}`,
    "sleeps ends",
  ]);
  assertEquals(await counts, 20_000);
  await plugin.call("starts_beat");
  for (let again = 0; again < 5; again++) await endOf(plugin, "waits");
  assertEquals(await plugin.call("has_heart"), true);
});
