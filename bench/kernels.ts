/**
 * Small pieces of Python, each with one thing in the middle.
 *
 * @module
 */

import { programGroup } from "./program_group.ts";
import type { Group } from "./row.ts";

/** The thirteen kernels. */
export const kernels: Group = programGroup({
  name: "kernels",
  brief: "thirteen small pieces of Python",
  about:
    "Small pieces of Python (`python/kernels/`), each in a process of its own, without any flag for V8: a run in the first second, warm-up included, and the best run of the second after it. All results are checked. A quick run measures every second.",
  goals: { first: 2.2, steady: 1.7 },
  quickly: 2,
});
