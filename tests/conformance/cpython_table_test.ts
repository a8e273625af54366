import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ModuleResult, TestResult } from "./cpython_run.ts";
import { outcomeOf, tables } from "./cpython_table.ts";
import { Verdict } from "./expectations.ts";

function result(
  module: string,
  outcomes: readonly TestResult["outcome"][],
  init: Partial<ModuleResult> = {},
): ModuleResult {
  return {
    module,
    kind: "memory",
    tests: outcomes.map((outcome, number) => ({
      outcome,
      test: `test.${module}.T.test_${number}`,
      text: outcome === "skip" ? "needs | a socket" : "",
    })),
    cutAt: undefined,
    late: false,
    seconds: 1,
    stderr: "",
    ...init,
  };
}

Deno.test("a module passes when a test passed and none failed", () => {
  assertEquals(outcomeOf(result("test_a", ["pass", "skip"])), "passed");
  assertEquals(outcomeOf(result("test_a", ["skip", "skip"])), "skipped");
  assertEquals(outcomeOf(result("test_a", [])), "skipped");
  assertEquals(outcomeOf(result("test_a", ["pass", "fail"])), "failed");
  const cutAt = "test.test_a.T.test_1";
  assertEquals(outcomeOf(result("test_a", ["pass"], { cutAt })), "failed");
  assertEquals(
    outcomeOf(result("test_a", ["pass"], { cutAt, late: true })),
    "timed out",
  );
});

Deno.test("the tables count the modules and say why one failed", () => {
  const verdict = new Verdict([{
    reason: "the moon is not full",
    link: "https://example.com/",
    cases: ["memory test.test_b.T.test_1"],
  }]);
  const text = tables([
    result("test_a", ["pass", "pass", "skip"]),
    result("test_b", ["pass", "fail"]),
    result("test_c", ["skip"]),
    result("test_d", ["fail"]),
  ], verdict);
  assertStringIncludes(text, "| py-plugin | 4 | 2 | 1 | 0 | 2 |");
  assertStringIncludes(text, "| `test_b` | 1 | 1 | 0 | the moon is not full |");
  assertStringIncludes(text, "| `test_d` | 0 | 1 | 0 | not known |");
  assertStringIncludes(text, "| `test_c` | needs \\| a socket |");
  assertStringIncludes(text, "`test_a` 2 (1).");
});
