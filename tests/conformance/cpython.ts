/**
 * CPython's own tests, from its source tarball, under this host.
 *
 * @module
 */

import {
  type Case,
  onBoth,
  selected,
  type Selection,
} from "./cpython_modules.ts";
import { type ModuleResult, runModule } from "./cpython_run.ts";
import { findTests } from "./cpython_source.ts";
import { writeTable } from "./cpython_table.ts";
import { type Exception, say, Verdict } from "./expectations.ts";
import known from "./cpython.json" with { type: "json" };

/** What is asked of a run. */
export interface CpythonOptions {
  /** CPython's unpacked source; the pinned tarball when it is not given. */
  readonly source: string | undefined;
  /** A set of modules; `core` and `files` when it is not given. */
  readonly selection: Selection | undefined;
  /** These modules instead of a set. */
  readonly names: readonly string[];
  /** Seconds that a module may take. */
  readonly deadline: number;
  /** A directory for the results, so that an interrupted run goes on. */
  readonly keep: string | undefined;
}

/**
 * Run the tests; `--all` writes the table in `docs/conformance.md`.
 *
 * @param options Which ones.
 * @returns Whether all was as expected.
 */
export async function runCpython(options: CpythonOptions): Promise<boolean> {
  using scope = new DisposableStack();
  const tests = await findTests(options.source, scope);
  const cases = options.names.length > 0
    ? onBoth(options.names)
    : selected(options.selection, tests);
  const verdict = new Verdict(known as Exception[]);
  const results: ModuleResult[] = [];
  for (const each of cases) {
    const result = await kept(
      options.keep,
      each,
      () => runModule(tests, each, options.deadline),
    );
    judge(verdict, result);
    results.push(result);
  }
  if (options.selection === "all") await writeTable(results, verdict);
  return verdict.report((name) => cases.some((each) => isOf(each, name)));
}

/** What an earlier run has kept of a module, else what it does now. */
async function kept(
  directory: string | undefined,
  { kind, module }: Case,
  run: () => Promise<ModuleResult>,
): Promise<ModuleResult> {
  if (directory === undefined) return await run();
  const path = `${directory}/${kind}-${module}.json`;
  try {
    return JSON.parse(await Deno.readTextFile(path)) as ModuleResult;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const result = await run();
  await Deno.mkdir(directory, { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify(result));
  return result;
}

/** Whether an exception is about a module that was run. */
function isOf({ kind, module }: Case, name: string): boolean {
  return name.startsWith(`${kind} `) && name.includes(`test.${module}.`);
}

function judge(verdict: Verdict, result: ModuleResult): void {
  const { kind, module, tests, cutAt } = result;
  const counts = { pass: 0, fail: 0, skip: 0 };
  for (const { outcome, test, text } of tests) {
    counts[outcome]++;
    if (outcome === "skip") verdict.skip();
    else if (outcome === "pass") verdict.pass(`${kind} ${test}`);
    else verdict.fail(`${kind} ${test}`, text);
  }
  if (cutAt !== undefined) {
    const why = result.late ? "took too long" : "ended the guest";
    verdict.fail(`${kind} ${cutAt}`, `${why}\n${result.stderr}`);
  }
  say(
    `${kind} ${module}: ${counts.pass} passed, ${counts.fail} failed, ` +
      `${counts.skip} skipped, ${result.seconds.toFixed(0)} s`,
  );
}
