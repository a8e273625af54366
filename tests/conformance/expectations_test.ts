import { assertEquals } from "@std/assert";
import { Verdict } from "./expectations.ts";

const KNOWN = [{
  reason: "so it is",
  link: "https://example.com/",
  cases: ["one", "many.*"],
}];

function judge(act: (verdict: Verdict) => void): boolean {
  const verdict = new Verdict(KNOWN);
  act(verdict);
  return verdict.report();
}

Deno.test("a run is as expected when what fails is known to", () => {
  assertEquals(
    judge((verdict) => {
      verdict.pass("other");
      verdict.fail("one", "why");
      verdict.fail("many.a", "why");
      verdict.pass("many.b");
      verdict.skip();
    }),
    true,
  );
});

Deno.test("what fails and is not known fails the run", () => {
  assertEquals(
    judge((verdict) => {
      verdict.fail("one", "why");
      verdict.fail("many.a", "why");
      verdict.fail("other", "why");
    }),
    false,
  );
});

Deno.test("an exception that passes fails the run", () => {
  assertEquals(
    judge((verdict) => {
      verdict.pass("one");
      verdict.fail("many.a", "why");
    }),
    false,
  );
});

Deno.test("an exception that nothing met fails the run", () => {
  assertEquals(judge((verdict) => verdict.fail("one", "why")), false);
});
