/**
 * Works for a long time, in one call or in many: `long.ts` asks it.
 *
 * @module
 */

import { loadPlugin } from "../mod.ts";
import { PYODIDE } from "./packages.ts";
import { answerTalk } from "./talk.ts";

/** How it works, and how long. */
export interface Request {
  /** A name of {@linkcode WAYS}. */
  readonly way: string;
  /** Seconds. */
  readonly seconds: number;
}

/** Milliseconds of a unit of work at the end, by what the report calls it. */
const WAYS: Readonly<Record<string, (seconds: number) => Promise<number>>> = {
  "py-plugin": async (seconds) => {
    await using plugin = await load();
    return plugin.callSync<number>("one", [seconds]);
  },
  "short calls": async (seconds) => {
    await using plugin = await load();
    const start = performance.now();
    let best = Infinity;
    for (;;) {
      const elapsed = (performance.now() - start) / 1000;
      const took = plugin.callSync<number>("timed");
      if (elapsed > seconds * 0.9) best = Math.min(best, took);
      if (elapsed >= seconds) return best;
    }
  },
  "Pyodide": async (seconds) => {
    const { loadPyodide } = await import(PYODIDE);
    const pyodide = await loadPyodide();
    pyodide.runPython(source());
    return pyodide.runPython(`one(${seconds})`);
  },
};

function load() {
  const grants = { hrtime: true };
  return loadPlugin({ source: source() }, { grants });
}

function source(): string {
  return Deno.readTextFileSync(new URL("python/long.py", import.meta.url));
}

if (import.meta.main) {
  await answerTalk(async ({ way, seconds }: Request) => {
    const work = WAYS[way];
    if (work === undefined) throw new Error(`it knows no "${way}"`);
    return await work(seconds);
  });
}
