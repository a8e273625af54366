/**
 * The ways in: from where a plugin is to a live one.
 *
 * @module
 */

import type { PluginLocation } from "./location.ts";
import { openGuest } from "./open.ts";
import { type PluginOptions, settingsOf } from "./options.ts";
import { Plugin } from "./plugin.ts";
import { readPlugin } from "./read.ts";
import { Script } from "./script.ts";

/**
 * Load a plugin: a Python file that defines `run_e(payload, ident)`.
 *
 * It sees its own files and the standard library, and nothing else.
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
 * @throws {PythonError} When its code fails while it is imported, does not
 * compile, or defines no `run_e` that can be called.
 * @throws {PluginCrashed} When it ends its instance while it is imported.
 */
export async function loadPlugin(
  location: PluginLocation,
  options: PluginOptions = {},
): Promise<Plugin> {
  const source = await readPlugin(location);
  return new Plugin(await openGuest(source, settingsOf(options), "plugin"));
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
 * @throws {PythonError} When it does not compile.
 * @throws {PluginCrashed} When it ends its instance other than by exiting.
 */
export async function runScript(
  location: PluginLocation,
  options: PluginOptions = {},
): Promise<number> {
  const source = await readPlugin(location);
  const guest = await openGuest(source, settingsOf(options), "script");
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
 * @throws {PythonError} As {@linkcode loadPlugin} and {@linkcode runScript} do.
 */
export async function loadPluginOrScript(
  location: PluginLocation,
  options: PluginOptions = {},
): Promise<Plugin | Script> {
  const source = await readPlugin(location);
  const guest = await openGuest(source, settingsOf(options), "either");
  return guest.kind === "plugin" ? new Plugin(guest) : new Script(guest);
}
