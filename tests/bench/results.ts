/**
 * Results to test with: nothing of it was measured.
 *
 * @module
 */

import type { Result } from "../../bench/result.ts";

/** A result with everything in it. */
export const RESULT: Result = {
  group: "files",
  name: "read a file",
  unit: "ms",
  goals: [{ ratio: 1, against: "a peer" }],
  ours: { best: 2, median: 3, all: [3, 2, 4] },
  peers: [{ name: "a peer", sample: { best: 4, median: 4, all: [4, 4, 5] } }],
};
/** The same, when the peer cannot be had. */
export const WITHOUT_PEER: Result = {
  ...RESULT,
  peers: [{ name: "a peer", missing: "not installed" }],
};
/** The same, when there is no figure of ours. */
export const WITHOUT_OURS: Result = {
  ...RESULT,
  ours: { missing: "not there yet" },
};
