/**
 * Start Python in a fresh instance, load a file, run a script.
 *
 * @module
 */

import { InternalError, type PythonError } from "../errors.ts";
import { FREEZE, type Instance, type WrapperExports } from "../runtime/mod.ts";
import { failureOf, takeFailure } from "./failure.ts";
import { payloadBytes } from "./payload.ts";
import type { Se2 } from "./se2.ts";

/** What a file is loaded as; `wrapper/wrapper.h` has the same numbers. */
export const LOAD_MODES = {
  plugin: 0,
  script: 1,
  either: 2,
  /** As `either`, and none of its code runs: that is left to who goes on. */
  ahead: 3,
} as const;
/** Asked for besides: there is no other file that could be imported. */
const ALONE = 4;

/** What a file can be loaded as. */
export type LoadMode = keyof typeof LOAD_MODES;

/**
 * Start the interpreter.
 *
 * @throws {PythonError} When it does not start.
 */
export async function startPython(
  instance: Instance,
  trace: boolean,
): Promise<void> {
  const wrapper = wrapperOf(instance);
  // A snapshot may have been taken of one that logs.
  instance.enter("plug_trace", () => wrapper.trace(trace ? 1 : 0));
  const status = await instance.enterWaiting("start-up", () => wrapper.init());
  if (status !== 0) {
    throw failureOf(instance, "Starting Python");
  }
  instance.enter("plug_ticks", () => wrapper.ticks(1));
}

/**
 * Take a step while the guest is ready to be saved.
 *
 * @throws {PythonError} When it cannot be: it says what is in the way.
 */
export async function whileFrozen<T>(
  instance: Instance,
  step: () => T,
): Promise<T> {
  const wrapper = wrapperOf(instance);
  const freeze = async (how: number) => {
    const call = () => wrapper.freeze(how);
    if (await instance.enterWaiting("a snapshot", call) === 0) return;
    throw failureOf(instance, "Taking a snapshot");
  };
  await freeze(FREEZE.plugin);
  try {
    return step();
  } finally {
    await freeze(FREEZE.undo);
  }
}

/**
 * Load the file at `path`, a path of the guest, and say what it is.
 *
 * @param isAlone No other file is in its directory: Python does not look.
 * @throws {PythonError} When it cannot be read, compiled or imported, or when
 * it is asked to be a plugin and has no usable `run_e`.
 */
export async function loadFile(
  se2: Se2,
  instance: Instance,
  path: string,
  mode: LoadMode,
  isAlone = false,
): Promise<"plugin" | "script"> {
  const wrapper = wrapperOf(instance);
  const bytes = payloadBytes(path);
  se2.trace(
    "python.ts",
    () => `loading ${path}: calling allocate(${bytes.length})`,
  );
  const kind = await se2.outsideCall(() =>
    instance.enterWaiting("loading", async () => {
      const pointer = wrapper.allocate(bytes.length) >>> 0;
      instance.memory.bytes(pointer, bytes.length).set(bytes);
      const asked = LOAD_MODES[mode] + (isAlone ? ALONE : 0);
      const kind = await wrapper.load(pointer, bytes.length, asked);
      wrapper.deallocate(pointer, bytes.length);
      return kind;
    })
  );
  switch (kind) {
    case LOAD_MODES.plugin:
      return "plugin";
    case LOAD_MODES.script:
      return "script";
    default:
      throw failureOf(instance, `Loading ${path}`, se2.maxResult);
  }
}

/** How a script has ended. */
export interface ScriptEnd {
  /** Its exit status. */
  readonly status: number;
  /** What it did not catch, when that may be a limit's doing. */
  readonly uncaught: PythonError | undefined;
}

/** Run the loaded script as `__main__`. */
export async function runScriptFile(
  se2: Se2,
  instance: Instance,
): Promise<ScriptEnd> {
  const wrapper = wrapperOf(instance);
  const status = await se2.outsideCall(() =>
    instance.enterWaiting("the script", () => wrapper.script())
  );
  if (status < 0) throw failureOf(instance, "Running the script");
  return { status, uncaught: takeFailure(instance, Infinity) };
}

function wrapperOf(instance: Instance): WrapperExports {
  if (instance.wrapper !== undefined) return instance.wrapper;
  throw new InternalError("The instance is not Python");
}
