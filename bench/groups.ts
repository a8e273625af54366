/**
 * All groups, in the order of the report. A new one is a file here and a line
 * below.
 *
 * @module
 */

import { calls } from "./calls.ts";
import { deadlines } from "./deadlines.ts";
import { files } from "./files.ts";
import { growth } from "./growth.ts";
import { imports } from "./imports.ts";
import { instances } from "./instances.ts";
import { kernels } from "./kernels.ts";
import { long } from "./long.ts";
import { prints } from "./prints.ts";
import { programs } from "./programs.ts";
import { recovery } from "./recovery.ts";
import { start } from "./start.ts";
import type { Group } from "./row.ts";

/** Every group there is. */
export const GROUPS: readonly Group[] = [
  start,
  instances,
  recovery,
  calls,
  kernels,
  programs,
  long,
  growth,
  prints,
  imports,
  files,
  deadlines,
];
