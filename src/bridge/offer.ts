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
 * @returns The names of its functions.
 * @throws {TypeError} When something in it cannot cross, or has a name that
 * is none in Python.
 */
export async function offerHost(
  bridge: Bridge,
  tree: HostTree,
): Promise<readonly string[]> {
  bridge.teller?.learn(tree);
  if (hasFunction(tree)) await bridge.caller.load();
  try {
    bridge.ask("offer", tree);
    const functions = [...functionsOf(tree)];
    bridge.hostObjects.noteOffered(functions.map(([, each]) => each));
    return functions.map(([name]) => name);
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

/**
 * The same for a guest that was saved after it had been offered `names`: what
 * it holds are numbers, which stand for this host's functions from now on.
 *
 * @throws {TypeError} When they are not the same.
 */
export async function offerAgain(
  bridge: Bridge,
  tree: HostTree,
  names: readonly string[],
): Promise<void> {
  const functions = new Map(functionsOf(tree));
  const missing = names.filter((name) => !functions.has(name));
  const strange = [...functions.keys()].filter((name) => !names.includes(name));
  if (missing.length > 0 || strange.length > 0) {
    throw new TypeError(
      `Cannot start the plugin from its snapshot: ${
        [
          ...missing.map((name) => `it was offered ${name}`),
          ...strange.map((name) => `it was not offered ${name}`),
        ].join(", ")
      }; offer the functions that it had, and no others`,
    );
  }
  bridge.teller?.learn(tree);
  if (names.length > 0) await bridge.caller.load();
  const inTurn = names.map((name) => functions.get(name) as object);
  for (const each of inTurn) bridge.hostObjects.keep(each);
  bridge.hostObjects.noteOffered(inTurn);
}

/** The functions of a tree with their names, in the order they are written. */
function* functionsOf(
  tree: HostTree,
  path = "host",
): Generator<[string, object]> {
  for (const [name, node] of Object.entries(tree)) {
    const where = `${path}.${name}`;
    if ("namespace" in node) yield* functionsOf(node.namespace, where);
    else if ("function" in node) yield [where, node.function];
  }
}

/** Whether there is a function, which may turn out to be asynchronous. */
function hasFunction(tree: HostTree): boolean {
  return Object.values(tree).some((node) =>
    "namespace" in node ? hasFunction(node.namespace) : "function" in node
  );
}
