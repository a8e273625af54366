/**
 * Calls between the threads of a host and of a guest; loaded by who has such.
 *
 * @module
 */

export { Channel, COUNTERS_SIZE } from "./channel.ts";
export { HostSide } from "./host_side.ts";
export { Link } from "./link.ts";
export { LinkValues } from "./link_values.ts";
export type { Origin } from "./post.ts";
export type { Request } from "./serving.ts";
export { WorkerSide } from "./worker_side.ts";
export { isThenable } from "../host_promise.ts";
export type { ObjectLine } from "../object_line.ts";
export { numberOfHandle } from "../py_object.ts";
export { writeArguments } from "../write_arguments.ts";
