import { assertEquals } from "@std/assert";
import type { Bridge } from "../../src/bridge/mod.ts";
import { openBridge } from "../bridge/open_bridge.ts";
import { changedPython } from "./python_source.ts";
import { batchOf, type Target, target } from "./target.ts";

const SOURCE = `
import ast, warnings
warnings.simplefilter("ignore")

def attack(sources):
    for source in sources:
        try: compile(source, "plugin.py", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, OverflowError): continue
        except (RecursionError, MemoryError): continue
        ast.dump(ast.parse(source))
    return 42
`;

/** Any text is Python or a SyntaxError, and never ends the guest. */
export async function compilePython(): Promise<Target> {
  let bridge: Bridge = await openBridge(SOURCE);
  const source = await changedPython();
  return target({
    name: "compile",
    share: 10_000,
    batch: 20,
    inputs: batchOf(source.map((text) => text.toWellFormed()), 20),
    async try(sources) {
      if (!bridge.isAlive) bridge = await openBridge(SOURCE);
      assertEquals(bridge.call("attack", [sources]), 42);
    },
  });
}
