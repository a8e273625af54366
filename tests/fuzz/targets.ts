/**
 * All that is fuzzed.
 *
 * @module
 */

import { callsOfHost } from "./calls_of_host.ts";
import { commandLine } from "./command_line.ts";
import { compilePython } from "./compile.ts";
import { pluginRuns } from "./plugin_runs.ts";
import { scriptBlocks } from "./script_block.ts";
import { snapshotBytes } from "./snapshot.ts";
import { snapshotStarts } from "./snapshot_starts.ts";
import { syscalls } from "./syscalls.ts";
import type { Target } from "./target.ts";
import { wireToGuest } from "./wire_to_guest.ts";
import { wireToHost } from "./wire_to_host.ts";

/** Makes a target, ready to be tried. */
export type MakeTarget = () => Target | Promise<Target>;

/** The targets by name. */
export const TARGETS: Readonly<Record<string, MakeTarget>> = {
  "wire-to-host": wireToHost,
  "wire-to-guest": wireToGuest,
  "calls-of-host": callsOfHost,
  "syscalls": syscalls,
  "command-line": commandLine,
  "script-block": scriptBlocks,
  "snapshot": snapshotBytes,
  "snapshot-starts": snapshotStarts,
  "compile": compilePython,
  "plugin-runs": pluginRuns,
};
