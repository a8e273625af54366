/**
 * The order of the steps.
 *
 * @module
 */

import type { BuildOptions } from "./command.ts";
import { crossSteps, nativeSteps } from "./cpython.ts";
import { BuildError } from "./build_error.ts";
import { fixtureSteps } from "./fixtures.ts";
import { hotSteps } from "./hot.ts";
import { imageSteps } from "./image.ts";
import { librarySteps } from "./libraries.ts";
import { licenceStep } from "./licences.ts";
import { linkSteps } from "./link.ts";
import { sourcesFolder } from "./lock.ts";
import { manifestStep } from "./manifest.ts";
import { snapshotStep } from "./snapshot.ts";
import { sourceSteps } from "./sources.ts";
import { splitStep } from "./split.ts";
import type { Step } from "./step.ts";
import { type Toolchain, toolchainStep } from "./toolchain.ts";
import { checkTrainer, trainSteps } from "./train.ts";

/** Everything from the pinned sources to the artifact. */
export function buildPlan(toolchain: Toolchain, options: BuildOptions): Step[] {
  const unpacked = sourceSteps(sourcesFolder(options.sources));
  const cpython = pick(unpacked, "cpython");
  const compiler = [toolchainStep(toolchain), pick(unpacked, "wasi-libc")];
  const libraries = librarySteps(unpacked, compiler);
  const native = nativeSteps(cpython);
  const cross = crossSteps(cpython, last(native), [
    ...compiler,
    last(libraries), // the headers: configure looks no further
  ]);
  const linked = linkSteps(compiler, last(cross));
  const image = imageSteps(compiler, unpacked, last(native), last(cross));
  const snapshot = snapshotStep(last(linked), last(image));
  return [
    ...new Set([...compiler, ...Object.values(unpacked)]),
    ...native,
    ...libraries,
    ...cross,
    ...linked,
    ...image,
    snapshot,
    splitStep(snapshot),
    ...fixtureSteps(compiler),
    licenceStep(unpacked),
    manifestStep(toolchain),
  ];
}

/** Everything from the pinned sources to a new list of hot functions. */
export function hotPlan(toolchain: Toolchain, options: BuildOptions): Step[] {
  const steps = buildPlan(toolchain, options);
  const snapshot = steps.findIndex(({ name }) => name === "snapshot");
  const saved = steps.slice(0, snapshot + 1);
  return [...saved, ...hotSteps(last(saved))];
}

/** From CPython's source to the native CPython; `build` uses the same one. */
export function nativePlan(options: BuildOptions): Step[] {
  const unpacked = sourceSteps(sourcesFolder(options.sources));
  const cpython = pick(unpacked, "cpython");
  return [cpython, ...nativeSteps(cpython)];
}

/** Everything from CPython's source to a new profile. */
export function trainPlan(
  toolchain: Toolchain,
  options: BuildOptions,
): Step[] {
  checkTrainer(toolchain);
  const unpacked = sourceSteps(sourcesFolder(options.sources));
  const cpython = pick(unpacked, "cpython");
  return [cpython, ...trainSteps(cpython)];
}

function pick(steps: Readonly<Record<string, Step>>, name: string): Step {
  const step = steps[name];
  if (step !== undefined) return step;
  throw new BuildError(`Cannot build without a pinned source of "${name}"`);
}

function last(steps: readonly Step[]): Step {
  const step = steps.at(-1);
  if (step !== undefined) return step;
  throw new RangeError("No steps");
}
