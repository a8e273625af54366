/**
 * From a plugin's files to a live guest: the one place where capabilities,
 * artifact and bridge are put together.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";
import {
  Bridge,
  loadFile,
  type LoadMode,
  Se2,
  shows,
  startPython,
} from "../bridge/mod.ts";
import { Instance, loadArtifact, type Offer } from "../runtime/mod.ts";
import {
  Context,
  type ContextOptions,
  GuestMemory,
  ProcessExit,
} from "../wasi/mod.ts";
import { guestRoot, PLUGIN_DIRECTORY } from "./guest_files.ts";
import type { Settings } from "./options.ts";
import type { PluginSource } from "./read.ts";

/** A live guest with the plugin's file loaded in it. */
export interface OpenGuest {
  /** What the file turned out to be. */
  readonly kind: "plugin" | "script";
  /** The guest. */
  readonly instance: Instance;
  /** The line to it. */
  readonly se2: Se2;
}

/** Start a guest and load the plugin in it. */
export async function openGuest(
  source: PluginSource,
  settings: Settings,
  mode: LoadMode,
): Promise<OpenGuest> {
  switch (source.kind) {
    case "python":
      return await openPython(source, settings, mode);
    case "wasm":
      return await openModule(source, settings);
    default:
      return source satisfies never;
  }
}

async function openPython(
  source: Extract<PluginSource, { kind: "python" }>,
  settings: Settings,
  mode: LoadMode,
): Promise<OpenGuest> {
  const artifact = await loadArtifact();
  const path = `${PLUGIN_DIRECTORY}/${source.entry}`;
  const context = contextOf(settings, path, {
    "/": guestRoot(artifact, source.files),
  });
  const se2 = se2Of(source.entry, true, settings);
  se2.trace("open.ts", () => "loading module python.wasm");
  const bridge = new Bridge();
  const instance = await instantiate({
    module: artifact.python,
    python: true,
    context,
    se2,
    maximum: settings.maximum,
    more: { "py_plugin": bridge.imports },
  });
  bridge.attach(instance);
  const { logger } = settings;
  startPython(instance, logger !== undefined && shows(logger.level, "trace"));
  const kind = loadFile(se2, instance, path, mode);
  return { kind, instance, se2 };
}

/** Any other module that speaks SE2: it gets no files. */
async function openModule(
  source: Extract<PluginSource, { kind: "wasm" }>,
  settings: Settings,
): Promise<OpenGuest> {
  const module = await compile(source);
  const se2 = se2Of(source.entry, false, settings);
  se2.trace("open.ts", () => `loading module ${source.entry}`);
  const context = contextOf(settings, source.entry, {});
  const instance = await instantiate({
    module,
    python: false,
    context,
    se2,
    maximum: settings.maximum,
    more: {},
  });
  return { kind: "plugin", instance, se2 };
}

async function compile(
  source: Extract<PluginSource, { kind: "wasm" }>,
): Promise<WebAssembly.Module> {
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(source.bytes);
  } catch (error) {
    throw new PluginLoadError(
      `Cannot load "${source.entry}": it is not a WebAssembly module`,
      { cause: error },
    );
  }
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  if (names.includes("_start") || names.includes("_initialize")) return module;
  throw new PluginLoadError(
    `Cannot load "${source.entry}": it exports neither _start nor _initialize`,
  );
}

function se2Of(file: string, wrapper: boolean, settings: Settings): Se2 {
  const { logger } = settings;
  return new Se2({
    file,
    wrapper,
    ...(logger === undefined ? {} : { logger }),
  });
}

function contextOf(
  settings: Settings,
  program: string,
  preopens: NonNullable<ContextOptions["preopens"]>,
): Context {
  return new Context({
    args: [program, ...settings.args],
    preopens,
    stdin: settings.stdin,
    stdout: settings.stdout,
    stderr: settings.stderr,
  });
}

/** What {@linkcode instantiate} puts together. */
interface Parts {
  readonly module: WebAssembly.Module;
  readonly python: boolean;
  readonly context: Context;
  readonly se2: Se2;
  readonly maximum: number;
  /** Imports besides those of SE2 and WASI. */
  readonly more: Offer;
}

async function instantiate(parts: Parts): Promise<Instance> {
  const { module, python, context, se2, maximum, more } = parts;
  return await Instance.create({
    module,
    python,
    maximum,
    offer: {
      "env": se2.imports,
      "wasi_snapshot_preview1": context.imports,
      ...more,
    },
    bind: (memory) => {
      context.bind(memory);
      se2.bind(new GuestMemory(memory));
    },
    begin: (instance) => begin(instance, context),
  });
}

/** SE2's rule: `_start` if it is exported, else `_initialize`, else an error. */
function begin(instance: WebAssembly.Instance, context: Context): void {
  if ("_initialize" in instance.exports && !("_start" in instance.exports)) {
    return context.initialize(instance);
  }
  const status = context.start(instance);
  if (status !== 0) throw new ProcessExit(status);
}
