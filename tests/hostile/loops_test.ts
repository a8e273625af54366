import { assert, assertEquals, assertRejects } from "@std/assert";
import { LimitError, loadPlugin, type PluginOptions } from "../../mod.ts";
import { LOOPS, LOOPS_HOST, LOOPS_SOURCE } from "./loops.ts";
import { MODES } from "./modes.ts";

/**
 * How long each may run, and clean up: what hears of it has all the time that
 * a busy machine takes, what does not is not waited for.
 */
const TIMES: Readonly<Record<string, { timeout: string; grace: string }>> = {
  told: { timeout: "60ms", grace: "60s" },
  ended: { timeout: "150ms", grace: "50ms" },
};

/** Each catches all that is raised, and goes on. */
const STUBBORN = `
import asyncio, host, time
def stubborn(step):
    while True:
        try: step()
        except BaseException as error: host.note(type(error).__name__)
async def stubborn_task(step):
    while True:
        try: await step()
        except BaseException as error: host.note(type(error).__name__)
def spin():
    while True: pass
async def spin_in_turns():
    while True: await asyncio.sleep(0)
def runs(): stubborn(spin)
def sleeps(): stubborn(lambda: time.sleep(3600))
def waits(): stubborn(host.never)
async def turns(): await stubborn_task(spin_in_turns)
async def idles(): await stubborn_task(lambda: asyncio.sleep(3600))
`;

Deno.test("there are at least 25 loops, each with its own name", () => {
  const names = LOOPS.map(({ name }) => name);
  assert(names.length >= 25);
  assertEquals(new Set(names).size, names.length);
});

for (const [mode, open] of Object.entries(MODES)) {
  for (const [ending, { timeout, grace }] of Object.entries(TIMES)) {
    const attempts = LOOPS.filter((attempt) => attempt.ending === ending);
    const options: PluginOptions = {
      host: LOOPS_HOST,
      limits: { time: "120s", grace },
      stdout: "null",
      stderr: "null",
      restart: "auto",
    };

    Deno.test(`what does not end is ${ending}, and only that: ${mode}`, async (t) => {
      await using neighbour = await open(LOOPS_SOURCE, { host: LOOPS_HOST });
      await using plugin = await open(LOOPS_SOURCE, options);
      for (const { name, index } of attempts) {
        await t.step(name, async () => {
          const call = () => plugin.call(`attempt${index}`, [], { timeout });
          demandEnding(await assertRejects(call, LimitError), ending, timeout);
          assertEquals(await plugin.call("answer"), 42);
          assertEquals(await neighbour.call("answer"), 42);
        });
      }
    });

    if (mode === "call") continue; // there is no callSync()
    Deno.test(`the same for a call that cannot wait: ${ending}, ${mode}`, async (t) => {
      await using plugin = await open(LOOPS_SOURCE, options);
      for (const { name, index, code } of attempts) {
        if (name.startsWith("async") || /never|soon/.test(code)) continue;
        await t.step(name, async () => {
          const call = () =>
            Promise.try(() =>
              plugin.callSync(`attempt${index}`, [], { timeout })
            );
          demandEnding(await assertRejects(call, LimitError), ending, timeout);
          assertEquals(await plugin.call("answer"), 42);
        });
      }
    });
  }

  Deno.test(`what catches everything hears of its time once: ${mode}`, async (t) => {
    const heard: string[] = [];
    const note = (name: string) => void heard.push(name);
    await using plugin = await open(STUBBORN, {
      host: { ...LOOPS_HOST, note },
      limits: { time: "120s", grace: "300ms" },
      restart: "auto",
    });
    for (const name of ["runs", "sleeps", "waits", "turns", "idles"]) {
      await t.step(name, async () => {
        const call = () => plugin.call(name, [], { timeout: "60ms" });
        const error = await assertRejects(call, LimitError);
        assertEquals(error.cause, undefined);
        assertEquals(heard.splice(0), ["TimeoutError"]);
        assert(error.used >= 300, `${error.used}`);
        const where = error.frames.map((frame) => frame.function);
        if (name === "runs") assertEquals(where.includes("stubborn"), true);
      });
    }
  });
}

Deno.test("a plugin that is ended again and again loses no call", async () => {
  await using plugin = await loadPlugin({ source: STUBBORN }, {
    host: { ...LOOPS_HOST, note: () => {} },
    limits: { time: "120s", grace: "5ms" },
    restart: "auto",
  });
  for (let again = 0; again < 100; again++) {
    const name = ["runs", "sleeps", "waits", "turns", "idles"][again % 5] ?? "";
    const call = () => plugin.call(name, [], { timeout: 1 + again % 20 });
    await assertRejects(call, LimitError);
  }
});

/** The call has ended by its time, and by the way that is expected. */
function demandEnding(
  error: LimitError,
  ending: string,
  timeout: string,
): void {
  assertEquals([error.limit, error.value], ["time", parseInt(timeout)]);
  assert(error.used >= error.value, `${error.used}`);
  assertEquals(error.cause === undefined ? "ended" : "told", ending);
}
