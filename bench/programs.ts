/**
 * Programs of the kind that Python implementations are compared with.
 *
 * @module
 */

import { programGroup } from "./program_group.ts";
import type { Group } from "./row.ts";

/** The programs. */
export const programs: Group = programGroup({
  name: "programs",
  brief: "programs that Python implementations are compared with",
  about:
    "Programs of the kind that Python implementations are compared with (`python/programs/`), measured as the kernels are. All results are checked. A quick run measures every fourth.",
  goals: undefined,
  quickly: 4,
});
