/**
 * From a plugin's files to a live guest: the one place where capabilities,
 * artifact and bridge are put together.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";
import {
  Bridge,
  type HostTree,
  loadFile,
  type LoadMode,
  offerAgain,
  offerHost,
  randomIdent,
  Se2,
  shows,
  startPython,
} from "../bridge/mod.ts";
import {
  type Artifact,
  type BodyPool,
  type Deadlines,
  Instance,
  type KeptMemory,
  type LateParts,
  type Left,
  loadArtifact,
  type MemoryImage,
  type Offer,
} from "../runtime/mod.ts";
import {
  Context,
  type Directory,
  GuestMemory,
  OutputBudget,
  ProcessExit,
  type Volume,
} from "../wasi/mod.ts";
import { inLimits } from "./in_limits.ts";
import { guestRoot } from "./capabilities.ts";
import { deadlinesOf } from "./deadlines_of.ts";
import { ownDirectories, PLUGIN_DIRECTORY } from "./guest_files.ts";
import { type ReadyInput, readyInput } from "./input.ts";
import { lastWords } from "./last_words.ts";
import { limitedClock } from "./limited_clock.ts";
import type { ReadyLimits } from "./limits.ts";
import type { Settings } from "./options.ts";
import type { PluginSource, PythonSource } from "./read.ts";
import { sleepOf } from "./sleep.ts";
import type { Tracer } from "./trace.ts";
import type { WarmStart } from "./warm/warm_start.ts";
import { workingDirectory } from "./working_directory.ts";

/** A live guest with the plugin's file loaded in it. */
export interface OpenGuest {
  /** What the file turned out to be. */
  readonly kind: "plugin" | "script";
  /** The guest. */
  readonly instance: Instance;
  /** What it may touch, and has open. */
  readonly context: Context;
  /** The line to its `run_e`. */
  readonly se2: Se2;
  /** The line to all else in it, when it is Python. */
  readonly bridge?: Bridge;
  /** What it may use up. */
  readonly limits: ReadyLimits;
  /** What it has written. */
  readonly output: OutputBudget;
  /** What its files in memory take. */
  readonly volumes: readonly Volume[];
  /** What it takes to save it, when it is Python. */
  readonly origin?: Origin;
  /** Another guest like this one: as this one began, or as it was saved. */
  readonly again: (
    saved?: SavedPlugin,
    prepare?: OpenHow["prepare"],
  ) => Promise<OpenGuest>;
}

/** What a guest was opened with, and a snapshot of it says again. */
export interface Origin {
  readonly source: PythonSource;
  /** The names of the host functions that it was offered. */
  readonly offered: readonly string[];
  /** Whether its calls are held against its annotations. */
  readonly check: boolean;
}

/** A loaded plugin as it was, without anything of the run it was in. */
export interface SavedPlugin extends Origin {
  /** Its memory. */
  readonly image: MemoryImage;
}

/** How a plugin is opened. */
export interface OpenHow {
  /** What its file is to be. */
  readonly mode: LoadMode;
  /** Is told of all it does. */
  readonly tracer?: Tracer | undefined;
  /** What is to be done in Python before the file is loaded; nothing. */
  readonly prepare?: ((bridge: Bridge) => void) | undefined;
  /** The artifact, when it is there already. */
  readonly artifact?: Artifact | undefined;
  /** What it goes on from, instead of loading its file. */
  readonly saved?: SavedPlugin | undefined;
  /** What it may go on from to load its file. */
  readonly warm?: WarmStart | undefined;
}

type ReadySettings = Settings & Pick<OpenHow, "tracer"> & {
  readonly stdin: ReadyInput;
  readonly deadlines: Deadlines;
  readonly output: OutputBudget;
  /** The volumes that its directories in memory turn out to have. */
  readonly volumes: Volume[];
};

/** Let go of a guest, and of what it has open; of one that has ended, too. */
export function leaveGuest(
  { instance, bridge, context }: Pick<
    OpenGuest,
    "instance" | "bridge" | "context"
  >,
  how: Left = "is closed",
): void {
  instance.leave(how, bridge?.isAtRest ?? false);
  context.fds[Symbol.dispose]();
}

/** Start a guest and load the plugin in it. */
export async function openGuest(
  source: PluginSource,
  settings: Settings,
  how: OpenHow,
): Promise<OpenGuest> {
  const stdin = await readyInput(settings.stdin);
  return await openWith(source, settings, stdin, how);
}

async function openWith(
  source: PluginSource,
  settings: Settings,
  stdin: ReadyInput,
  how: OpenHow,
): Promise<OpenGuest> {
  const { tracer } = how;
  const deadlines = await deadlinesOf(settings);
  const output = new OutputBudget(settings.limits.output);
  const volumes: Volume[] = [];
  const ready = { ...settings, stdin, tracer, deadlines, output, volumes };
  const again: OpenGuest["again"] = (
    saved = how.saved,
    prepare = how.prepare,
  ) => openWith(source, settings, stdin, { ...how, saved, prepare });
  switch (source.kind) {
    case "python":
      return { ...await openPython(source, ready, how), again };
    case "wasm":
      return { ...await openModule(source, ready), again };
    default:
      return source satisfies never;
  }
}

/** Whether Python is asked for something where it cannot wait for code. */
function isLimited({ time, cpuTime, depth }: ReadyLimits): boolean {
  return depth !== undefined || Math.min(time, cpuTime) !== Infinity;
}

async function openPython(
  source: PythonSource,
  settings: ReadySettings,
  { mode, prepare, saved, warm, artifact: given }: OpenHow,
): Promise<Omit<OpenGuest, "again">> {
  const artifact = given ?? await loadArtifact();
  const { late, tracer, limits: all } = settings;
  if (!late || tracer !== undefined || isLimited(all)) {
    await Promise.all([artifact.rest.load(), artifact.stdlib.load()]);
  }
  const path = `${PLUGIN_DIRECTORY}/${source.entry}`;
  const isAlone = source.files.size === 1;
  const own = ownDirectories(artifact, source.files, settings);
  const cwd = workingDirectory(settings.grants);
  const context = contextOf(settings, cwd, own);
  using unlessOpen = new DisposableStack();
  unlessOpen.use(context.fds);
  const se2 = se2Of(source.entry, true, settings);
  se2.trace("open.ts", () => "loading module python.wasm");
  const bridge = new Bridge({
    sleep: sleepOf(settings.clock),
    told: settings.tracer?.hostFunction,
    maxMessage: settings.limits.result,
    maxHostCalls: settings.limits.hostCalls,
  });
  const instance = await instantiate({
    module: artifact.python,
    late: artifact,
    bodies: artifact.bodies,
    image: saved?.image ?? await warm?.image(all.memory),
    kept: warm?.memory(artifact),
    context,
    se2,
    settings,
    more: { "py_plugin": bridge.imports },
  });
  unlessOpen.defer(() => leaveGuest({ instance, bridge, context }));
  bridge.attach(instance);
  // What was saved may be anything: it is the plugin's from the beginning.
  if (saved !== undefined) settings.deadlines.arm();
  const { logger } = settings;
  const tells = logger !== undefined && shows(logger.level, "trace");
  await bridge.alone(() => startPython(instance, tells));
  const offered = await offer(bridge, settings.host, saved);
  prepare?.(bridge);
  // What describes an exception is no part of the time there is for it.
  if (Number.isFinite(settings.limits.time)) bridge.ask("get_ready");
  const { depth } = settings.limits;
  if (depth !== undefined) bridge.ask("limit_depth", depth);
  settings.tracer?.begin();
  settings.deadlines.arm();
  const { limits, output, volumes } = settings;
  const guest = { instance, context, se2, bridge, limits, output, volumes };
  const kind = saved !== undefined ? "plugin" : await inLimits(
    guest,
    () => bridge.alone(() => loadFile(se2, instance, path, mode, isAlone)),
  );
  const wasChecked = saved?.check ?? false;
  if (settings.check && !wasChecked) bridge.ask("check");
  unlessOpen.move();
  const check = settings.check || wasChecked;
  return { ...guest, kind, origin: { source, offered, check } };
}

/** What was saved holds the host's functions already, by their numbers. */
async function offer(
  bridge: Bridge,
  host: HostTree | undefined,
  saved: SavedPlugin | undefined,
): Promise<readonly string[]> {
  if (saved !== undefined) {
    await offerAgain(bridge, host ?? {}, saved.offered);
    return saved.offered;
  }
  return host === undefined ? [] : await offerHost(bridge, host);
}

/** Any other module that speaks SE2: it has no files of its own. */
async function openModule(
  source: Extract<PluginSource, { kind: "wasm" }>,
  settings: ReadySettings,
): Promise<Omit<OpenGuest, "again">> {
  const module = await compile(source);
  const se2 = se2Of(source.entry, false, settings);
  se2.trace("open.ts", () => `loading module ${source.entry}`);
  const context = contextOf(settings, source.entry, new Map());
  using unlessOpen = new DisposableStack();
  unlessOpen.use(context.fds);
  settings.tracer?.begin();
  settings.deadlines.arm();
  const instance = await instantiate({
    module,
    late: undefined,
    bodies: undefined,
    image: undefined,
    context,
    se2,
    settings,
    more: {},
  });
  unlessOpen.move();
  const { limits, output, volumes } = settings;
  return { kind: "plugin", instance, context, se2, limits, output, volumes };
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
    ident: () => randomIdent(settings.random),
    maxResult: settings.limits.result,
  });
}

/** Python's first argument is its working directory: it knows its program. */
function contextOf(
  settings: ReadySettings,
  first: string,
  own: ReadonlyMap<string, Directory>,
): Context {
  const { grants, tracer, deadlines, output, volumes } = settings;
  const { files } = settings.limits;
  const clock = limitedClock(settings.clock, deadlines);
  const root = guestRoot(grants, { own, clock, files, volumes });
  return new Context({
    args: [first, ...settings.args],
    preopens: root === undefined ? {} : { "/": root },
    stdin: settings.stdin,
    stdout: settings.stdout,
    stderr: settings.stderr,
    env: settings.env,
    clock,
    output,
    ...(files === undefined ? {} : { files }),
    ...(settings.random === undefined ? {} : { random: settings.random }),
    ...(tracer === undefined ? {} : { trace: tracer.syscall }),
  });
}

/** What {@linkcode instantiate} puts together. */
interface Parts {
  readonly module: WebAssembly.Module;
  /** What it may have to wait for, when it is our Python. */
  readonly late: LateParts | undefined;
  /** Where its body comes from. */
  readonly bodies: BodyPool | undefined;
  /** What its memory holds besides. */
  readonly image: MemoryImage | undefined;
  /** Where what its memory begins as may be found. */
  readonly kept?: KeptMemory | undefined;
  readonly context: Context;
  readonly se2: Se2;
  readonly settings: ReadySettings;
  /** Imports besides those of SE2 and WASI. */
  readonly more: Offer;
}

async function instantiate(parts: Parts): Promise<Instance> {
  const { context, se2, settings, more } = parts;
  return await Instance.create({
    ...parts,
    maximum: settings.limits.memory,
    deadlines: settings.deadlines,
    lastWords: (instance) => lastWords(instance, context),
    offer: {
      "wasi_snapshot_preview1": context.imports,
      ...toldOf({ "env": se2.imports }, settings.tracer),
      ...more,
    },
    bind: (memory) => {
      context.bind(memory);
      se2.bind(new GuestMemory(memory));
    },
    begin: (instance) => begin(instance, context),
  });
}

/** The same functions of the host's, each telling of its calls. */
function toldOf(offer: Offer, tracer: Tracer | undefined): Offer {
  if (tracer === undefined) return offer;
  return Object.fromEntries(
    Object.entries(offer).map(([name, imports]) => [
      name,
      tracer.hostCalls(imports),
    ]),
  );
}

/** SE2's rule: `_start` if it is exported, else `_initialize`, else an error. */
function begin(instance: WebAssembly.Instance, context: Context): void {
  if ("_initialize" in instance.exports && !("_start" in instance.exports)) {
    return context.initialize(instance);
  }
  const status = context.start(instance);
  if (status !== 0) throw new ProcessExit(status);
}
