import { assert, assertEquals, assertRejects } from "@std/assert";
import { LimitError } from "../../mod.ts";
import { type Attempt, attemptsOf, MODES } from "./modes.ts";

/** How long each may run; what it may clean up in is far more than it needs. */
const TIME = { time: "60s", grace: "500ms" } as const;
const TIMEOUT = "150ms";

const ATTEMPTS = [...(await attemptsOf("loops.py")).values()].flat();

const HOST = {
  never: () => new Promise(() => {}),
  soon: () => new Promise<void>((resolve) => setTimeout(resolve, 1)),
  ping: () => 1,
};

/** All attempts as functions `attempt0`, `attempt1` ... and one that answers. */
const SOURCE =
  ATTEMPTS.map(({ name, code }, index) =>
    `${name.startsWith("async") ? "async " : ""}def attempt${index}():\n${
      code.replaceAll(/^(?=.)/gm, "    ")
    }`
  ).join("\n") + "\nimport asyncio, re\ndef answer(): return 42\n";

for (const [mode, open] of Object.entries(MODES)) {
  Deno.test(`what does not end is ended, and only that: ${mode}`, async (t) => {
    await using neighbour = await open(SOURCE, { host: HOST });
    await using plugin = await open(SOURCE, {
      host: HOST,
      limits: TIME,
      stdout: "null",
      restart: "auto",
    });
    assert(ATTEMPTS.length >= 25);
    for (const [index, attempt] of ATTEMPTS.entries()) {
      await t.step(attempt.name, async () => {
        const call = () =>
          plugin.call(`attempt${index}`, [], { timeout: TIMEOUT });
        await demandEnded(attempt, call, mode);
        assertEquals(await plugin.call("answer"), 42);
        assertEquals(await neighbour.call("answer"), 42);
      });
    }
  });

  Deno.test(`the same for a call that cannot wait: ${mode}`, async (t) => {
    await using plugin = await open(SOURCE, {
      host: HOST,
      limits: TIME,
      stdout: "null",
      restart: "auto",
    });
    for (const [index, attempt] of ATTEMPTS.entries()) {
      const { name, code } = attempt;
      if (name.startsWith("async") || /never|soon/.test(code)) continue;
      await t.step(name, async () => {
        const call = () =>
          Promise.try(() =>
            plugin.callSync(`attempt${index}`, [], { timeout: TIMEOUT })
          );
        await demandEnded(attempt, call, mode);
        assertEquals(await plugin.call("answer"), 42);
      });
    }
  });
}

/** The call ends by its time, and by the way that is expected. */
async function demandEnded(
  { ending, code }: Attempt,
  call: () => Promise<unknown>,
  mode: string,
): Promise<void> {
  const error = await assertRejects(call, LimitError);
  assertEquals([error.limit, error.value], ["time", 150]);
  assert(error.used >= 150, `${error.used}`);
  // A call of the host's is two messages there: Python is seldom asked.
  if (mode === "worker" && code.includes("ping()")) return;
  if (ending === "either") return;
  assertEquals(error.cause === undefined ? "ended" : "told", ending);
}
