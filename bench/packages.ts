/**
 * Peers from npm. They are no dependencies: Deno fetches one into its own
 * cache when a benchmark imports it, and the names are computed so that no
 * check does.
 *
 * @module
 */

/** Pyodide. */
export const PYODIDE = ["npm:pyodide", "314.0.7"].join("@");
/** QuickJS, compiled to WebAssembly. */
export const QUICKJS = ["npm:quickjs-emscripten", "0.32.0"].join("@");

/** How a program that imports them is run: without this repository's configuration. */
export const WITH_PACKAGES: readonly string[] = [
  ...["run", "-A", "--no-config", "--no-lock", "--node-modules-dir=none"],
];
