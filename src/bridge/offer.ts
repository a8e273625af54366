/**
 * Give a plugin what the host offers.
 *
 * @module
 */

import type { Bridge } from "./bridge.ts";
import { CannotPass } from "./encode.ts";
import { type HostNamespace, hostTree } from "./host_tree.ts";

/**
 * Make `offered` importable as the module `host`.
 *
 * @throws {TypeError} When something in it cannot cross, or has a name that
 * is none in Python.
 */
export function offerHost(bridge: Bridge, offered: HostNamespace): void {
  try {
    bridge.ask("offer", hostTree(offered));
  } catch (error) {
    if (!(error instanceof CannotPass)) throw error;
    // The tree's own steps say nothing to who wrote the namespace.
    const where = error.where.replace(/\.(namespace|value)(?=\.|\[|$)/g, "");
    throw new TypeError(
      `Cannot offer host${where} to a plugin: cannot pass ${error.reason}`,
    );
  }
}
