/**
 * The ways in: from where a plugin is to a live one.
 *
 * @module
 */

import type { Bridge, LoadMode } from "../bridge/mod.ts";
import { PluginLoadError } from "../errors.ts";
import type { Grants } from "./grants.ts";
import type { PluginLocation } from "./location.ts";
import { type OpenGuest, openGuest, type OpenHow } from "./open.ts";
import { type PluginOptions, settingsOf } from "./options.ts";
import { Plugin } from "./plugin.ts";
import { type PluginSource, readPlugin } from "./read.ts";
import { Script } from "./script.ts";
import { scriptBlock } from "./script_block.ts";
import { ThreadBackend } from "./thread_backend.ts";
import type { Tracer, TraceSink } from "./trace.ts";

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
  const openAnew = await opener(location, options, "plugin");
  return await pluginOf(await openAnew(), openAnew, options);
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
  const guest = await (await opener(location, options, "script"))();
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
 * @param options What it is given, and where its output goes.
 * @returns A {@linkcode Plugin} or a {@linkcode Script}; `kind` tells which.
 * @throws {PluginLoadError} When it cannot be found or read.
 * @throws {PermissionError} When it asks for more than it was granted.
 * @throws {PythonError} As {@linkcode loadPlugin} and {@linkcode runScript} do.
 */
export async function loadPluginOrScript(
  location: PluginLocation,
  options: PluginOptions = {},
): Promise<Plugin | Script> {
  const openAnew = await opener(location, options, "either");
  const guest = await openAnew();
  if (guest.kind === "script") return new Script(guest);
  return await pluginOf(guest, openAnew, options);
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
  const openAnew = await opener(location, options, "plugin", prepare);
  const { bridge, instance } = await openAnew();
  using _guest = instance;
  if (bridge !== undefined) return bridge.ask("describe");
  throw new PluginLoadError(
    "Cannot tell the plugin's types: it is a .wasm guest, not Python",
  );
}

/** The plugin in a guest, and in those that take its place. */
export async function pluginOf(
  guest: OpenGuest,
  openAnew: () => Promise<OpenGuest>,
  { restart = "never", isolation = "none" }: PluginOptions,
): Promise<Plugin> {
  if (isolation === "call") {
    const { IsolatedBackend } = await import("./isolated_backend.ts");
    return new Plugin(await IsolatedBackend.create(guest));
  }
  const first = new ThreadBackend(guest);
  if (restart === "never") return new Plugin(first);
  const { RenewingBackend } = await import("./renewing_backend.ts");
  const next = async () => new ThreadBackend(await openAnew());
  return new Plugin(new RenewingBackend(first, next));
}

/**
 * Read it, and hold what it asks for against what it is granted.
 *
 * @returns What starts it, as often as that is called.
 */
async function opener(
  location: PluginLocation,
  options: PluginOptions,
  mode: LoadMode,
  prepare?: OpenHow["prepare"],
): Promise<() => Promise<OpenGuest>> {
  return await openerOf(await readPlugin(location), options, { mode, prepare });
}

/** The same for what was read, or saved, before. */
export async function openerOf(
  source: PluginSource,
  options: PluginOptions,
  how: Omit<OpenHow, "tracer">,
): Promise<() => Promise<OpenGuest>> {
  const settings = settingsOf(options);
  const { grants, trace } = settings;
  const tracer = trace && await tracerOf(trace, grants);
  if (source.kind === "python") await checkBlock(source, grants);
  return () => openGuest(source, settings, { ...how, tracer });
}

/** Only who wants to look pays for the looking glass. */
async function tracerOf(sink: TraceSink, grants: Grants): Promise<Tracer> {
  const { Tracer } = await import("./trace.ts");
  return new Tracer(sink, grants);
}

async function checkBlock(
  { entry, files }: Extract<PluginSource, { kind: "python" }>,
  grants: Grants,
): Promise<void> {
  const text = new TextDecoder().decode(files.get(entry));
  const block = scriptBlock(text, entry);
  if (block === undefined) return;
  const { parseToml } = await import("./toml.ts");
  const { checkRequirements, parseRequirements } = await import(
    "./requirements.ts"
  );
  const asked = parseRequirements(await parseToml(block), entry);
  checkRequirements(asked, grants, entry);
}
