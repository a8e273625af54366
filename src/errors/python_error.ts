/**
 * A Python exception as an error.
 *
 * @module
 */

import { PluginError } from "./plugin_error.ts";

/** One frame of the plugin's own code in a Python traceback. */
export interface PythonFrame {
  /**
   * The guest's path of the file, `/plugin/plugin.py`; the URL of the host's
   * for a frame of a host function that the plugin had called.
   */
  readonly file: string;
  /** Line number, from 1. */
  readonly line: number;
  /** Column of the failing expression, from 1; absent when Python has none. */
  readonly column?: number;
  /** Qualified name of the function, `<module>` outside one. */
  readonly function: string;
  /** The source line, stripped, or empty when it cannot be read. */
  readonly source: string;
}

/** What a {@linkcode PythonError} is made of. */
export interface PythonErrorInit {
  /** The class's qualified name, with its module unless that is `builtins`. */
  readonly type: string;
  /** `str(exception)`. */
  readonly message: string;
  /** The traceback as CPython prints it. */
  readonly traceback: string;
  /** Frames of the plugin's own code, the outermost first. */
  readonly frames: readonly PythonFrame[];
  /** SE2 error code: 500 for an uncaught exception, 400 for a bad payload. */
  readonly code?: number;
  /** `__cause__`, or `__context__` unless it is suppressed. */
  readonly cause?: Error;
  /** The names of its class and of those it is derived from. */
  readonly bases?: readonly string[];
  /** What it was raised with, when all of it is data. */
  readonly args?: readonly unknown[];
  /** What was added with `add_note()`. */
  readonly notes?: readonly string[];
  /** The exceptions in an `ExceptionGroup`. */
  readonly errors?: readonly Error[];
}

/**
 * A Python exception that the plugin did not catch.
 *
 * ```ts
 * import { loadPlugin, PythonError } from "@x/py-plugin";
 * await using plugin = await loadPlugin(
 *   { source: "def run_e(payload, ident): raise ValueError(payload)" },
 * );
 * try {
 *   await plugin.run("too short");
 * } catch (error) {
 *   if (!(error instanceof PythonError)) throw error;
 *   console.log(error.type, error.message, error.frames.at(-1)?.line);
 * }
 * ```
 */
export class PythonError extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "PythonError";
  /** The exception's class, `ValueError` or `json.decoder.JSONDecodeError`. */
  readonly type: string;
  /**
   * The names of its class and of those it is derived from, `object` excepted:
   * `["KeyError", "LookupError", "Exception", "BaseException"]`.
   */
  readonly bases: readonly string[];
  /** What it was raised with; absent when not all of it is data. */
  readonly args?: readonly unknown[];
  /** What was added with `add_note()`. */
  readonly notes: readonly string[];
  /** The exceptions in an `ExceptionGroup`; empty for any other exception. */
  readonly errors: readonly Error[];
  /** The traceback as CPython prints it, without py-plugin's own frames. */
  readonly traceback: string;
  /** Frames of the plugin's own code, the outermost first. */
  readonly frames: readonly PythonFrame[];
  /** SE2 error code: 500 for an uncaught exception, 400 for a bad payload. */
  readonly code: number;

  /**
   * Make one.
   *
   * @param init The parts of the exception, as the wrapper describes it.
   */
  constructor(init: PythonErrorInit) {
    super(init.message, {
      fault: "plugin",
      ...(init.cause === undefined ? {} : { cause: init.cause }),
    });
    this.type = init.type;
    this.bases = init.bases ?? [init.type];
    if (init.args !== undefined) this.args = init.args;
    this.notes = init.notes ?? [];
    this.errors = init.errors ?? [];
    this.traceback = init.traceback;
    this.frames = init.frames;
    this.code = init.code ?? 500;
  }

  /**
   * Whether `except type:` would have caught it.
   *
   * @param type The name of an exception class: `LookupError`.
   */
  is(type: string): boolean {
    return this.bases.includes(type);
  }
}
