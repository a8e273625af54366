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

/** The standard streams, and the root directory. */
const ALWAYS_OPEN = 4;

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
      return await whileFrozen(instance, () => {
        const reasons = [...bridge.entanglements, ...openFiles(context)];
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

/** What Python's own objects did not tell: `os.open()`. */
function openFiles({ fds }: Context): string[] {
  const more = fds.size - ALWAYS_OPEN;
  if (more <= 0) return [];
  return [more === 1 ? "it has a file open" : `it has ${more} files open`];
}

function cannot(why: string, cause?: unknown): PluginError {
  return new PluginError(`Cannot take a snapshot of the plugin: ${why}`, {
    fault: "caller",
    cause,
  });
}
