/**
 * The benchmarks: `deno task bench`. A full run of all groups renews
 * `bench/RESULTS.md` and `bench/results.json`.
 *
 * @module
 */

import { parseCommand, usage } from "./command.ts";
import { GROUPS } from "./groups.ts";
import { thisMachine } from "./machine.ts";
import { measureGroup, type Result } from "./measure.ts";
import { heading, line, markdown, type Run } from "./report.ts";
import type { Group, Size } from "./row.ts";

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
      const results = await measureAll(groups, size, say);
      if (out === undefined) return 0;
      const date = new Date().toISOString();
      write(out, { date, size, machine: thisMachine(), results });
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
  say(heading());
  for (const group of groups) {
    await measureGroup(group, size, (result) => {
      results.push(result);
      say(line(result));
    });
  }
  return results;
}

function write(folder: URL, run: Run): void {
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(
    new URL("results.json", folder),
    `${JSON.stringify(run, null, 2)}\n`,
  );
  Deno.writeTextFileSync(
    new URL("RESULTS.md", folder),
    markdown(run, GROUPS),
  );
}

if (import.meta.main) {
  // deno-lint-ignore no-console -- a benchmark prints
  Deno.exit(await main(Deno.args, (text) => console.log(text)));
}
