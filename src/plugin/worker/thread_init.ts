/**
 * What a thread is given when it begins: data that can be copied.
 *
 * @module
 */

import type { LogLevel } from "../../bridge/mod.ts";
import type { ArtifactModules } from "../../runtime/mod.ts";
import type { Grants } from "../grants.ts";
import type { ReadyLimits } from "../limits.ts";
import type { PluginSource } from "../read.ts";
import type { SharedSave } from "./shared_save.ts";

/** What a thread is given. */
export interface ThreadInit {
  /** Compiled once, for all threads. */
  readonly modules: ArtifactModules;
  /** The plugin's files. */
  readonly source: PluginSource;
  /** What it goes on from, instead of loading them. */
  readonly saved: SharedSave | undefined;
  readonly args: readonly string[];
  readonly limits: ReadyLimits;
  readonly grants: Grants;
  readonly env: Readonly<Record<string, string>>;
  readonly check: boolean;
  /** The least urgent level that is logged, when anything is. */
  readonly logLevel: LogLevel | undefined;
  /** When the plugin's time starts, when it has a time of its own. */
  readonly now: number | undefined;
  /** What all that is random follows from. */
  readonly seed: number | undefined;
}

/** What of the host's crosses as live objects. */
export interface HostOptions {
  readonly stdin: unknown;
  readonly stdout: unknown;
  readonly stderr: unknown;
  readonly log?: unknown;
  readonly trace?: unknown;
  readonly clock?: unknown;
  readonly random?: unknown;
}

/** A Web stream for output, as it crosses: what writes a chunk. */
export interface StreamOption {
  readonly write: (chunk: Uint8Array) => Promise<void>;
}
