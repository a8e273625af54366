/**
 * Tells of calls of the host's functions, for who wants to look.
 *
 * @module
 */

import { isThenable } from "./host_promise.ts";
import type { HostTree } from "./host_tree.ts";

/** One call of a function of the host's. */
export interface HostFunctionCall {
  /** The function's name in the module `host`, `kv.get`. */
  readonly name: string;
  /** What kind of value each argument was, never the value. */
  readonly args: readonly string[];
  /** How long it took, in microseconds; an asynchronous one until it settled. */
  readonly duration: number;
  /** The name of what it threw, `RangeError`, never what that says. */
  readonly error?: string;
}

/** Is told of each call when it is over. */
export type TellCall = (call: HostFunctionCall) => void;

/** Knows the names of functions, and tells of their calls. */
export class CallTeller {
  readonly #tell: TellCall;
  readonly #names = new WeakMap<object, string>();

  /** @param tell Is told. */
  constructor(tell: TellCall) {
    this.#tell = tell;
  }

  /** Learn the names of what the host offers. */
  learn(tree: HostTree, path = ""): void {
    for (const [name, node] of Object.entries(tree)) {
      if ("namespace" in node) this.learn(node.namespace, `${path}${name}.`);
      else if ("function" in node) {
        this.#names.set(node.function, path + name);
      }
    }
  }

  /** Run a call, and tell of it when it is over. */
  run(
    target: (...args: never[]) => unknown,
    args: readonly unknown[],
    call: () => unknown,
  ): unknown {
    const start = performance.now();
    const tell = (failure: { readonly error?: string }) =>
      this.#tell({
        name: this.#names.get(target) ?? (target.name || "<anonymous>"),
        args: args.map(kindOf),
        duration: Math.round((performance.now() - start) * 1000),
        ...failure,
      });
    const failed = (error: unknown) => tell({ error: errorName(error) });
    let result: unknown;
    try {
      result = call();
    } catch (error) {
      failed(error);
      throw error;
    }
    if (isThenable(result)) {
      // Nobody is there to be told that the sink has failed.
      Promise.resolve(result).then(() => tell({}), failed).catch(() => {});
    } else tell({});
    return result;
  }
}

/**
 * What an error is called, for who may not see what it says: its name, if
 * that is one, else what kind of value was thrown.
 *
 * @param error What was thrown.
 */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return kindOf(error);
  const { name } = error;
  return typeof name === "string" && /^[A-Za-z_]\w*$/.test(name)
    ? name
    : "Error";
}

function kindOf(value: unknown): string {
  if (value === null || typeof value !== "object") return typeof value;
  return value.constructor?.name ?? "object";
}
