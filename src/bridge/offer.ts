/**
 * Give a plugin what the host offers.
 *
 * @module
 */

import type { Bridge } from "./bridge.ts";
import { CannotPass } from "./encode.ts";
import type { HostTree } from "./host_tree.ts";

/**
 * Make what a tree offers importable as the module `host`.
 *
 * @throws {TypeError} When something in it cannot cross.
 */
export async function offerHost(
  bridge: Bridge,
  tree: HostTree,
): Promise<void> {
  bridge.teller?.learn(tree);
  if (hasFunction(tree)) await bridge.caller.load();
  try {
    bridge.ask("offer", tree);
  } catch (error) {
    throw asOffer(error);
  }
}

/** The error for what cannot be offered, when it is about a value. */
export function asOffer(error: unknown): unknown {
  if (!(error instanceof CannotPass)) return error;
  // The tree's own steps say nothing to who wrote the namespace.
  const where = error.where.replace(/\.(namespace|value)(?=\.|\[|$)/g, "");
  return new TypeError(
    `Cannot offer host${where} to a plugin: cannot pass ${error.reason}`,
  );
}

/** Whether there is a function, which may turn out to be asynchronous. */
function hasFunction(tree: HostTree): boolean {
  return Object.values(tree).some((node) =>
    "namespace" in node ? hasFunction(node.namespace) : "function" in node
  );
}
