import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { campaign } from "./campaign.ts";
import { batchOf, target } from "./target.ts";
import { TARGETS } from "./targets.ts";

/** A target that fails when it meets a word with "bad" in it. */
const planted = target({
  name: "planted",
  share: 1,
  batch: 10,
  inputs: batchOf(fc.constantFrom("good", "rather bad", "bad"), 10),
  try(words) {
    if (words.some((word) => word.includes("bad"))) throw new Error("found");
  },
});

Deno.test("a campaign finds what is planted, makes it small and tells how to repeat it", async () => {
  const { finding } = await campaign(planted, { cases: 1000, seed: 5 });
  assert(finding !== undefined);
  const input = JSON.parse(finding.input);
  assertEquals(input.length, 1);
  assertStringIncludes(input[0], "bad");
  assertStringIncludes(finding.error, "found");
  const { path } = finding;
  const again = await campaign(planted, { cases: 1, seed: 5, path });
  assertEquals(again.finding?.input, finding.input);
});

Deno.test("a campaign with a seed tries the same inputs each time", async () => {
  const seen: unknown[][] = [[], []];
  for (const inputs of seen) {
    const watched = {
      ...planted,
      try: (input: unknown) => void inputs.push(input),
    };
    const { cases } = await campaign(watched, { cases: 100, seed: 7 });
    assertEquals(cases, inputs.flat().length);
  }
  assertEquals(seen[0], seen[1]);
});

for (const [name, make] of Object.entries(TARGETS)) {
  Deno.test(`any ${name} is answered, in a few cases of a fixed seed`, async () => {
    const target = await make();
    const cases = Math.min(2000, target.share / 200);
    const { finding } = await campaign(target, { cases, seed: 1 });
    assertEquals(finding, undefined);
  });
}

Deno.test("the shares of all targets are a million, or a few more", async () => {
  let sum = 0;
  for (const make of Object.values(TARGETS)) sum += (await make()).share;
  assert(sum >= 1_000_000 && sum < 1_100_000, `${sum}`);
});
