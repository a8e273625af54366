/**
 * Opens plugins in one process and measures them: `instances.ts` asks it. Each
 * side has a process of its own, so that its memory is its own.
 *
 * @module
 */

import { loadPlugin, type Plugin } from "../mod.ts";
import { residentOf } from "./child.ts";
import { PYODIDE, QUICKJS } from "./packages.ts";
import { answerTalk } from "./talk.ts";

/** What is measured: of what, and how many instances. */
export interface Request {
  /** A name of {@linkcode WORKS}. */
  readonly work: string;
  /** Whose. */
  readonly side: string;
  /** How many instances, where it is several. */
  readonly count: number;
}

/** One live interpreter: it answered once. */
interface Live {
  /** What lives, and must not be collected while it counts. */
  readonly held: unknown;
  close(): Promise<void> | void;
}

const SOURCE = "def answer(): return 42";

/** So often before it is measured: a process that does it once is no server. */
const WARM_UP = 10;

/** Makes an instance and asks it something; by the names that the report has. */
const SIDES: Readonly<Record<string, () => Promise<Live>>> = {
  "py-plugin": async () => {
    const plugin = await loadPlugin({ source: SOURCE });
    check(plugin.callSync("answer"));
    return { held: plugin, close: () => plugin[Symbol.asyncDispose]() };
  },
  "Pyodide": async () => {
    const { loadPyodide } = await import(PYODIDE);
    const pyodide = await loadPyodide();
    pyodide.runPython(SOURCE);
    check(pyodide.runPython("answer()"));
    return { held: pyodide, close: () => {} }; // it has no way to end
  },
  "QuickJS": async () => {
    const { newQuickJSWASMModule } = await import(QUICKJS);
    const context = (await newQuickJSWASMModule()).newContext();
    const result = context.unwrapResult(context.evalCode("(() => 42)()"));
    check(context.dump(result));
    result.dispose();
    return { held: context, close: () => context.dispose() };
  },
};

/** What can be measured, each once in a process or as often as asked. */
const WORKS: Readonly<
  Record<string, (side: () => Promise<Live>, count: number) => Promise<number>>
> = {
  /** Milliseconds to make one, and to close it again. */
  open: async (side) => {
    const start = performance.now();
    const live = await side();
    const took = performance.now() - start;
    await live.close();
    return took;
  },
  /** Megabytes that one more takes, when there are `count` more. */
  memory: async (side, count) => {
    const first = [await side(), await side()];
    const before = resident();
    const lives = [];
    for (let each = 0; each < count; each++) lives.push(await side());
    const more = (resident() - before) / count;
    for (const live of [...first, ...lives]) await live.close();
    return more;
  },
  /** Megabytes of the process after `count` were opened and closed. */
  cycles: async (side, count) => {
    for (let each = 0; each < count; each++) await (await side()).close();
    return resident();
  },
  /** Megabytes of the process while `count` are alive. */
  alive: async (side, count) => {
    const lives = [];
    for (let each = 0; each < count; each++) lives.push(await side());
    const megabytes = resident();
    for (const live of lives) await live.close();
    return megabytes;
  },
  /** Milliseconds to open `count`, all of them alive at the end. */
  openMany: async (side, count) => {
    const start = performance.now();
    const lives = [];
    for (let each = 0; each < count; each++) lives.push(await side());
    const took = performance.now() - start;
    for (const live of lives) await live.close();
    return took;
  },
  /** Milliseconds until a plugin is again as it was when it was loaded. */
  reset: () =>
    withPlugin(async (plugin) => {
      for (let each = 0; each < WARM_UP; each++) {
        await plugin.reset();
        check(plugin.callSync("answer"));
      }
      const start = performance.now();
      await plugin.reset();
      check(plugin.callSync("answer"));
      return performance.now() - start;
    }),
  /** Milliseconds to start a plugin from its snapshot. */
  snapshot: () =>
    withPlugin(async (plugin) => {
      const saved = await plugin.snapshot();
      for (let each = 0; each < WARM_UP; each++) {
        await using _warm = await saved.start();
      }
      const start = performance.now();
      await using started = await saved.start();
      check(started.callSync("answer"));
      return performance.now() - start;
    }),
};

async function withPlugin(
  measure: (plugin: Plugin) => Promise<number>,
): Promise<number> {
  await using plugin = await loadPlugin({ source: SOURCE });
  return await measure(plugin);
}

function check(answer: unknown): void {
  if (answer !== 42) throw new Error(`it answered ${answer}, not 42`);
}

function resident(): number {
  const found = residentOf("self");
  if (found !== undefined) return found;
  throw new Error("this system does not tell");
}

if (import.meta.main) {
  await answerTalk(async ({ work, side, count }: Request) => {
    const make = SIDES[side];
    const measure = WORKS[work];
    if (make === undefined || measure === undefined) {
      throw new Error(`it knows no "${work}" of "${side}"`);
    }
    return await measure(make, count);
  });
}
