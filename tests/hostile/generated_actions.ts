/**
 * What a guest may do to files, generated.
 *
 * @module
 */

import fc from "fast-check";
import type { Action } from "./attempt.ts";

/**
 * One of them.
 *
 * @param names The files and directories that it is about.
 * @param targets The texts of links.
 */
export function actionsOn(
  names: readonly string[],
  targets: readonly string[],
): fc.Arbitrary<Action> {
  const name = fc.constantFrom(...names);
  return fc.oneof(
    fc.tuple(
      fc.constantFrom("mkdir" as const, "unlink", "rmdir", "write"),
      name,
    ),
    fc.tuple(fc.constantFrom("rename" as const, "link"), name, name),
    fc.tuple(
      fc.constant("symlink" as const),
      fc.constantFrom(...targets),
      name,
    ),
  );
}
