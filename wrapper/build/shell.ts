/**
 * Runs commands in a clean environment, with a log and visible progress.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { duration, say } from "./report.ts";

/** One command of a step; all of it is part of the step's stamp. */
export interface ShellCommand {
  /** Program and arguments. */
  readonly argv: readonly string[];
  /** Directory to run in, relative to the repository. */
  readonly cwd: string;
  /** Variables besides {@linkcode cleanEnvironment}. */
  readonly env?: Readonly<Record<string, string>>;
  /** File that receives the standard output, relative to the repository. */
  readonly stdout?: string;
  /** File that is the standard input, relative to the repository. */
  readonly stdin?: string;
}

/** How commands are run; none of it may change what they make. */
export interface ShellOptions {
  /** Directories of the tools, before the system's. */
  readonly path: string;
  /** Commands, and jobs of one `make`, that may run at once. */
  readonly jobs: number;
  /** File that receives the output, relative to the repository. */
  readonly log: string;
}

/** Seconds between two signs of life from a long command. */
const HEARTBEAT = 15;
/** Lines of the log that are shown when a command fails. */
const TAIL = 30;

/**
 * Everything a command may know of this machine. Nothing that differs from
 * one machine to the next reaches what is built.
 */
export function cleanEnvironment(path: string): Record<string, string> {
  return {
    PATH: `${path}:/usr/bin:/bin`,
    HOME: "/nonexistent",
    LC_ALL: "C",
    TZ: "UTC",
    SOURCE_DATE_EPOCH: "1767225600",
    PYTHONHASHSEED: "0",
  };
}

/** Run `commands`, `jobs` at a time, and stop at the first that fails. */
export async function runCommands(
  commands: readonly ShellCommand[],
  options: ShellOptions,
): Promise<void> {
  const waiting = [...commands];
  const worker = async () => {
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        await runCommand(next, options);
      }
    } finally {
      waiting.length = 0; // after a failure the others have nothing to do
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
}

/** Run one command; see {@linkcode runCommands}. */
export async function runCommand(
  command: ShellCommand,
  options: ShellOptions,
): Promise<void> {
  using _heartbeat = new Heartbeat(options.log);
  const status = await spawn(command, options).status;
  if (status.success) return;
  throw new BuildError(
    `Cannot go on: "${
      commandLine(command)
    }" failed with exit code ${status.code}\n` +
      `${tail(options.log, TAIL)}\nThe whole log: ${options.log}`,
  );
}

/** The command as one would type it in the repository. */
export function commandLine({ argv, cwd, env = {} }: ShellCommand): string {
  const words = [
    ...Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`),
    ...argv.map(quote),
  ];
  return cwd === "." ? words.join(" ") : `(cd ${cwd} && ${words.join(" ")})`;
}

/** A program's first line of output, or `undefined` when it does not run. */
export function firstLine(
  program: string,
  ...args: string[]
): string | undefined {
  try {
    const { success, stdout } = new Deno.Command(program, {
      args,
      stderr: "null",
    }).outputSync();
    if (!success) return undefined;
    return new TextDecoder().decode(stdout).split("\n")[0];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The shell joins both outputs into the log, and redirects without copies. */
function spawn(
  command: ShellCommand,
  options: ShellOptions,
): Deno.ChildProcess {
  const root = Deno.cwd();
  const into = command.stdout === undefined
    ? ""
    : `>${quote(`${root}/${command.stdout}`)}`;
  const from = command.stdin === undefined
    ? "</dev/null"
    : `<${quote(`${root}/${command.stdin}`)}`;
  const log = quote(`${root}/${options.log}`);
  const script = `umask 022; exec >>${log} 2>&1; exec "$@" ${into} ${from}`;
  return new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...command.argv],
    cwd: command.cwd,
    clearEnv: true,
    env: {
      ...cleanEnvironment(options.path),
      MAKEFLAGS: `-j${options.jobs}`,
      ...command.env,
    },
  }).spawn();
}

/** Says every now and then that a long command is alive, and where it is. */
class Heartbeat implements Disposable {
  readonly #start = performance.now();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(log: string) {
    this.#timer = setInterval(() => {
      const elapsed = duration(performance.now() - this.#start);
      say(`    … ${elapsed}: ${tail(log, 1).slice(0, 100)}`);
    }, HEARTBEAT * 1000);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function tail(log: string, lines: number): string {
  return Deno.readTextFileSync(log).trimEnd().split("\n").slice(-lines)
    .join("\n");
}

function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
