/**
 * What users hold: plugins, scripts, and the options they are loaded with.
 *
 * @module
 */

export type { Granted, GrantOptions, MountOptions } from "./grants.ts";
export { loadPlugin, loadPluginOrScript, runScript } from "./load.ts";
export type { PluginLocation } from "./location.ts";
export type { InputOption, OutputOption, PluginOptions } from "./options.ts";
export { Plugin } from "./plugin.ts";
export { Script } from "./script.ts";
export { parseSize } from "./size.ts";
export {
  LOG_LEVELS,
  type LogEvent,
  type LogLevel,
  PluginResult,
} from "../bridge/mod.ts";
export type { HostCall, TraceEvent, TraceSink } from "./trace.ts";
export type { Refused } from "./refusals.ts";
export type { Clock, Random, TraceCall } from "../wasi/mod.ts";
