/**
 * Calls across the line between host and guest.
 *
 * @module
 */

export {
  LOG_LEVELS,
  type LogEvent,
  type Logger,
  type LogLevel,
  shows,
} from "./log.ts";
export { Bridge, type BridgeInit, type WaitingCallOptions } from "./bridge.ts";
export {
  type AnyFunction,
  HostFunction,
  type HostFunctionInit,
} from "./host_function.ts";
export { type HostNamespace, type HostTree, hostTree } from "./host_tree.ts";
export { asOffer, offerAgain, offerHost } from "./offer.ts";
export type { Kwargs } from "./write_arguments.ts";
export { MemoryFull } from "./memory_full.ts";
export { PyAwaitable } from "./py_awaitable.ts";
export { type PyCallable, PyObject } from "./py_object.ts";
export { Complex, Decimal, Uuid } from "./value.ts";
export { payloadBytes, PluginResult } from "./payload.ts";
export {
  loadFile,
  type LoadMode,
  runScriptFile,
  startPython,
  whileFrozen,
} from "./python.ts";
export { randomIdent } from "./ident.ts";
export { Se2, type Se2Init } from "./se2.ts";
export { errorName, type HostFunctionCall } from "./call_teller.ts";
export type { Sleep } from "./suspension.ts";
