/**
 * Generated tangles: calls that nest, wait, interleave, iterate and are
 * aborted, on both sides. Whatever happens, each answer is the one that it
 * would have been by itself, and nothing is left.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Bridge, PyObject } from "../../src/bridge/mod.ts";
import { later } from "./later.ts";
import { openBridge, times } from "./open_bridge.ts";

/** How many rounds of tangles are tried. */
const ROUNDS = times(30);

const PLUGIN = `
import asyncio, gc
import host

class Odd(Exception): pass

def leaf(n): return n

def sync(steps):
    return sum(step(each) for each in steps)

def step(each):
    kind, value = each
    match kind:
        case "leaf": return value
        case "plain": return host.plain(value)
        case "wait": return host.wait(value)
        case "loop": return asyncio.run(co(value))
        case "items": return sum(host.items(value))
        case "fail":
            try: host.fail(value)
            except Odd: return 1
            except ValueError: return 2

async def co(steps):
    return sum(await asyncio.gather(*map(co_step, steps)))

async def co_step(each):
    kind, value = each
    match kind:
        case "leaf":
            await asyncio.sleep(0)
            return value
        case "plain": return host.plain(value)
        case "wait": return await host.wait.aio(value)
        case "loop":
            async with asyncio.TaskGroup() as group:
                task = group.create_task(co(value))
            return task.result()
        case "items":
            total = 0
            async for item in host.items(value): total += item
            return total
        case "fail":
            try: await host.fail.aio(value)
            except Odd: return 1
            except ValueError: return 2

async def gen(steps):
    for each in steps: yield await co_step(each)

def odd(kind):
    if kind == 1: raise Odd("python")
    return host.throws()
`;

type Step = [kind: string, value: unknown];

/** A generator of numbers that gives the same for a seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed * 2654435761 >>> 0;
  return (below) => {
    state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 >>> 0;
    return (state >>> 8) % below;
  };
}

/** A tangle, and what comes out of it. */
function tangle(
  next: (below: number) => number,
  depth: number,
  loops = true,
): [steps: Step[], sum: number] {
  const steps: Step[] = [];
  let sum = 0;
  for (let count = 1 + next(3); count > 0; count--) {
    const [step, value] = stepOf(next, depth, loops);
    steps.push(step);
    sum += value;
  }
  return [steps, sum];
}

function stepOf(
  next: (below: number) => number,
  depth: number,
  loops: boolean,
): [Step, number] {
  const leaf = next(100);
  if (depth === 0) return [["leaf", leaf], leaf];
  switch (next(6)) {
    case 0: {
      const [steps, sum] = tangle(next, depth - 1, loops);
      return [["wait", [["sync", "co", "gen"][next(3)], steps]], sum];
    }
    case 1: {
      const [steps, sum] = tangle(next, depth - 1, false);
      return [["loop", steps], sum];
    }
    case 2: {
      const count = next(5);
      return [["items", count], count * (count - 1) / 2];
    }
    case 3: {
      const kind = 1 + next(2);
      return [["fail", kind], kind];
    }
    case 4:
      return [["plain", leaf], leaf];
    default:
      return [["leaf", leaf], leaf];
  }
}

/** A bridge whose host functions call back. */
async function openTangled(next: (below: number) => number): Promise<Bridge> {
  const pause = () => later(0, next(6));
  const bridge: Bridge = await openBridge(PLUGIN, {
    plain: (n: number) => bridge.call("leaf", [n]),
    wait: async ([how, steps]: [string, Step[]]) => {
      await pause();
      if (how !== "gen") return await bridge.callWaiting(how, [steps]);
      using items = await bridge.callWaiting("gen", [steps]) as PyObject;
      let sum = 0;
      for await (const item of items) sum += item as number;
      await pause();
      return sum;
    },
    items: async function* (count: number) {
      for (let n = 0; n < count; n++) {
        await pause();
        yield n;
      }
    },
    fail: async (kind: number) => {
      await pause();
      await bridge.callWaiting("odd", [kind]);
    },
    throws: async () => {
      await pause();
      throw new RangeError("host");
    },
  });
  return bridge;
}

Deno.test("tangled calls answer what each would by itself, and leave nothing", async () => {
  const next = numbers(7);
  const bridge = await openTangled(next);
  const before = bridge.hostObjects.size;
  for (let round = 0; round < ROUNDS; round++) {
    const tangles = Array.from({ length: 1 + next(4) }, () => tangle(next, 4));
    const answers = tangles.map(([steps]) =>
      bridge.callWaiting(next(2) === 0 ? "sync" : "co", [steps])
    );
    for (let i = next(4); i > 0; i--) {
      await later(0, next(5));
      assertEquals(bridge.call("leaf", [i]), i);
    }
    assertEquals(
      await Promise.all(answers),
      tangles.map(([, sum]) => sum),
      `round ${round}: ${JSON.stringify(tangles)}`,
    );
  }
  bridge.ask("execute", "gc.collect()");
  assertEquals([bridge.pending, bridge.handles], [0, 0]);
  assertEquals(bridge.hostObjects.size, before);
});

Deno.test("tangled calls that are aborted leave nothing, and hurt no other", async () => {
  const next = numbers(11);
  const bridge = await openTangled(next);
  const before = bridge.hostObjects.size;
  for (let round = 0; round < ROUNDS; round++) {
    const reason = new Error("enough");
    const aborts: AbortController[] = [];
    const tangles = Array.from({ length: 2 + next(3) }, () => tangle(next, 4));
    const answers = tangles.map(async ([steps, sum], index) => {
      const abort = new AbortController();
      if (index % 2 === 0) aborts.push(abort);
      const { signal } = abort;
      const name = next(2) === 0 ? "sync" : "co";
      try {
        return await bridge.callWaiting(name, [steps], { signal }) === sum;
      } catch (error) {
        return error === reason && signal.aborted;
      }
    });
    await later(0, next(60));
    for (const abort of aborts) abort.abort(reason);
    assertEquals(await Promise.all(answers), answers.map(() => true));
  }
  do await new Promise((resolve) => setTimeout(resolve)); while (
    bridge.pending > 0
  ); // what was aborted takes its time to end
  bridge.ask("execute", "gc.collect()");
  assertEquals([bridge.pending, bridge.handles], [0, 0]);
  assertEquals(bridge.hostObjects.size, before);
});
