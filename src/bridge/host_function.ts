/**
 * What the plugin is told of a host function, besides how to call it.
 *
 * @module
 */

import { signatureOf } from "./signature.ts";

/** A function of any parameters: what a host may offer. */
// deno-lint-ignore no-explicit-any -- its parameters are what the plugin passes
export type AnyFunction = (...args: any[]) => unknown;

/** What the plugin sees of a {@linkcode HostFunction}. */
export interface HostFunctionInit {
  /**
   * Its parameters and result as Python writes them, for `help()` and
   * `inspect.signature()`: `(key: str, *, ttl: int = 60) -> None`. Taken from
   * the function's own parameters when it is left out.
   */
  readonly signature?: string;
  /** Its documentation, for `help()`. */
  readonly doc?: string;
}

/**
 * A host function with a signature and documentation for Python to see.
 *
 * A plain function can be offered as well: its parameters' names are shown.
 *
 * ```ts
 * import { HostFunction, loadPlugin } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * const kv = new Map([["city", "Bern"]]);
 * await using plugin = await loadPlugin({
 *   source: "import inspect\n" +
 *     "from host import get\n" +
 *     "def ask(key): return [get(key), str(inspect.signature(get)), get.__doc__]",
 * }, {
 *   host: {
 *     get: new HostFunction((key: string) => kv.get(key), {
 *       signature: "(key: str) -> str | None",
 *       doc: "The value of a key.",
 *     }),
 *   },
 * });
 * assertEquals(await plugin.call("ask", ["city"]), [
 *   "Bern",
 *   "(key: str) -> str | None",
 *   "The value of a key.",
 * ]);
 * ```
 */
export class HostFunction {
  /** What a call from Python runs. */
  readonly call: AnyFunction;
  /** Its parameters and result as Python writes them. */
  readonly signature: string;
  /** Its documentation. */
  readonly doc: string;

  /**
   * Describe a function.
   *
   * @param call What a call from Python runs. Keyword arguments come as one
   * plain object, behind the others.
   * @param init What the plugin sees of it.
   */
  constructor(call: AnyFunction, init: HostFunctionInit = {}) {
    this.call = call;
    this.signature = init.signature ?? signatureOf(call);
    this.doc = init.doc ?? "";
  }
}
