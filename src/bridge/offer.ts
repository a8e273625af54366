/**
 * Give a plugin what the host offers.
 *
 * @module
 */

import type { Bridge } from "./bridge.ts";
import { CannotPass } from "./encode.ts";
import { type HostNamespace, type HostTree, hostTree } from "./host_tree.ts";

/**
 * Make `offered` importable as the module `host`.
 *
 * @throws {TypeError} When something in it cannot cross, or has a name that
 * is none in Python.
 */
export async function offerHost(
  bridge: Bridge,
  offered: HostNamespace,
): Promise<void> {
  const tree = hostTree(offered);
  bridge.teller?.learn(tree);
  if (hasFunction(tree)) await bridge.caller.load();
  try {
    bridge.ask("offer", tree);
  } catch (error) {
    if (!(error instanceof CannotPass)) throw error;
    // The tree's own steps say nothing to who wrote the namespace.
    const where = error.where.replace(/\.(namespace|value)(?=\.|\[|$)/g, "");
    throw new TypeError(
      `Cannot offer host${where} to a plugin: cannot pass ${error.reason}`,
    );
  }
}

/** Whether there is a function, which may turn out to be asynchronous. */
function hasFunction(tree: HostTree): boolean {
  return Object.values(tree).some((node) =>
    "namespace" in node ? hasFunction(node.namespace) : "function" in node
  );
}
