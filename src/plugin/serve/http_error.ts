/**
 * What failed, as an HTTP answer.
 *
 * @module
 */

import { CannotPass, WireError } from "../../bridge/data.ts";
import {
  LimitError,
  PluginClosed,
  PluginCrashed,
  PluginError,
  PoolFull,
  ProtocolError,
  PythonError,
  ReturnedError,
} from "../../errors.ts";

/** A request that is answered with a status other than 200. */
export class HttpError extends Error {
  /** Name of the class. */
  override readonly name: string = "HttpError";
  /** The answer's status. */
  readonly status: number;
  /** Header lines besides. */
  readonly headers: Readonly<Record<string, string>>;

  /**
   * Make one.
   *
   * @param status The answer's status.
   * @param message What the client is told.
   * @param headers Header lines besides.
   */
  constructor(
    status: number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** What a client is told of a failure. */
export interface ToldError {
  readonly status: number;
  /** The error's class; Python's for an exception. */
  readonly type: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client is told what went wrong, and not where in whose code. */
export function toldOf(error: unknown): ToldError {
  const status = statusOf(error);
  if (error instanceof HttpError) {
    const { message, headers } = error;
    return { status, type: error.name, message, headers };
  }
  const headers: Readonly<Record<string, string>> = error instanceof PoolFull
    ? { "retry-after": "1" }
    : {};
  if (error instanceof PythonError) {
    return { status, type: error.type, message: error.message, headers };
  }
  const isOurs = !isTold(error);
  return {
    status,
    type: isOurs ? "InternalError" : (error as Error).name,
    message: isOurs ? "the server is at fault" : (error as Error).message,
    headers,
  };
}

/** Whether an error's message is meant for a client. */
function isTold(error: unknown): boolean {
  return error instanceof PluginError && error.fault !== "internal" ||
    error instanceof CannotPass || error instanceof WireError;
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  if (error instanceof PythonError && isOfArguments(error)) return 400;
  if (error instanceof ReturnedError || error instanceof PythonError) {
    return asStatus(error.code);
  }
  if (error instanceof LimitError) {
    return error.limit === "time" || error.limit === "cpuTime" ? 504 : 500;
  }
  if (error instanceof PoolFull || error instanceof PluginClosed) return 503;
  if (error instanceof PluginCrashed || error instanceof ProtocolError) {
    return 502;
  }
  return error instanceof CannotPass || error instanceof WireError ? 400 : 500;
}

/**
 * Whether Python, or `check`, refused a call's arguments: no Python code had
 * begun to run, and it says so as for no other reason.
 */
function isOfArguments({ type, message, frames, traceback }: PythonError) {
  const hasBegun = frames.length > 0 || traceback.startsWith("Traceback");
  return type === "TypeError" && !hasBegun && OF_ARGUMENTS.test(message);
}

const OF_ARGUMENTS = /^(?:\S+\(\) (?:takes|missing|got) |argument )/;

/** SE2's codes are statuses by convention; any other is the plugin's fault. */
function asStatus(code: number): number {
  return Number.isInteger(code) && code >= 400 && code <= 599 ? code : 500;
}
