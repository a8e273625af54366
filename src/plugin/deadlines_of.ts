/**
 * The deadlines of a guest, and what of Deno they need to be there.
 *
 * @module
 */

import {
  Deadlines,
  type DenoParts,
  loadTimed,
  loadTimedNow,
} from "../runtime/mod.ts";
import { changesHost } from "./grant_tree.ts";
import type { Settings } from "./options.ts";

/** What of Deno a guest may come to use in the middle of a call. */
export function partsFor(
  { grants, host }: Pick<Settings, "grants"> & { readonly host?: unknown },
): DenoParts {
  const forFiles = changesHost(grants.tree);
  return { forFiles, forFunctions: host !== undefined };
}

/** Who limits the time, or may abort a call, pays for what ends a loop in C. */
export async function deadlinesOf(settings: Settings): Promise<Deadlines> {
  const { limits } = settings;
  const parts = partsFor(settings);
  return new Deadlines({
    limits,
    timed: limits.time === Infinity ? undefined : await loadTimed(parts),
    makeTimed: () => loadTimedNow(parts),
  });
}
