/**
 * The family that all errors of py-plugin belong to.
 *
 * @module
 */

/** Whose doing an error was: the plugin's, the caller's, a limit's, or ours. */
export type Fault = "plugin" | "caller" | "limits" | "internal";

/**
 * The family that all errors of py-plugin belong to.
 *
 * ```ts
 * import { PluginError } from "@x/py-plugin";
 * const error = new PluginError("Cannot run the plugin", { fault: "plugin" });
 * console.log(error instanceof Error, error.fault);
 * ```
 */
export class PluginError extends Error {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "PluginError";
  /** Whose doing it was. */
  readonly fault: Fault;

  /**
   * Make one; its subclasses say more.
   *
   * @param message What was tried and why it failed.
   * @param options Whose `fault` it was, and the `cause` if there is one.
   */
  constructor(
    message: string,
    options: ErrorOptions & { readonly fault: Fault },
  ) {
    super(message, options);
    this.fault = options.fault;
  }
}
