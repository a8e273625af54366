/**
 * `deno task conformance --wasi DIR` and `deno task conformance --cpython`:
 * other people's tests, which are not committed here.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { runCpython } from "./cpython.ts";
import { NothingToRun, say } from "./expectations.ts";
import { runWasi } from "./wasi.ts";

const USAGE = `Usage:
  deno task conformance --wasi=DIR             the official preview 1 programs
  deno task conformance --cpython [TEST…]      CPython's own tests: the core
                                               set and the tests of files
    --core, --files                            only one of these
    --all                                      every module; writes the table
                                               of docs/conformance.md
    --source=DIR                               CPython's unpacked source instead
                                               of the pinned tarball
    --deadline=SECONDS                         for each module; 600
    --keep=DIR                                 results go there, and those that
                                               are there are not run again`;

async function main(args: string[]): Promise<number> {
  const { _: names, ...flags } = parseArgs(args, {
    boolean: ["cpython", "core", "files", "all"],
    string: ["wasi", "source", "deadline", "keep", "_"],
    default: { deadline: "600" },
  });
  if (flags.wasi) return await runWasi(flags.wasi) ? 0 : 1;
  const deadline = Number(flags.deadline);
  if (!flags.cpython || !(deadline > 0)) {
    say(USAGE);
    return 2;
  }
  const [selection] = (["core", "files", "all"] as const)
    .filter((name) => flags[name]);
  const { source, keep } = flags;
  const options = { source, keep, selection, deadline };
  return await runCpython({ ...options, names: names.map(String) }) ? 0 : 1;
}

/** What is wrong with the words is a sentence; all else is a bug. */
async function run(args: string[]): Promise<number> {
  try {
    return await main(args);
  } catch (error) {
    if (!(error instanceof NothingToRun)) throw error;
    say(`error: ${error.message}`);
    return 2;
  }
}

if (import.meta.main) Deno.exit(await run(Deno.args));
