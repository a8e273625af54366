/**
 * Closes a plugin that is in a loop without an end and without a limit, and
 * waits until its thread is gone: in a process of its own, which has no others.
 *
 * @module
 */

import { loadPlugin } from "../../../mod.ts";

/** How often this looks for the thread before it gives up; ten seconds. */
const LOOKS = 100;

/** The threads of this process that are workers. */
function workers(): string[] {
  return [...Deno.readDirSync("/proc/self/task")].map(({ name }) => name)
    .filter((id) => nameOf(id).startsWith("worker-"));
}

function nameOf(id: string): string {
  try {
    return Deno.readTextFileSync(`/proc/self/task/${id}/comm`);
  } catch {
    return ""; // it has gone meanwhile
  }
}

const plugin = await loadPlugin({
  source: "def told(tell):\n    tell()\n    while True: pass\n",
}, { isolation: "worker" });
const told = Promise.withResolvers<void>();
const call = plugin.call("told", [() => told.resolve()]).catch(() => {});
await told.promise;
if (workers().length !== 1) throw new Error("the thread is not seen");
await plugin.close();
await call;
for (let i = 0; i < LOOKS && workers().length > 0; i++) {
  await new Promise((resolve) => setTimeout(resolve, 100));
}
if (workers().length > 0) throw new Error("the thread goes on");
