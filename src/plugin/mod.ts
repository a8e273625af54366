/**
 * What users hold: plugins, scripts, and the options they are loaded with.
 *
 * @module
 */

export {
  KeywordArguments,
  kwargs,
  type PluginApi,
  type PluginMember,
  type UntypedApi,
} from "./api.ts";
export type { Granted, GrantOptions, MountOptions } from "./grants.ts";
export {
  type HostStubs,
  hostStubs,
  sdkStubs,
  STUB_HEAD,
} from "./host_stubs.ts";
export {
  createPool,
  loadPlugin,
  loadPluginOrScript,
  poolHandler,
  runScript,
} from "./load.ts";
export type {
  HandlerOptions,
  PoolHandler,
  RequestInfo,
  ServedRequest,
} from "./serve/handler.ts";
export type { Pool, PoolCloseOptions } from "./pool/pool.ts";
export type {
  PoolCallOptions,
  PoolOptions,
  PoolRunOptions,
  RecycleOptions,
} from "./pool/pool_options.ts";
export type { DurationsSummary } from "./pool/durations.ts";
export type { Outcome, PoolMetrics } from "./pool/metrics.ts";
export type { PluginLocation } from "./location.ts";
export type { InputFunction, InputOption, ReadyInput } from "./input.ts";
export type { OutputOption } from "./output.ts";
export type { Isolation, PluginOptions, ProgramOptions } from "./options.ts";
export type { MemoryStore, WarmStore } from "./warm/warm_store.ts";
export type {
  Backend,
  CallOptions,
  Question,
  RunOptions,
  SyncCallOptions,
} from "./backend.ts";
export type { Duration, Limits, Size } from "./limits.ts";
export { LEAST_LIMITS } from "./limits.ts";
export { parseDuration } from "./duration.ts";
export { Plugin } from "./plugin.ts";
export { PluginSnapshot, type Saved } from "./plugin_snapshot.ts";
export { Script } from "./script.ts";
export { parseSize } from "./size.ts";
export { pluginTypes, type TypesOptions } from "./types.ts";
export {
  type AnyFunction,
  Complex,
  Decimal,
  HostFunction,
  type HostFunctionInit,
  type HostNamespace,
  type Kwargs,
  LOG_LEVELS,
  type LogEvent,
  type LogLevel,
  PluginResult,
  PyAwaitable,
  type PyCallable,
  PyObject,
  Uuid,
} from "../bridge/mod.ts";
export type { HostCall, TraceEvent, TraceSink } from "./trace.ts";
export type { Refused } from "./refusals.ts";
export type { Clock, Random, TraceCall } from "../wasi/mod.ts";
