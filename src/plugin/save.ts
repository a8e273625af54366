/**
 * From a live plugin to what it is without the run it is in.
 *
 * @module
 */

import { whileFrozen } from "../bridge/mod.ts";
import { PluginError, PythonError } from "../errors.ts";
import { loadArtifact } from "../runtime/mod.ts";
import type { Context } from "../wasi/mod.ts";
import type { OpenGuest, SavedPlugin } from "./open.ts";

/** How many of several things are named. */
const MOST_NAMES = 5;

/**
 * Save a plugin when no call of it is under way.
 *
 * @throws {PluginError} Naming what of this run is in it.
 */
export async function savePlugin(guest: OpenGuest): Promise<SavedPlugin> {
  const { bridge, instance, context, origin } = guest;
  if (bridge === undefined || origin === undefined) {
    throw cannot("it is a .wasm guest, whose state is not in its memory alone");
  }
  if (bridge.isCalledBack) {
    throw cannot("one of its own calls is under way");
  }
  const { base } = await loadArtifact();
  await base.load();
  const image = await bridge.alone(async () => {
    try {
      const lent = bridge.handles === 0 ? [] : bridge.ask("lent") as string[];
      return await whileFrozen(instance, () => {
        const passing = bridge.hostObjects.passing;
        const reasons = [
          ...lent.length > 0 ? [`the host holds ${objects(lent, "it")}`] : [],
          ...passing.length > 0
            ? [`it holds ${objects(passing, "the host")}`]
            : [],
          ...openFiles(context),
        ];
        if (reasons.length > 0) throw cannot(reasons.join(", and "));
        return instance.imageFrom(base.memory);
      });
    } catch (error) {
      if (!(error instanceof PythonError)) throw error;
      throw cannot(error.message, error);
    }
  });
  return { ...origin, image };
}

/** The paths of what is open, as the guest opened it. */
function openFiles({ fds }: Context): string[] {
  const paths = fds.opened.map(({ path }) =>
    path === undefined ? "a standard stream that was moved" : `"${path}"`
  );
  return paths.length > 0 ? [`it has ${listed(paths)} open`] : [];
}

/** How many there are, whose, and what. */
function objects(names: readonly string[], whose: string): string {
  const count = names.length === 1 ? "an object" : `${names.length} objects`;
  return `${count} of ${whose} (${listed(names)})`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return [
    ...names.slice(0, MOST_NAMES),
    ...(more > 0 ? [`${more} more`] : []),
  ].join(", ");
}

function cannot(why: string, cause?: unknown): PluginError {
  return new PluginError(`Cannot take a snapshot of the plugin: ${why}`, {
    fault: "caller",
    cause,
  });
}
