/**
 * What a plugin did, as it does it: syscalls, host calls and refusals.
 *
 * @module
 */

import { errorName, type HostFunctionCall } from "../bridge/mod.ts";
import type { TraceCall } from "../wasi/mod.ts";
import type { Granted, Grants } from "./grants.ts";
import { refusalsOf, type Refused } from "./refusals.ts";

/**
 * One thing that happened.
 *
 * - `grant`: at the start, one for each thing that was granted;
 * - `syscall`: a call of WASI preview 1, with the paths that it is about;
 * - `host`: a call of one of the host's own functions, when it is over: SE2's
 *   `return_result`, or `kv.get` of what `host` offers;
 * - `refusal`: after a syscall that failed because something was not granted,
 *   with the flag of the program, or of Deno, that would have allowed it.
 */
export type TraceEvent =
  | ({ readonly event: "grant" } & Granted)
  | ({ readonly event: "syscall" } & TraceCall)
  | ({ readonly event: "host" } & HostCall)
  | ({ readonly event: "refusal" } & Refused);

/** One call of a function of the host's. */
export interface HostCall {
  /** The function's name. */
  readonly name: string;
  /**
   * Its arguments, in order: the numbers that SE2's functions are given; of
   * those of the module `host` what kind of value each is, never the value.
   */
  readonly args: readonly (number | bigint | string)[];
  /** How long it took, in microseconds. */
  readonly duration: number;
  /** The name of what it threw, `RangeError`, never what that says. */
  readonly error?: string;
}

/** Is told of each thing that happens. */
export type TraceSink = (event: TraceEvent) => void;

/** Tells of one guest. */
export class Tracer {
  readonly #sink: TraceSink;
  readonly #grants: Grants;
  /** Whether the plugin has the word; before, Python looks around itself. */
  #began = false;

  /**
   * Tell of a guest; first what it was granted.
   *
   * @param sink Is told.
   * @param grants What it was granted.
   */
  constructor(sink: TraceSink, grants: Grants) {
    this.#sink = sink;
    this.#grants = grants;
    for (const granted of grants.list) sink({ event: "grant", ...granted });
  }

  /** From here on a refusal is the plugin's. */
  begin(): void {
    this.#began = true;
  }

  /** Tell of a syscall, and of the refusals behind its failure. */
  readonly syscall = (call: TraceCall): void => {
    this.#sink({ event: "syscall", ...call });
    if (!this.#began) return;
    for (const refused of refusalsOf(call, this.#grants)) {
      this.#sink({ event: "refusal", ...refused });
    }
  };

  /** Tell of a call of what the module `host` offers. */
  readonly hostFunction = (call: HostFunctionCall): void => {
    this.#sink({ event: "host", ...call });
  };

  /** The same functions of the host's, each telling of its calls. */
  hostCalls(imports: WebAssembly.ModuleImports): WebAssembly.ModuleImports {
    return Object.fromEntries(
      Object.entries(imports).map(([name, value]) =>
        typeof value === "function"
          ? [name, tellingOf(name, value as HostFunction, this.#sink)]
          : [name, value]
      ),
    );
  }
}

type HostFunction = (...args: (number | bigint)[]) => number | void;

function tellingOf(
  name: string,
  call: HostFunction,
  sink: TraceSink,
): HostFunction {
  return (...args) => {
    const start = performance.now();
    const tell = (failure: { readonly error?: string }) => {
      const duration = Math.round((performance.now() - start) * 1000);
      sink({ event: "host", name, args, duration, ...failure });
    };
    let result: number | void;
    try {
      result = call(...args);
    } catch (error) {
      tell({ error: errorName(error) });
      throw error;
    }
    tell({});
    return result;
  };
}
