/**
 * Who can run a Python file as a process: this project, and its peers.
 *
 * @module
 */

import { deno, nativePython, type Program } from "./child.ts";
import { WITH_PACKAGES } from "./packages.ts";
import type { Size } from "./row.ts";

/** The name of Pyodide's column. */
export const PYODIDES = "Pyodide";
/** The name of the native CPython's column. */
export const NATIVES = "native";

/** How often Pyodide is started for a row: it takes seconds, and steadily so. */
export const PYODIDE_ROUNDS: Readonly<Record<Size, number>> = {
  full: 3,
  quick: 1,
  tiny: 1,
};

/** Makes the process that runs a file; `reads` is what it may read. */
export type RunFile = (file: string, ...reads: readonly string[]) => Program;

/** This project, as its program is used, and as if for the first time. */
export function ours(file: string, ...reads: readonly string[]): Program {
  const grants = reads.map((path) => `--allow-read=${path}`);
  const flags = ["--no-cache", "--allow-hrtime", ...grants];
  return deno("run", "-A", "mod.ts", ...flags, file, ...reads);
}

/** Pyodide in Deno; what it may read is copied into its file system. */
export function pyodide(file: string, ...reads: readonly string[]): Program {
  return deno(...WITH_PACKAGES, "bench/pyodide.ts", file, ...reads);
}

/** CPython itself. */
export function native(file: string, ...reads: readonly string[]): Program {
  return nativePython(file, ...reads);
}

/** The two that run the same files, by the names of their columns. */
export const PEERS: readonly (readonly [string, RunFile])[] = [
  [PYODIDES, pyodide],
  [NATIVES, native],
];
