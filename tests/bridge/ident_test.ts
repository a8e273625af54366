import { assert, assertEquals, assertRejects } from "@std/assert";
import { randomIdent } from "../../src/bridge/mod.ts";
import { loadPlugin, PluginError } from "../../mod.ts";
import { python } from "../fixtures/python.ts";

Deno.test("randomIdent() draws from [0, 2^31 - 1), never twice the same in a row of 1000", () => {
  const idents = Array.from({ length: 1000 }, randomIdent);
  assert(idents.every((n) => Number.isInteger(n) && n >= 0 && n < 2 ** 31 - 1));
  assert(new Set(idents).size > 990);
});

Deno.test("a plugin cannot be called from inside one of its own calls", async () => {
  const calls: Promise<unknown>[] = [];
  await using plugin = await loadPlugin(
    python("sdk.log(sdk.INFO, 'now', ident)\nsdk.return_result('x', ident)"),
    { log: () => void calls.push(plugin.run().catch((error) => error)) },
  );
  assertEquals((await plugin.run()).text(), "x");
  const error = await calls[0];
  assert(error instanceof PluginError);
  assertEquals(error.fault, "caller");
});

Deno.test("a callback that closes the plugin does not lose the result", async () => {
  await using plugin = await loadPlugin(
    python("sdk.log(sdk.INFO, 'now', ident)\nsdk.return_result('x', ident)"),
    { log: () => void plugin.close() },
  );
  assertEquals((await plugin.run()).text(), "x");
  assertEquals(plugin.alive, false);
});

Deno.test("what a callback throws rejects the call and ends the plugin", async () => {
  await using plugin = await loadPlugin(
    python("sdk.log(sdk.INFO, 'now', ident)"),
    {
      log: () => {
        throw new SyntaxError("from the callback");
      },
    },
  );
  await assertRejects(() => plugin.run(), SyntaxError, "from the callback");
  assertEquals(plugin.alive, false);
});
