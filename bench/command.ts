/**
 * What the benchmarks were asked to do.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
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
  return `deno task bench [--quick] [--only=GROUP,…] [--out=DIR]

  --quick   fewer rounds of less work
  --only    ${groups.map(({ name }) => name).join(", ")}
  --out     folder for RESULTS.md, results.json and charts/
            (a full run of all groups writes bench/'s own)`;
}

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
    : new URL(`${flags.out}/`, `file://${Deno.cwd()}/`);
  return { kind: "run", size, groups, out };
}

function wrong(reason: string): Command {
  return { kind: "wrong", reason };
}
