/**
 * A server as `deno serve --parallel` runs it: one pool in each of its threads.
 *
 * @module
 */

import { createPool, poolHandler } from "../../../mod.ts";

const pool = await createPool(
  { source: "def add(a, b): return a + b" },
  { size: 1 },
);

export default { fetch: await poolHandler(pool) };
