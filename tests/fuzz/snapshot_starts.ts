import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  InternalError,
  loadPlugin,
  PluginError,
  type PluginOptions,
  PluginSnapshot,
} from "../../mod.ts";
import { type Target, target } from "./target.ts";

const SOURCE = `
import asyncio, json
import host

kept = {"name": "kept", "numbers": list(range(100))}

def add(a, b): return a + b

def asks(text): return [host.echo(text), host.later(text)]

async def turns():
    await asyncio.sleep(0)
    return await host.later.aio([1, 2])

def fails(): raise ValueError(json.dumps(kept))

def things(): return [object(), iter([1]), lambda: 1, kept]

def run_e(payload, ident): return payload[::-1]
`;

const OPTIONS: PluginOptions = {
  host: {
    echo: (value: unknown) => value,
    later: async (value: unknown) => await Promise.resolve(value),
  },
  limits: { time: 300, grace: 20, memory: "64MB", result: "1MB" },
  stdout: "null",
  stderr: "null",
};
const UNLIMITED: PluginOptions = { ...OPTIONS, limits: {} };
/** Several calls of that time, on a busy machine. */
const MOST_MS = 20_000;

const HASH = 32;
const PAGE = 4096;

/** What is put into memory: pointers, sizes, and what only looks like them. */
const WORDS = fc.oneof(
  fc.constantFrom(0, 1, 2, 4, 8, 0xff, 0xffff, 0x7fffffff, 0x80000000),
  fc.constantFrom(0xffffffff, 0xfffffff8, 0xfffffffe, 64_000_000),
  fc.integer({ min: 8 << 20, max: 16 << 20 }),
  fc.nat(0xffffffff),
);

/** Words at a place, or as much of another place. */
const CHANGES = fc.array(
  fc.oneof(
    fc.record({
      at: fc.nat(),
      words: fc.array(WORDS, { minLength: 1, maxLength: 64 }),
    }),
    fc.record({ at: fc.nat(), from: fc.nat(), size: fc.nat(PAGE) }),
  ),
  { minLength: 1, maxLength: 40, size: "max" },
);

/**
 * Any memory is, at worst, a plugin that crashes: it is started, called, and
 * the host and another plugin go on.
 */
export async function snapshotStarts(): Promise<Target> {
  const { bytes, memory } = await goodSnapshot();
  const neighbour = await loadPlugin({ source: SOURCE }, UNLIMITED);
  return target({
    name: "snapshot-starts",
    share: 1_000,
    batch: 1,
    inputs: CHANGES,
    async try(changes) {
      const changed = bytes.slice();
      const view = changed.subarray(memory, -HASH);
      for (const change of changes) apply(view, change);
      await sign(changed);
      const start = performance.now();
      await use(changed);
      const took = performance.now() - start;
      assert(took < MOST_MS, `the host stood still for ${took} ms`);
      assertEquals(await neighbour.call("add", [1, 2]), 3);
    },
  });
}

/** A snapshot, and where the pages of its memory begin. */
async function goodSnapshot() {
  await using plugin = await loadPlugin({ source: SOURCE }, UNLIMITED);
  // Its event loop is in it as well.
  assertEquals(await plugin.call("turns"), [1, 2]);
  const bytes = await (await plugin.snapshot()).toBytes();
  const pages = Math.floor((bytes.length - HASH) / PAGE) - 1;
  return { bytes, memory: bytes.length - HASH - pages * PAGE };
}

type Change =
  | { readonly at: number; readonly words: readonly number[] }
  | { readonly at: number; readonly from: number; readonly size: number };

function apply(memory: Uint8Array, change: Change): void {
  const at = change.at % (memory.length - PAGE) & ~3;
  if ("words" in change) {
    const words = new DataView(memory.buffer, memory.byteOffset + at);
    for (const [index, word] of change.words.entries()) {
      words.setUint32(index * 4, word, true);
    }
  } else {
    const from = change.from % (memory.length - PAGE) & ~3;
    memory.copyWithin(at, from, from + change.size);
  }
}

async function sign(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const body = bytes.subarray(0, -HASH);
  const hash = await crypto.subtle.digest("SHA-256", body);
  bytes.set(new Uint8Array(hash), body.length);
}

/** Start it, and do with it what can be done with a plugin. */
async function use(bytes: Uint8Array): Promise<void> {
  const snapshot = await PluginSnapshot.fromBytes(bytes);
  const plugin = await outcomeOf(() => snapshot.start(OPTIONS));
  if (plugin === undefined) return;
  const steps = [
    () => plugin.call("add", [1, 2]),
    () => plugin.call("asks", ["text"]),
    () => plugin.call("turns"),
    () => plugin.call("fails"),
    () => plugin.call("things"),
    () => plugin.run("payload"),
    async () => plugin.callSync("add", [await 1, "2"]),
    () => plugin.evaluate("kept"),
    () => plugin.reset(),
    () => plugin.call("add", [1, 2]),
  ];
  for (const step of steps) await outcomeOf(step);
  await outcomeOf(() => plugin.close());
}

/** What it answers; nothing when it fails with an error that is the plugin's. */
async function outcomeOf<T>(step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof InternalError || !(error instanceof PluginError)) {
      throw error;
    }
    return undefined;
  }
}
