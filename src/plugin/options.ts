/**
 * What a caller may ask for, and what is assumed when nothing is said.
 *
 * @module
 */

import {
  type HostNamespace,
  type HostTree,
  hostTree,
  LOG_LEVELS,
  type LogEvent,
  type Logger,
  type LogLevel,
} from "../bridge/mod.ts";
import {
  type Clock,
  type Random,
  seededRandom,
  SteppedClock,
  SystemClock,
} from "../wasi/mod.ts";
import { readEnvironment } from "./environment.ts";
import { type GrantOptions, type Grants, parseGrants } from "./grants.ts";
import { currentHome } from "./host_path.ts";
import type { InputOption } from "./input.ts";
import { type Limits, parseLimits, type ReadyLimits } from "./limits.ts";
import type { OutputOption } from "./output.ts";
import type { TraceSink } from "./trace.ts";
import type { WarmStore } from "./warm/warm_store.ts";

/** Where a plugin runs, and for how long an instance of it. */
export type Isolation = "thread" | "call" | "worker";

const ISOLATIONS: readonly string[] = ["thread", "call", "worker"];

/** Options of {@linkcode loadPlugin} and {@linkcode runScript}. */
export interface PluginOptions {
  /** `sys.argv` after the file's name. */
  readonly args?: readonly string[];
  /** `sys.stdin`; `"null"`. */
  readonly stdin?: InputOption;
  /** `sys.stdout`; `"inherit"`. */
  readonly stdout?: OutputOption;
  /** `sys.stderr`; `"inherit"`. */
  readonly stderr?: OutputOption;
  /**
   * Called for each line that the plugin logs with `sdk.log()`. What it throws,
   * like what a callback for output throws, ends the plugin and its call.
   */
  readonly log?: (event: LogEvent) => void;
  /**
   * The least urgent level that `log` is called for; `"info"`. With `"trace"`
   * the host and the wrapper log what they do as well.
   */
  readonly logLevel?: LogLevel;
  /**
   * What it can import from the module `host`: functions, constants, and
   * namespaces of them; nothing.
   */
  readonly host?: HostNamespace;
  /**
   * Whether calls are held against the plugin's annotations: an argument that
   * does not fit, and a result, is an error that says where in it; an argument
   * that is annotated with a dataclass, an enum or another class of data is
   * made an object of it. No.
   */
  readonly check?: boolean;
  /** What it may reach besides its own files; nothing. */
  readonly grants?: GrantOptions;
  /**
   * Its time: this machine's, in steps of 0.1 ms. A `Date` is the moment at
   * which its time starts, to go on by 0.1 ms at each look and by what it
   * sleeps, without waiting.
   */
  readonly clock?: Clock | Date;
  /** Its random bytes; this machine's. */
  readonly random?: Random;
  /**
   * A whole number from which all that is random follows, so that a run can be
   * repeated: with `clock` as well, the same input gives the same output.
   */
  readonly seed?: number;
  /** Is told of all that the plugin does; it costs a little time for each. */
  readonly trace?: TraceSink;
  /**
   * Whether what few plugins need of Python is loaded when it is first needed,
   * instead of before the plugin: a start is some 20 ms faster. Until then
   * only what may wait can need it: a `callSync()` that does ends the plugin.
   * No.
   */
  readonly late?: boolean;
  /** What the plugin may use up. */
  readonly limits?: Limits;
  /**
   * What is done when a call has ended the plugin's instance. `"never"`: every
   * further call is refused. `"auto"`: the next call is made to a new one, in
   * which the plugin is as it was when it was loaded, or at its last snapshot;
   * it is loaded anew if it cannot be saved. `"never"`.
   */
  readonly restart?: "never" | "auto";
  /**
   * Where it runs. `"thread"`: in this thread. `"call"`: as well, and every
   * call finds the plugin as it was when it was loaded, and leaves nothing
   * behind. `"worker"`: in a thread of its own, beside this one, which can be
   * ended whatever it does. `"thread"`.
   */
  readonly isolation?: Isolation;
}

/** Options of {@linkcode loadPluginOrScript}. */
export interface ProgramOptions extends PluginOptions {
  /**
   * Where the warm image of what is loaded is kept, from which its next starts
   * go on; nowhere. It changes how long a start takes, and nothing else; a run
   * that is to be repeated or looked into (`seed`, `random`, `clock`, `trace`)
   * does without.
   */
  readonly warm?: WarmStore;
}

/** Options with every choice made. */
export interface Settings {
  readonly args: readonly string[];
  readonly stdin: InputOption;
  readonly stdout: OutputOption;
  readonly stderr: OutputOption;
  readonly logger: Logger | undefined;
  readonly limits: ReadyLimits;
  readonly grants: Grants;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly random: Random | undefined;
  readonly trace: TraceSink | undefined;
  readonly host: HostTree | undefined;
  readonly check: boolean;
  readonly late: boolean;
}

/**
 * Make every choice that the caller left open.
 *
 * @throws {TypeError} When one that was made cannot be.
 */
export function settingsOf(options: PluginOptions): Settings {
  const { log, logLevel = "info" } = options;
  if (!LOG_LEVELS.includes(logLevel)) {
    throw new TypeError(
      `Cannot log from the level "${logLevel}" on: it must be one of ${
        LOG_LEVELS.join(", ")
      }`,
    );
  }
  const { isolation = "thread", restart = "never" } = options;
  if (!ISOLATIONS.includes(isolation)) {
    throw new TypeError(
      `Cannot isolate ${Deno.inspect(isolation)}: it must be one of ${
        ISOLATIONS.join(", ")
      }`,
    );
  }
  if (restart !== "never" && restart !== "auto") {
    throw new TypeError(
      `Cannot restart ${Deno.inspect(restart)}: it must be "never" or "auto"`,
    );
  }
  const grants = parseGrants(options.grants ?? {}, currentHome());
  return {
    args: options.args ?? [],
    stdin: options.stdin ?? "null",
    stdout: options.stdout ?? "inherit",
    stderr: options.stderr ?? "inherit",
    logger: log && { level: logLevel, write: log },
    limits: parseLimits(options.limits ?? {}),
    grants,
    env: readEnvironment(grants),
    clock: clockOf(options, grants.hrtime),
    random: randomOf(options),
    trace: options.trace,
    host: options.host && hostTree(options.host),
    check: options.check ?? false,
    late: options.late ?? false,
  };
}

function clockOf({ clock }: PluginOptions, hrtime: boolean): Clock {
  if (clock instanceof Date) return new SteppedClock(clock);
  return clock ?? new SystemClock(hrtime ? { resolution: 1n } : {});
}

function randomOf({ random, seed }: PluginOptions): Random | undefined {
  if (seed === undefined) return random;
  if (random === undefined) return seededRandom(seed);
  throw new TypeError("Cannot use both random and seed: give one of them");
}
