import { assertEquals } from "@std/assert";
import { OutputBudget } from "../../src/wasi/output_budget.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (buffers: readonly Uint8Array[]) =>
  buffers.map((each) => new TextDecoder().decode(each)).join("|");
const MARK = "\n[cut off: more than 5 bytes of output]\n";

Deno.test("OutputBudget lets through what fits, to the last byte", () => {
  const budget = new OutputBudget(5);
  assertEquals(text(budget.take([bytes("ab"), bytes("cde")])), "ab|cde");
  assertEquals([budget.isExceeded, budget.used], [false, 5]);
});

Deno.test("OutputBudget cuts in the middle of a buffer, with one mark", () => {
  const budget = new OutputBudget(5);
  assertEquals(
    text(budget.take([bytes("abc"), bytes("defg")])),
    `abc|de|${MARK}`,
  );
  assertEquals(text(budget.take([bytes("h")])), "");
  assertEquals([budget.isExceeded, budget.used], [true, 8]);
});

Deno.test("OutputBudget begins anew", () => {
  const budget = new OutputBudget(5);
  budget.take([bytes("abcdef")]);
  budget.reset();
  assertEquals([budget.isExceeded, budget.used], [false, 0]);
  assertEquals(text(budget.take([bytes("abcdef")])), `abcde|${MARK}`);
});
