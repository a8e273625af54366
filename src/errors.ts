/**
 * Every error that py-plugin throws on purpose.
 *
 * Each class stands for something a caller would do differently, and says
 * whose fault it was. Callers read fields, never the message.
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

/** What is known of the end of an instance. */
export interface CrashInit extends ErrorOptions {
  /** The Python functions that were running, the outermost first. */
  readonly frames?: readonly CrashFrame[];
  /** The last syscalls it made, the last one last. */
  readonly syscalls?: readonly string[];
}

/** A Python function that was running when its instance ended. */
export type CrashFrame = Pick<PythonFrame, "file" | "line" | "function">;

/** The guest cannot go on: a trap, a stack overflow or `os._exit()`. */
export class PluginCrashed extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "PluginCrashed";
  /**
   * The Python functions that were running, the outermost first; empty when
   * that is not known.
   */
  readonly frames: readonly CrashFrame[];
  /** The last syscalls it made, the last one last. */
  readonly syscalls: readonly string[];

  /**
   * Make one.
   *
   * @param message What ended the instance.
   * @param init The `cause` that V8 reported, and where it happened.
   */
  constructor(message: string, init: CrashInit = {}) {
    const { frames = [], syscalls = [], ...options } = init;
    super(message, { ...options, fault: "plugin" });
    this.frames = frames;
    this.syscalls = syscalls;
  }
}

/**
 * What a plugin can use up, as `limits` of its options names it; `tmp` is the
 * size of its files in memory, which is one of its `grants`.
 */
export type LimitName =
  | "time"
  | "cpuTime"
  | "memory"
  | "output"
  | "result"
  | "hostCalls"
  | "files"
  | "tmp"
  | "depth";

/** What each limit says, and the option and the flag that raise it. */
const LIMITS: Readonly<
  Record<
    LimitName,
    {
      readonly said: (used: number) => string;
      readonly option?: string;
      readonly flag: string;
    }
  >
> = {
  time: { said: (ms) => `ran for ${ms} ms`, flag: "--timeout" },
  cpuTime: {
    said: (ms) => `ran for ${ms} ms, without waiting`,
    flag: "--cpu-time",
  },
  memory: {
    said: (bytes) => `has ${bytes} bytes of memory and needs more`,
    flag: "--memory",
  },
  output: {
    said: (bytes) => `wrote ${bytes} bytes of output`,
    flag: "--max-output",
  },
  result: {
    said: (bytes) => `passed ${bytes} bytes at once`,
    flag: "--max-result",
  },
  hostCalls: {
    said: (calls) => `called the host's functions ${calls} times`,
    flag: "--max-host-calls",
  },
  files: { said: (files) => `has ${files} files open`, flag: "--max-files" },
  tmp: {
    said: (bytes) => `needs ${bytes} bytes for its files in memory`,
    option: "grants.tmp",
    flag: "--tmp",
  },
  depth: {
    said: (calls) => `called functions ${calls} deep`,
    flag: "--max-depth",
  },
};

/** What a {@linkcode LimitError} is made of. */
export interface LimitErrorInit extends ErrorOptions {
  /** Which limit. */
  readonly limit: LimitName;
  /** What it is: milliseconds, bytes, or a count. */
  readonly value: number;
  /** What was used when it was noticed, in the same unit. */
  readonly used: number;
  /** The Python functions that were running, when Python did not say so. */
  readonly frames?: readonly CrashFrame[];
}

/**
 * The plugin used up what it was allowed.
 *
 * After a limit of time that Python could not be told of, the instance is
 * gone; after all others it can be called again.
 *
 * ```ts
 * import { LimitError } from "@x/py-plugin";
 * const error = new LimitError({ limit: "time", value: 5000, used: 5003 });
 * console.log(error.fault, error.message);
 * ```
 */
export class LimitError extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "LimitError";
  /** Which limit. */
  readonly limit: LimitName;
  /** What it is: milliseconds, bytes, or a count. */
  readonly value: number;
  /** What was used when it was noticed, in the same unit. */
  readonly used: number;
  /**
   * The Python functions that were running when the instance was ended, the
   * outermost first; empty when there is a `cause`, which has them.
   */
  readonly frames: readonly CrashFrame[];

  /**
   * Make one.
   *
   * @param init The limit, its value, what was used, and the `cause`: Python's
   * exception, with the traceback, when there was one.
   */
  constructor(init: LimitErrorInit) {
    const { limit, value, used, frames = [], ...options } = init;
    super(limitMessage({ limit, value, used }), {
      ...options,
      fault: "limits",
    });
    this.limit = limit;
    this.value = value;
    this.used = used;
    this.frames = frames;
  }
}

function limitMessage({ limit, value, used }: LimitErrorInit): string {
  const { said, option = `limits.${limit}`, flag } = LIMITS[limit];
  return `The plugin ${said(Math.round(used))}: ${
    Math.round(value)
  } are allowed; raise ${option} (${flag})`;
}

/** The plugin was used after it was closed, or after it had crashed. */
export class PluginClosed extends PluginError {
  /** Name of the class, as `error.name`. */
  override readonly name: string = "PluginClosed";

  /**
   * Make one.
   *
   * @param message What was tried on the closed plugin.
   */
  constructor(message: string) {
    super(message, { fault: "caller" });
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
