/**
 * All groups, in the order of the report. A new one is a file here and a line
 * below.
 *
 * @module
 */

import { calls } from "./calls.ts";
import { files } from "./files.ts";
import { imports } from "./imports.ts";
import { prints } from "./prints.ts";
import type { Group } from "./row.ts";

/** Every group there is. */
export const GROUPS: readonly Group[] = [files, imports, prints, calls];
