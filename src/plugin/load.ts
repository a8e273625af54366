/**
 * The ways in: from where a plugin is to a live one.
 *
 * @module
 */

import type { Bridge, LoadMode } from "../bridge/mod.ts";
import { PluginLoadError } from "../errors.ts";
import type { Backend } from "./backend.ts";
import { checkBlock } from "./check_block.ts";
import type { Grants } from "./grants.ts";
import type { PluginLocation } from "./location.ts";
import {
  type OpenGuest,
  openGuest,
  type OpenHow,
  type SavedPlugin,
} from "./open.ts";
import {
  type PluginOptions,
  type ProgramOptions,
  settingsOf,
} from "./options.ts";
import { Plugin } from "./plugin.ts";
import { type PluginSource, readPlugin } from "./read.ts";
import type { HandlerOptions, PoolHandler } from "./serve/handler.ts";
import { Script } from "./script.ts";
import { ThreadBackend } from "./thread_backend.ts";
import type { Pool } from "./pool/pool.ts";
import type { PoolOptions } from "./pool/pool_options.ts";
import type { Tracer, TraceSink } from "./trace.ts";
import type { WarmStart } from "./warm/warm_start.ts";

/**
 * Load a plugin: a Python file that defines `run_e(payload, ident)`.
 *
 * It sees its own files and the standard library, and what `options.grants`
 * says.
 *
 * ```ts
 * import { loadPlugin } from "@x/py-plugin";
 * await using plugin = await loadPlugin("plugins/reverse/plugin.py");
 * console.log((await plugin.run("Hello there")).text());
 * ```
 *
 * @param location A path, a URL, or the source itself.
 * @param options What it is given, and where its output goes.
 * @returns The plugin, with its module imported.
 * @throws {PluginLoadError} When it cannot be found or read.
 * @throws {PermissionError} When it asks for more than it was granted.
 * @throws {PythonError} When its code fails while it is imported, does not
 * compile, or defines no `run_e` that can be called.
 * @throws {PluginCrashed} When it ends its instance while it is imported.
 */
export async function loadPlugin(
  location: PluginLocation,
  options: PluginOptions = {},
): Promise<Plugin> {
  return await startPlugin(await readPlugin(location), options);
}

/**
 * Run a Python file as a program, the way `python file.py` does.
 *
 * ```ts
 * import { runScript } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * const status = await runScript({ source: "import sys; sys.exit(3)" });
 * assertEquals(status, 3);
 * ```
 *
 * @param location A path, a URL, or the source itself.
 * @param options What it is given, and where its output goes.
 * @returns The exit status. The traceback of an uncaught exception goes to
 * `sys.stderr`, and the status is 1.
 * @throws {PluginLoadError} When it cannot be found or read.
 * @throws {PermissionError} When it asks for more than it was granted.
 * @throws {PythonError} When it does not compile.
 * @throws {PluginCrashed} When it ends its instance other than by exiting.
 */
export async function runScript(
  location: PluginLocation,
  options: PluginOptions = {},
): Promise<number> {
  const guest = await open(location, options, "script");
  return await new Script(guest).run();
}

/**
 * Load a file as whichever of the two it is: a plugin when its own code binds
 * the name `run_e`, else a script. None of its code runs to find out.
 *
 * ```ts
 * import { loadPluginOrScript } from "@x/py-plugin";
 * const loaded = await loadPluginOrScript({ source: "print(1 + 1)" });
 * if (loaded.kind === "script") await loaded.run();
 * ```
 *
 * @param location A path, a URL, or the source itself.
 * @param options What it is given, where its output goes, and where its warm
 * image may be kept.
 * @returns A {@linkcode Plugin} or a {@linkcode Script}; `kind` tells which.
 * @throws {PluginLoadError} When it cannot be found or read.
 * @throws {PermissionError} When it asks for more than it was granted.
 * @throws {PythonError} As {@linkcode loadPlugin} and {@linkcode runScript} do.
 */
export async function loadPluginOrScript(
  location: PluginLocation,
  options: ProgramOptions = {},
): Promise<Plugin | Script> {
  if (options.isolation === "worker") throw noWorker();
  const source = await readPlugin(location);
  const warm = await warmOf(source, options);
  const guest = await openRead(source, options, { mode: "either", warm });
  warm?.report();
  if (guest.kind === "script") return new Script(guest);
  return await inThread(guest, options);
}

/**
 * Make a pool: several instances of one plugin, each in a thread of its own,
 * that share its calls. One of them loads the plugin, the others go on from a
 * snapshot of it if there can be one.
 *
 * ```ts
 * import { createPool } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * await using pool = await createPool(
 *   { source: "def square(n): return n * n" },
 *   { size: 2, limits: { time: "5s" } },
 * );
 * const squares = [1, 2, 3].map((n) => pool.call("square", [n]));
 * assertEquals(await Promise.all(squares), [1, 4, 9]);
 * ```
 *
 * @param location A path, a URL, or the source itself; it is read once.
 * @param options How many instances, how many calls may wait, and the options
 * of each plugin.
 * @returns The pool, with all instances started.
 * @throws {PluginError} As {@linkcode loadPlugin} does.
 */
export async function createPool(
  location: PluginLocation,
  options: PoolOptions = {},
): Promise<Pool> {
  const { openPool } = await import("./pool/create_pool.ts");
  return await openPool(location, options);
}

/**
 * HTTP in front of a pool: what `Deno.serve` and `deno serve` take.
 *
 * `POST /run` gives the body to `run_e`; `POST /call/NAME` calls a function
 * with arguments as JSON or CBOR; `GET /healthz` and `GET /metrics` are for
 * those who look after it.
 *
 * ```ts
 * import { createPool, poolHandler } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * await using pool = await createPool(
 *   { source: "def add(a, b): return a + b" },
 *   { size: 1 },
 * );
 * const handler = await poolHandler(pool);
 * const answer = await handler(
 *   new Request("http://localhost/call/add", {
 *     method: "POST",
 *     body: "[1, 2]",
 *     headers: { "content-type": "application/json" },
 *   }),
 * );
 * assertEquals(await answer.json(), 3);
 * ```
 *
 * @param pool Answers the calls.
 * @param options What a request may be, and who is told of each.
 * @returns The handler; closing the pool is the caller's.
 */
export async function poolHandler(
  pool: Pool,
  options: HandlerOptions = {},
): Promise<PoolHandler> {
  const { makeHandler } = await import("./serve/handler.ts");
  return await makeHandler(pool, options);
}

/**
 * What a plugin's annotations and docstrings say, as it describes itself.
 *
 * @returns The answer of `_py_plugin_types.describe()`; it comes from the
 * guest and may be anything.
 */
export async function describePlugin(
  location: PluginLocation,
  options: PluginOptions,
): Promise<unknown> {
  const prepare = (bridge: Bridge) => {
    if (options.host === undefined) bridge.ask("stand_in");
  };
  const { bridge, instance } = await open(
    location,
    options,
    "plugin",
    prepare,
  );
  using _guest = instance;
  if (bridge !== undefined) return bridge.ask("describe");
  throw new PluginLoadError(
    "Cannot tell the plugin's types: it is a .wasm guest, not Python",
  );
}

/** A plugin from its files, or from where it was saved. */
export async function startPlugin(
  source: PluginSource,
  options: PluginOptions,
  saved?: SavedPlugin,
): Promise<Plugin> {
  if (options.isolation === "worker") {
    return await inWorker(source, options, saved);
  }
  const how = { mode: "plugin", saved } as const;
  return await inThread(await openRead(source, options, how), options);
}

/** The plugin in a guest of this thread, and in those that take its place. */
async function inThread(
  guest: OpenGuest,
  options: PluginOptions,
): Promise<Plugin> {
  if (options.isolation === "call") {
    const { IsolatedBackend } = await import("./isolated_backend.ts");
    return new Plugin(await IsolatedBackend.create(guest));
  }
  return await renewing(new ThreadBackend(guest), options);
}

/** The plugin in a worker, and in those that take its place. */
async function inWorker(
  source: PluginSource,
  options: PluginOptions,
  saved: SavedPlugin | undefined,
): Promise<Plugin> {
  const settings = settingsOf(options);
  if (source.kind === "python") await checkBlock(source, settings.grants);
  const { openWorker } = await import("./worker/open_worker.ts");
  const isAhead = options.restart === "auto";
  const plan = { source, settings, options, isAhead };
  return await renewing(await openWorker(plan, saved), options);
}

async function renewing(
  backend: Backend,
  { restart = "never" }: PluginOptions,
): Promise<Plugin> {
  if (restart === "never") return new Plugin(backend);
  const { RenewingBackend } = await import("./renewing_backend.ts");
  return new Plugin(await RenewingBackend.create(backend));
}

/** Read a file, and start a guest with it in this thread. */
async function open(
  location: PluginLocation,
  options: PluginOptions,
  mode: LoadMode,
  prepare?: OpenHow["prepare"],
): Promise<OpenGuest> {
  if (options.isolation === "worker") throw noWorker();
  return await openRead(await readPlugin(location), options, { mode, prepare });
}

/** The same with what was read; what it asks for is held against its grants. */
async function openRead(
  source: PluginSource,
  options: PluginOptions,
  how: Omit<OpenHow, "tracer">,
): Promise<OpenGuest> {
  const settings = settingsOf(options);
  const { grants, trace } = settings;
  const tracer = trace && await tracerOf(trace, grants);
  if (source.kind === "python") await checkBlock(source, grants, how.warm);
  return await openGuest(source, settings, { ...how, tracer });
}

/** Only who keeps images pays for looking for one. */
async function warmOf(
  source: PluginSource,
  options: ProgramOptions,
): Promise<WarmStart | undefined> {
  if (options.warm === undefined || source.kind !== "python") return undefined;
  const { mayBeWarm, WarmStart } = await import("./warm/warm_start.ts");
  if (!mayBeWarm(source, options)) return undefined;
  return await WarmStart.begin(source, options.warm);
}

function noWorker(): TypeError {
  return new TypeError(
    'Cannot use isolation: "worker" here: only loadPlugin() starts one',
  );
}

/** Only who wants to look pays for the looking glass. */
async function tracerOf(sink: TraceSink, grants: Grants): Promise<Tracer> {
  const { Tracer } = await import("./trace.ts");
  return new Tracer(sink, grants);
}
