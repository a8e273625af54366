import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  bestOf,
  geomeanOf,
  isMet,
  ratioOf,
  type Result,
} from "../../bench/result.ts";
import { geomean, sampleOf, spreadOf } from "../../bench/sample.ts";
import { RESULT, WITHOUT_OURS, WITHOUT_PEER } from "./results.ts";

Deno.test("a sample tells the best, the one in the middle, and the spread", () => {
  const sample = sampleOf([3, 2, 4]);
  assertEquals(sample, { best: 2, median: 3, all: [3, 2, 4] });
  assertEquals(spreadOf(sample), 0.5);
});

Deno.test("geomean() is the root of the product", () => {
  assertAlmostEquals(geomean([1, 10, 100]), 10);
  assertAlmostEquals(geomean([2, 8]), 4);
});

Deno.test("ratioOf() is ours by theirs, where both are there", () => {
  assertEquals(ratioOf(RESULT, "a peer"), 0.5);
  assertEquals(ratioOf(RESULT, "another"), undefined);
  assertEquals(ratioOf(WITHOUT_PEER, "a peer"), undefined);
  assertEquals(ratioOf(WITHOUT_OURS, "a peer"), undefined);
  assertEquals(bestOf(WITHOUT_OURS), undefined);
});

Deno.test("a goal is a ratio to a peer, or a figure of its own", () => {
  const ratio = (ratio: number) => ({ ratio, against: "a peer" });
  assertEquals(isMet(RESULT, ratio(0.5)), true);
  assertEquals(isMet(RESULT, ratio(0.4)), false);
  assertEquals(isMet(WITHOUT_PEER, ratio(1)), undefined);
  assertEquals(isMet(WITHOUT_PEER, { value: 2 }), true);
  assertEquals(isMet(WITHOUT_PEER, { value: 1.9 }), false);
  assertEquals(isMet(WITHOUT_OURS, { value: 2 }), undefined);
});

Deno.test("geomeanOf() sums up rows, so that its ratio is the mean of theirs", () => {
  const twice: Result = {
    ...RESULT,
    ours: { best: 8, median: 8, all: [8] },
    peers: [{ name: "a peer", sample: { best: 1, median: 1, all: [1] } }],
  };
  const sum = geomeanOf([RESULT, twice], "both", []);
  assertEquals(sum.name, "both");
  assertAlmostEquals(bestOf(sum) ?? 0, 4);
  assertAlmostEquals(ratioOf(sum, "a peer") ?? 0, 2); // of 0.5 and 8
  assertThrows(() => geomeanOf([], "none", []), RangeError);
});

Deno.test("geomeanOf() leaves out who was not measured everywhere", () => {
  const sum = geomeanOf([RESULT, WITHOUT_PEER], "both", []);
  assertEquals(bestOf(sum), 2);
  assertEquals(sum.peers, [
    { name: "a peer", missing: "1 figures are missing" },
  ]);
  assertEquals(geomeanOf([WITHOUT_OURS], "none", []).ours, {
    missing: "1 figures are missing",
  });
});
