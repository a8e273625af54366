/**
 * From the words of a command line to a {@linkcode Command}.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { LOG_LEVELS, type LogLevel } from "../../mod.ts";

/** When the program uses colours. */
export type ColorMode = "auto" | "always" | "never";

/** What the program was asked to do. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | RunCommand
  | {
    readonly kind: "wrong";
    /** What is wrong with the words. */
    readonly reason: string;
  };

/** Run a plugin or a script. */
export interface RunCommand {
  readonly kind: "run";
  /** Where it is: a path or a URL. */
  readonly plugin: string;
  /** Everything after its name. */
  readonly args: readonly string[];
  /** The file for the exact bytes of the result. */
  readonly output?: string;
  /** The least urgent level of the log that is shown. */
  readonly log: LogLevel;
  readonly color: ColorMode;
}

/** The line that wrong usage is answered with. */
export const USAGE =
  "usage: py-plugin [--log=LEVEL] [--output=FILE] [--color=WHEN] PLUGIN [ARG ...]";

/** What `--help` prints. */
export const HELP = `${USAGE}

Run a Python plugin or script in an instance of its own. It sees its own files
and the standard library, and nothing else of this machine.

PLUGIN is a .py file, a directory with a plugin.py, a .wasm module that speaks
SE2, or a URL (https:, jsr:@scope/name/plugin.py) of one of these files.

A file that defines run_e(payload, ident) is a plugin. Its payload is the first
ARG, or else standard input, or else empty; its result is printed. Any other
file is a script: it gets every ARG in sys.argv, and its exit status is this
program's.

  --output=FILE  write the result's exact bytes to FILE instead of printing it
  --log=LEVEL    show the log from this level on (default: info); one of
                 ${LOG_LEVELS.join(", ")} (host and wrapper as well)
  --color=WHEN   auto (on a terminal), always or never; never under NO_COLOR
  --version      print the versions and leave
  --help         print this and leave

Flags stand before PLUGIN; everything after it belongs to the plugin.

Examples:
  py-plugin plugins/reverse/plugin.py "Hello there"
  py-plugin --output=report.json plugins/csv_summary < sales.csv
  py-plugin --log=trace plugins/reverse/plugin.py "Hello there"

Exit status: 0 success, 1 the plugin failed, 2 wrong usage or no plugin found,
70 a fault of py-plugin itself; a script's own status otherwise.
`;

const COLOR_MODES: readonly string[] = ["auto", "always", "never"];

/** Parse the words after the program's name. */
export function parseCommand(words: readonly string[]): Command {
  const unknown: string[] = [];
  const flags = parseArgs([...words], {
    boolean: ["help", "version"],
    string: ["output", "log", "color"],
    alias: { h: "help", V: "version", o: "output" },
    stopEarly: true,
    unknown: (word, key) => {
      if (key === undefined) return true;
      unknown.push(word);
      return false;
    },
  });
  if (unknown[0] !== undefined) return wrong(`unknown flag ${unknown[0]}`);
  if (flags.help) return { kind: "help" };
  if (flags.version) return { kind: "version" };
  const [plugin, ...args] = wordsOfPlugin(words, flags._.length);
  if (plugin === undefined) return wrong("no PLUGIN is named");
  return runCommand(plugin, args, flags);
}

/**
 * The last words, from the plugin's name on, exactly as they were given:
 * `parseArgs` counts them but makes numbers of some and drops the first `--`.
 */
function wordsOfPlugin(words: readonly string[], count: number) {
  const marker = words.indexOf("--");
  const inside = marker >= 0 && words.length - marker - 1 < count;
  return words.slice(words.length - count - (inside ? 1 : 0));
}

function runCommand(
  plugin: string,
  args: readonly string[],
  flags: { output?: string; log?: string; color?: string },
): Command {
  const { output, log = "info", color = "auto" } = flags;
  if (output === "") return wrong("--output needs a FILE");
  if (!isLogLevel(log)) {
    return wrong(`--log takes ${LOG_LEVELS.join(", ")}, not "${log}"`);
  }
  if (!isColorMode(color)) {
    return wrong(`--color takes ${COLOR_MODES.join(", ")}, not "${color}"`);
  }
  const run = { kind: "run", plugin, args, log, color } as const;
  return output === undefined ? run : { ...run, output };
}

function wrong(reason: string): Command {
  return { kind: "wrong", reason };
}

function isLogLevel(word: string): word is LogLevel {
  return (LOG_LEVELS as readonly string[]).includes(word);
}

function isColorMode(word: string): word is ColorMode {
  return COLOR_MODES.includes(word);
}
