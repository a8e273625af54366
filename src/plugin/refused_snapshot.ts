/**
 * What is done about a plugin that cannot be saved: nothing.
 *
 * @module
 */

import { InternalError, PluginError } from "../errors.ts";

/**
 * Save a plugin, to be faster later on.
 *
 * @param save Saves it.
 * @returns What was saved; nothing when the plugin cannot be saved, or ends
 * while it is.
 */
export async function unlessRefused<T>(
  save: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await save();
  } catch (error) {
    const isItsOwn = error instanceof PluginError &&
      !(error instanceof InternalError);
    if (isItsOwn) return undefined;
    throw error;
  }
}
