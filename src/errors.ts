/**
 * Every error that py-plugin throws on purpose.
 *
 * Each class stands for something a caller would do differently, and says
 * whose fault it was. Callers read fields, never the message.
 *
 * @module
 */

import { PluginError } from "./errors/plugin_error.ts";

export {
  LimitError,
  type LimitErrorInit,
  type LimitName,
} from "./errors/limit_error.ts";
export {
  type CrashFrame,
  type CrashInit,
  PluginCrashed,
} from "./errors/plugin_crashed.ts";
export { type Fault, PluginError } from "./errors/plugin_error.ts";
export {
  PythonError,
  type PythonErrorInit,
  type PythonFrame,
} from "./errors/python_error.ts";

/** The plugin could not be found, read, or recognised as one. */
export class PluginLoadError extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "PluginLoadError";

  /**
   * Make one.
   *
   * @param message What was tried and why it failed.
   * @param options The `cause` if there is one.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, fault: "caller" });
  }
}

/**
 * The grants do not fit: the plugin asks for more than it was granted, Deno
 * allows less, or they contradict each other. None of its code ran.
 *
 * ```ts
 * import { loadPlugin, PermissionError } from "@x/py-plugin";
 * import { assertEquals, assertRejects } from "@std/assert";
 * const source = "# /// script\n# [tool.py-plugin]\n" +
 *   '# env = ["CITY"]\n# ///\ndef run_e(payload, ident): pass\n';
 * const error = await assertRejects(
 *   () => loadPlugin({ source }),
 *   PermissionError,
 * );
 * assertEquals(error.flags, ["--allow-env=CITY"]);
 * ```
 */
export class PermissionError extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "PermissionError";
  /** The program's flags that would have allowed it; empty when none would. */
  readonly flags: readonly string[];

  /**
   * Make one.
   *
   * @param message What was tried and why it failed.
   * @param options The `flags` that would allow it, and the `cause`.
   */
  constructor(
    message: string,
    options: ErrorOptions & { readonly flags?: readonly string[] } = {},
  ) {
    const { flags = [], ...rest } = options;
    super(message, { ...rest, fault: "caller" });
    this.flags = flags;
  }
}

/** The plugin answered with `sdk.return_error(code, message, ident)`. */
export class ReturnedError extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "ReturnedError";
  /** The code the plugin gave, an HTTP status by SE2's convention. */
  readonly code: number;

  /**
   * Make one.
   *
   * @param code The code the plugin gave.
   * @param message The message the plugin gave.
   * @param options The `cause`: what the plugin did wrong after answering.
   */
  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, { ...options, fault: "plugin" });
    this.code = code;
  }
}

/**
 * The guest broke the rules of SE2 (a wrong ident, a second result) or of the
 * bridge (an answer that nobody waits for).
 */
export class ProtocolError extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "ProtocolError";

  /**
   * Make one.
   *
   * @param message Which rule was broken, with the values.
   */
  constructor(message: string) {
    super(message, { fault: "plugin" });
  }
}

/** The plugin was used after it was closed, or after it had crashed. */
export class PluginClosed extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "PluginClosed";

  /**
   * Make one.
   *
   * @param message What was tried on the closed plugin.
   * @param options What has closed it.
   */
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { ...options, fault: "caller" });
  }
}

/** The queue of a pool is full: too many calls wait already; try it later. */
export class PoolFull extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "PoolFull";
  /** How many calls wait. */
  readonly queued: number;

  /**
   * Make one.
   *
   * @param queued How many calls wait.
   */
  constructor(queued: number) {
    super(
      `Cannot take the call: ${queued} calls wait already; try it later, or raise maxQueue (--max-queue)`,
      { fault: "limits" },
    );
    this.queued = queued;
  }
}

/** py-plugin itself is at fault; please report it. */
export class InternalError extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "InternalError";

  /**
   * Make one.
   *
   * @param message What went wrong.
   * @param options The `cause` if there is one.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, fault: "internal" });
  }
}
