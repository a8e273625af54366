import type fc from "fast-check";
import { runInThisContext } from "node:vm";
import type { Bridge } from "../../src/bridge/mod.ts";
import { PluginError } from "../../src/errors.ts";
import { openBridge } from "../bridge/open_bridge.ts";
import { changedPython } from "./python_source.ts";
import { type Target, target } from "./target.ts";

/** A run may last so long; changed programs often loop for ever. */
const MILLISECONDS = 1000;
/** Programs change the modules that they import, so an instance is not kept. */
const RUNS = 50;

const SOURCE = `
import warnings
warnings.simplefilter("ignore")

def run(source):
    space = {"__name__": "plugin", "__file__": "/plugin/plugin.py"}
    try:
        exec(compile(source, "plugin.py", "exec"), space)
        space["run_e"]("one two, three", 1)
    except BaseException as error:
        return type(error).__name__
    return "done"
`;
/** What `node:vm` throws when the time is over. */
const TIMED_OUT = "ERR_SCRIPT_EXECUTION_TIMEOUT";

/** Any plugin ends with an outcome, at worst with an error of ours. */
export async function pluginRuns(): Promise<Target> {
  let bridge: Bridge | undefined;
  let runs = 0;
  const source = await changedPython(["plugins"]);
  return target({
    name: "plugin-runs",
    share: 2_000,
    batch: 1,
    inputs: source.map((text) => text.toWellFormed()) as fc.Arbitrary<string>,
    async try(source) {
      if (!bridge?.isAlive || ++runs % RUNS === 0) {
        bridge = await openBridge(SOURCE);
      }
      const { call } = bridge;
      try {
        inTime(() => call.apply(bridge, ["run", [source]]));
      } catch (error) {
        bridge = undefined;
        const late = (error as { code?: unknown }).code === TIMED_OUT;
        if (!late && !(error instanceof PluginError)) throw error;
      }
    },
  });
}

/** Run a step in this thread, and end it when it takes too long. */
function inTime<T>(step: () => T): T {
  const world = globalThis as { fuzzStep?: () => T };
  world.fuzzStep = step;
  try {
    return runInThisContext("fuzzStep()", { timeout: MILLISECONDS });
  } finally {
    delete world.fuzzStep;
  }
}
