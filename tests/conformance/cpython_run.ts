/**
 * Runs one of CPython's test modules in a process of its own, which is ended
 * when it takes too long.
 *
 * @module
 */

import type { Case } from "./cpython_modules.ts";

/** What became of one test. */
export interface TestResult {
  /** As `unittest` sees it. */
  readonly outcome: "pass" | "fail" | "skip";
  /** Its id, `test.test_os.FileTests.test_access`. */
  readonly test: string;
  /** The end of the traceback, or why it was skipped. */
  readonly text: string;
}

/** What became of a module. */
export interface ModuleResult extends Case {
  /** Its tests, as far as it came. */
  readonly tests: readonly TestResult[];
  /** The test in which the module ended or was ended, when it did not finish. */
  readonly cutAt: string | undefined;
  /** Whether it took too long. */
  readonly late: boolean;
  /** Seconds that it took. */
  readonly seconds: number;
  /** The end of what it wrote to standard error. */
  readonly stderr: string;
}

/**
 * Run a module.
 *
 * @param tests `Lib/test` of CPython's source.
 * @param each The module, and where its `/tmp` lies.
 * @param deadline Seconds that it may take.
 * @returns What became of it.
 */
export async function runModule(
  tests: string,
  { module, kind }: Case,
  deadline: number,
): Promise<ModuleResult> {
  const program = new URL("cpython_module.ts", import.meta.url).pathname;
  const ended = AbortSignal.timeout(deadline * 1000);
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, tests, kind, module],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: ended,
  });
  const start = performance.now();
  const { stdout, stderr } = await command.output();
  const lines = linesOf(new TextDecoder().decode(stdout));
  const last = lines.at(-1);
  return {
    module,
    kind,
    tests: lines.filter((line) =>
      line.outcome !== "start" && line.outcome !== "end"
    ) as TestResult[],
    cutAt: last?.outcome === "end"
      ? undefined
      : last?.test ?? `test.${module}.`,
    late: ended.aborted,
    seconds: (performance.now() - start) / 1000,
    stderr: new TextDecoder().decode(stderr).slice(-1000),
  };
}

/** A line is the outcome, the test, and what it said; others are the test's. */
function linesOf(text: string) {
  return text.split("\n").filter((line) => line.includes("\x1e")).map(
    (line) => {
      const [outcome, test, text] = JSON.parse(
        line.slice(line.indexOf("\x1e") + 1),
      ) as [string, string, string];
      return { outcome, test, text };
    },
  );
}
