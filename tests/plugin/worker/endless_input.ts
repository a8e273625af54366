/**
 * Lets a plugin in a worker wait for input that never comes, until its time is
 * over: Deno cannot end a thread that reads. In a process of its own, which
 * has such an input, and ends whatever its threads do.
 *
 * @module
 */

import { LimitError, loadPlugin } from "../../../mod.ts";

const plugin = await loadPlugin({
  source: "import sys\ndef read(): return sys.stdin.read()\n",
}, { isolation: "worker", stdin: "inherit" });
try {
  await plugin.call("read", [], { timeout: 100 });
} catch (error) {
  if (!(error instanceof LimitError)) throw error;
  // deno-lint-ignore no-console -- a program: it tells its test
  console.log(`${error.name}: ${Object(error.cause).message}`);
}
Deno.exit();
