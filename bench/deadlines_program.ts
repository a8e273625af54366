/**
 * Calls programs without an end and measures how late they are ended:
 * `deadlines.ts` runs it. Arguments: the isolation, and how many programs.
 *
 * @module
 */

import { type Isolation, LimitError, loadPlugin, type Plugin } from "../mod.ts";
import { LOOPS, LOOPS_HOST, LOOPS_SOURCE } from "../tests/hostile/loops.ts";

const TIMEOUT = 150;
const CRASHES = 9;

async function main(isolation: Isolation, count: number): Promise<void> {
  const source = `${LOOPS_SOURCE}\nimport os\ndef crash(): os.abort()\n`;
  await using plugin = await loadPlugin({ source }, {
    isolation,
    host: LOOPS_HOST,
    restart: "auto",
    stdout: "null",
    stderr: "null",
    limits: { time: "60s", grace: "50ms" },
  });
  await plugin.call("answer");
  const late: number[] = [];
  for (const { index } of LOOPS.slice(0, count)) {
    late.push(await endOf(plugin, `attempt${index}`) - TIMEOUT);
    await plugin.call("answer");
  }
  const next: number[] = [];
  for (let crash = 0; crash < Math.min(count, CRASHES); crash++) {
    next.push(await nextOf(plugin));
  }
  const figures = [Math.max(...late), median(late), median(next)];
  // deno-lint-ignore no-console -- a program
  console.log(JSON.stringify(figures));
}

/** Milliseconds from a call to its end. */
async function endOf(plugin: Plugin, name: string): Promise<number> {
  const start = performance.now();
  try {
    await plugin.call(name, [], { timeout: TIMEOUT });
  } catch (error) {
    if (error instanceof LimitError) return performance.now() - start;
    throw error;
  }
  throw new Error(`${name} has an end`);
}

/** Milliseconds of the first call after a crash. */
async function nextOf(plugin: Plugin): Promise<number> {
  await plugin.call("crash").catch(() => {});
  const start = performance.now();
  await plugin.call("answer");
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

const [isolation, count] = Deno.args;
await main(isolation as Isolation, Number(count));
