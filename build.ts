/**
 * Builds the artifact in `wrapper/dist/` from pinned sources.
 *
 * ```sh
 * deno run -A build.ts build
 * ```
 *
 * The steps live in `wrapper/build/`; `wrapper/README.md` explains them.
 *
 * @module
 */

import { BuildError } from "./wrapper/build/build_error.ts";
import {
  type BuildOptions,
  type Command,
  parseCommand,
  USAGE,
} from "./wrapper/build/command.ts";
import { compare, install } from "./wrapper/build/dist.ts";
import { remove } from "./wrapper/build/files.ts";
import { sourcesFolder, verifySources } from "./wrapper/build/lock.ts";
import { forgetHot } from "./wrapper/build/hot.ts";
import {
  buildPlan,
  hotPlan,
  nativePlan,
  trainPlan,
} from "./wrapper/build/plan.ts";
import { complain, duration, say } from "./wrapper/build/report.ts";
import { BUILD, runSteps, type Step } from "./wrapper/build/step.ts";
import { findToolchain, type Toolchain } from "./wrapper/build/toolchain.ts";
import { forgetTraining } from "./wrapper/build/train.ts";

if (import.meta.main) Deno.exitCode = await main();

async function main(): Promise<number> {
  try {
    const command = parseCommand(Deno.args, Deno.env.toObject());
    // Every path below is relative to the repository.
    Deno.chdir(new URL(".", import.meta.url));
    const start = performance.now();
    await perform(command);
    if (command.kind !== "help") {
      say(`${command.kind}: ${duration(performance.now() - start)}`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    complain(error.message);
    return 1;
  }
}

async function perform(command: Command): Promise<void> {
  switch (command.kind) {
    case "help":
      return say(USAGE);
    case "clean":
      return remove(BUILD);
    case "hot":
      forgetHot();
      return await run(hotPlan, command.options, wasiSdk());
    case "native":
      // The system's compiler is enough.
      return await runSteps(nativePlan(command.options), {
        path: "/usr/local/bin",
        jobs: command.options.jobs,
      });
    case "train":
      forgetTraining();
      // wasi-sdk's compiler makes nothing that runs here: Debian's trains.
      return await run(trainPlan, command.options, undefined);
    case "build":
      await run(buildPlan, command.options, wasiSdk());
      return install();
    case "check":
      await verifySources(sourcesFolder(command.options.sources));
      await run(buildPlan, command.options, wasiSdk());
      return compare();
    default:
      command satisfies never;
  }
}

async function run(
  plan: (toolchain: Toolchain, options: BuildOptions) => Step[],
  options: BuildOptions,
  sdk: string | undefined,
): Promise<void> {
  const toolchain = findToolchain(sdk);
  await runSteps(plan(toolchain, options), {
    path: toolchain.bin,
    jobs: options.jobs,
  });
}

function wasiSdk(): string | undefined {
  return Deno.env.get("WASI_SDK_PATH");
}
