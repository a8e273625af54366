/**
 * What the benchmarks were asked to do.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "@std/path/resolve";
import { toFileUrl } from "@std/path/to-file-url";
import type { Group, Size } from "./row.ts";

/** What to measure, and where to write it. */
export type Command =
  | {
    readonly kind: "run";
    readonly size: Size;
    readonly groups: readonly Group[];
    /** The folder for the report; none is written without. */
    readonly out: URL | undefined;
  }
  | { readonly kind: "help" }
  | {
    readonly kind: "wrong";
    /** What is wrong with the words. */
    readonly reason: string;
  };

/** Where the report of a full run of everything goes. */
const HOME = new URL("./", import.meta.url);

/** How the program is used. */
export function usage(groups: readonly Group[]): string {
  const width = Math.max(...groups.map(({ name }) => name.length));
  const lines = groups.map(({ name, brief }) =>
    `  ${name.padEnd(width)}  ${brief}`
  );
  return `${USAGE}\n\ngroups:\n${lines.join("\n")}`;
}

const USAGE = `deno task bench [--quick | --tiny] [--only=GROUP,…] [--out=DIR]

  --quick   fewer rounds of less work, every second kernel and every fourth
            program; writes nothing without --out
  --tiny    just enough to see that all of it runs; its figures say nothing
  --only    these groups and no others; writes nothing without --out
  --out     folder for RESULTS.md, results.json and charts/
            (a full run of all groups writes bench/'s own)
  --help    print this and leave

On two quiet cores a full run takes about 18 minutes, a quick one 3. The native
CPython to compare with is built by "deno run -A build.ts native", once; a peer
that is missing is named, with the reason, and the rest goes on.

how to read a line:
  figure    the best of the rounds
  (0.80x)   behind a peer: how many times the peer's figure ours is; below 1x
            py-plugin is ahead
  spread    how far the median lies above the best, in percent: ours, then each
            peer's; a ratio that is nearer to 1x is no difference`;

/**
 * Read the command line.
 *
 * @param words The words after the program's name.
 * @param all Every group there is.
 */
export function parseCommand(
  words: readonly string[],
  all: readonly Group[],
): Command {
  const unknown: string[] = [];
  const flags = parseArgs([...words], {
    boolean: ["quick", "tiny", "help"],
    string: ["only", "out"],
    unknown: (word) => {
      unknown.push(word);
      return false;
    },
  });
  if (flags.help) return { kind: "help" };
  if (unknown.length > 0) return wrong(`unknown word "${unknown.join(" ")}"`);
  const names = flags.only?.split(",") ?? all.map(({ name }) => name);
  const strange = names.find((name) => all.every((one) => one.name !== name));
  if (strange !== undefined) return wrong(`there is no group "${strange}"`);
  const groups = all.filter(({ name }) => names.includes(name));
  const size = flags.tiny ? "tiny" : flags.quick ? "quick" : "full";
  const everything = size === "full" && groups.length === all.length;
  const out = flags.out === undefined
    ? (everything ? HOME : undefined)
    : new URL(`${toFileUrl(resolve(flags.out))}/`);
  return { kind: "run", size, groups, out };
}

function wrong(reason: string): Command {
  return { kind: "wrong", reason };
}
