import { assertEquals } from "@std/assert";
import { PluginCrashed } from "../../src/errors.ts";
import { openBridge } from "../bridge/open_bridge.ts";

/** `attempt()` says how a recursion ended, `usable()` whether nothing is left of it. */
const GUEST = `
import sys
def attempt(code):
    limit = sys.getrecursionlimit()
    try: exec(code, {"free": lambda: sys.setrecursionlimit(10**6), "nest": nest})
    except BaseException as error: return type(error).__name__
    finally: sys.setrecursionlimit(limit)
    return "done"

def nest():
    nested = []
    for _ in range(200_000): nested = [nested]
    return nested

def usable():
    nested = []
    for _ in range(400): nested = [nested]
    def python(n): return 0 if n == 0 else 1 + python(n - 1)
    def through_c(n): return sorted([n], key=lambda n: n and through_c(n - 1))
    return len(repr(nested)), python(900), through_c(100), eval("(" * 100 + "1" + ")" * 100)
`;

/** `# name -> ending`, then the code. */
const KIND = /^# (.+) -> (\w+)\n((?:(?!#).*\n)+)/gm;
const SOURCE = await Deno.readTextFile(
  new URL("recursions.py", import.meta.url),
);
const [, ...GROUPS] = SOURCE.split(/^## /m);

for (const part of GROUPS) {
  const group = part.slice(0, part.indexOf("\n"));
  Deno.test(`recursion without end is an error and no crash: ${group}`, async (t) => {
    let bridge = await openBridge(GUEST);
    for (const [, name = "", ending, code] of part.matchAll(KIND)) {
      await t.step(name, async () => {
        try {
          assertEquals(bridge.call("attempt", [code]), ending);
          assertEquals(bridge.call("usable", []), [802, 900, [100], 1]);
        } catch (error) {
          if (error instanceof PluginCrashed) bridge = await openBridge(GUEST);
          throw error;
        }
      });
    }
  });
}

Deno.test("Python that calls Python goes as deep as its own limit lets it", async () => {
  const bridge = await openBridge(`
import sys
def depth(limit):
    sys.setrecursionlimit(limit)
    reached = 0
    def deeper(n):
        nonlocal reached
        reached = n
        deeper(n + 1)
    try: deeper(1)
    except RecursionError as error: return reached, str(error)
    finally: sys.setrecursionlimit(1000)
`);
  const told = "maximum recursion depth exceeded";
  const [reached, message] = bridge.call("depth", [1000]) as [number, string];
  assertEquals([reached > 980, message], [true, told]);
  const [further, same] = bridge.call("depth", [200_000]) as [number, string];
  assertEquals([further > 199_900, same], [true, told]);
});

Deno.test("a call of the host from deep inside has the room that it needs", async () => {
  let deepest = 0;
  const bridge = await openBridge(
    `
import host, sys
sys.setrecursionlimit(100_000)
def down(n):
    host.down(n)
    return n + len(sorted([1], key=lambda x: down(n + 1)))
def start():
    try: down(0)
    except RecursionError: return "RecursionError"
`,
    {
      down: (n: number) => {
        deepest = n;
        return JSON.parse("[".repeat(150) + "]".repeat(150));
      },
    },
  );
  assertEquals(bridge.call("start", []), "RecursionError");
  assertEquals(deepest > 100, true, `${deepest}`);
  assertEquals(bridge.call("start", []), "RecursionError");
});
