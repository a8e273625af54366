/**
 * The benchmarks: `deno task bench`. A full run of all groups renews
 * `bench/RESULTS.md`, `bench/results.json` and `bench/charts/`.
 *
 * @module
 */

import { parseCommand, usage } from "./command.ts";
import { GROUPS } from "./groups.ts";
import { thisMachine } from "./machine.ts";
import { measureGroup } from "./measure.ts";
import { heading, line, type Run, tally } from "./report.ts";
import type { Result } from "./result.ts";
import type { Group, Size } from "./row.ts";
import { TerminalProgress } from "./terminal_progress.ts";
import { writeReport } from "./write_report.ts";

/**
 * Do what the words say.
 *
 * @param words The words after the program's name.
 * @param say Called with each line for the terminal.
 * @returns The exit status. A goal that is missed is a result, not a failure.
 */
export async function main(
  words: readonly string[],
  say: (text: string) => void,
): Promise<number> {
  const command = parseCommand(words, GROUPS);
  switch (command.kind) {
    case "help":
      say(usage(GROUPS));
      return 0;
    case "wrong":
      say(`error: ${command.reason}\n\n${usage(GROUPS)}`);
      return 2;
    case "run": {
      const { groups, size, out } = command;
      const date = new Date().toISOString();
      const results = await measureAll(groups, size, say);
      if (out === undefined) return 0;
      const run: Run = { date, size, machine: thisMachine(), results };
      writeReport(out, run, GROUPS);
      return 0;
    }
    default:
      return command satisfies never;
  }
}

async function measureAll(
  groups: readonly Group[],
  size: Size,
  say: (text: string) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const progress = new TerminalProgress();
  const tell = (text: string) => {
    progress.clear();
    say(text);
  };
  tell(heading());
  for (const group of groups) {
    const measured = await measureGroup(group, size, {
      begins: (what) => progress.show(what),
      told: (result) => tell(line(result)),
    });
    results.push(...measured);
  }
  tell(tally(results));
  return results;
}

if (import.meta.main) {
  // deno-lint-ignore no-console -- a benchmark prints
  Deno.exit(await main(Deno.args, (text) => console.log(text)));
}
