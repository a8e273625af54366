import { assert, assertEquals } from "@std/assert";
import { loadPlugin, type TraceEvent } from "../../mod.ts";

Deno.test("a trace names the host's functions, and tells no values", async () => {
  const events: TraceEvent[] = [];
  await using plugin = await loadPlugin({
    source: `
from host import kv, late, later
def use():
    kv.get("secret", 1, [2], None)
    later()
    for fail in kv.fail, kv.odd, kv.literal, late:
        try: fail()
        except Exception: pass
`,
  }, {
    host: {
      kv: {
        get: () => 1,
        fail: () => {
          throw new RangeError("secret");
        },
        odd: () => {
          throw Object.assign(new Error("secret"), { name: "a secret" });
        },
        literal: () => {
          // deno-lint-ignore no-throw-literal
          throw "secret";
        },
      },
      late: () => Promise.reject(new TypeError("secret")),
      later: () => Promise.resolve(1),
    },
    trace: (event) => void events.push(event),
  });
  await plugin.call("use");
  const calls = events.filter((event) => event.event === "host");
  assertEquals(calls.map(({ name, args, error }) => [name, args, error]), [
    ["kv.get", ["string", "number", "Array", "object"], undefined],
    ["later", [], undefined],
    ["kv.fail", [], "RangeError"],
    ["kv.odd", [], "Error"],
    ["kv.literal", [], "string"],
    ["late", [], "TypeError"],
  ]);
  assert(calls.every(({ duration }) => duration >= 0));
  assert(!JSON.stringify(calls).includes("secret"));
});

Deno.test("asyncio waits by the plugin's own clock", async () => {
  const real = performance.now();
  await using plugin = await loadPlugin({
    source: `
import asyncio, time
async def nap():
    start = time.time()
    await asyncio.sleep(3600)
    return round(time.time() - start)
`,
  }, { clock: new Date("2026-01-01T00:00:00Z") });
  assertEquals(await plugin.call("nap"), 3600);
  assert(performance.now() - real < 3_600_000);
});
