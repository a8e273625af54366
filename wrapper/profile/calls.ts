/**
 * Calls both ways with values of every kind, and what is done to save a plugin,
 * for the list of hot functions.
 *
 * Runs as a program of its own under the marked module: `build.ts hot`.
 *
 * @module
 */

import { Decimal, loadPlugin, loadPluginOrScript } from "../../mod.ts";

const SOURCE = `
import asyncio
from host import lookup, later

def echo(value): return value
def ask(number): return lookup(number)
def wait(number): return later(number)
async def gather(numbers): return await asyncio.gather(*(later.aio(n) for n in numbers))
def numbers(n): return (number for number in range(n))
class Thing:
    def __init__(self): self.value = 1
    def add(self, n): self.value += n; return self.value
def make(): return Thing()
def fail(text): raise ValueError(text)
`;

/** Values that cross often. */
const VALUES: readonly unknown[] = [
  [
    null,
    true,
    1,
    -1,
    2 ** 40,
    10n ** 30n,
    1.5,
    "text",
    "é日本",
    "x".repeat(600),
  ],
  { name: "tea", tags: ["hot"], nested: { deep: [{ id: 1 }] } },
  new Map([["a", new Set([1, 2])]]),
  new Uint8Array(8),
  new Uint8Array(8192),
  new Float64Array([1.5]),
  new Date(0),
  new Decimal("1.10"),
];

await using plugin = await loadPlugin({ source: SOURCE }, {
  host: {
    lookup: (number: number) => number * 2,
    later: async (number: number) => await Promise.resolve(number),
  },
});
for (const value of VALUES) {
  plugin.callSync("echo", [value]);
  await plugin.call("echo", [value], { kwargs: {} });
}
for (let number = 0; number < 100; number++) {
  plugin.callSync("ask", [number]);
  await plugin.call("wait", [number]);
}
await plugin.call("gather", [[1, 2, 3]]);
const iterable = await plugin.call<Iterable<number>>("numbers", [3]);
[...iterable];
const thing = await plugin.call<{ [Symbol.dispose](): void }>("make");
thing[Symbol.dispose]();
await plugin.call("fail", ["on purpose"]).catch(() => {});
await plugin.evaluate("1 + 1");

// What goes on from a snapshot makes its streams anew, as one at a terminal.
await using saved = await loadPlugin({ source: "def f(): return 1" });
await using again = await (await saved.snapshot()).start();
again.callSync("f");

// What the program does after a plugin's second run.
let make = (): Promise<unknown> => Promise.resolve();
await using _loaded = await loadPluginOrScript({
  files: {
    "plugin.py":
      '"""It."""\nimport re, json as j\nfrom os import path\nimport other\nprint(1)',
    "other.py": "x = 1",
  },
}, {
  stdout: "null",
  warm: {
    find: () => Promise.resolve(undefined),
    missed: (_key, toMake) => void (make = toMake),
  },
});
await make();
