/**
 * Whether a call may be made again, of another instance.
 *
 * @module
 */

import { NotBegun } from "../runtime/mod.ts";
import type { Backend } from "./backend.ts";

/**
 * Whether a call failed because its instance has ended before it began. The
 * same error of a living one is another plugin's, which a host function threw.
 *
 * @param backend Whose call it was.
 * @param error What it failed with.
 */
export function neverBegan(
  backend: Pick<Backend, "alive"> | undefined,
  error: unknown,
): boolean {
  return error instanceof NotBegun && backend?.alive === false;
}
