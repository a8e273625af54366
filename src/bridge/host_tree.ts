/**
 * What the host offers, as the tree that becomes the module `host`.
 *
 * @module
 */

import { HostFunction } from "./host_function.ts";
import { signatureOf } from "./signature.ts";

/**
 * Functions, constants, and namespaces of them, by name: what a plugin can
 * import from the module `host`.
 */
export interface HostNamespace {
  /** A function, a value that can cross, or another namespace. */
  readonly [name: string]: unknown;
}

/** A namespace as `_py_plugin_host.offer()` wants it. */
export interface HostTree {
  readonly [name: string]:
    | { readonly namespace: HostTree }
    | { readonly value: unknown }
    | {
      readonly function: (...args: never[]) => unknown;
      readonly signature: string;
      readonly doc: string;
    };
}

/**
 * The tree for a namespace: plain objects are namespaces, functions are what
 * Python can call, all else is a constant.
 *
 * @throws {TypeError} When a name cannot be one in Python, or a namespace
 * contains itself.
 */
export function hostTree(offered: HostNamespace): HostTree {
  return treeOf(offered, "host", []);
}

function treeOf(
  offered: HostNamespace,
  path: string,
  above: readonly HostNamespace[],
): HostTree {
  if (above.includes(offered)) {
    throw new TypeError(`Cannot offer ${path} to a plugin: it contains itself`);
  }
  // Object.fromEntries: `__proto__` is a name like any other.
  return Object.fromEntries(
    Object.entries(offered).map(([name, value]) => {
      demandName(name, path);
      if (path === "host" && name === "HostError") throw takenName();
      return [name, nodeOf(value, `${path}.${name}`, [...above, offered])];
    }),
  );
}

function nodeOf(
  value: unknown,
  path: string,
  above: readonly HostNamespace[],
): HostTree[string] {
  if (value instanceof HostFunction) {
    const { call, signature, doc } = value;
    return { function: call, signature, doc };
  }
  if (typeof value === "function") {
    const call = value as (...args: never[]) => unknown;
    return { function: call, signature: signatureOf(call), doc: "" };
  }
  return isNamespace(value)
    ? { namespace: treeOf(value, path, above) }
    : { value };
}

function demandName(name: string, path: string): void {
  if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) return;
  throw new TypeError(
    `Cannot offer ${path}[${
      JSON.stringify(name)
    }] to a plugin: it is no name in Python`,
  );
}

function takenName(): TypeError {
  return new TypeError(
    "Cannot offer host.HostError to a plugin: Python has its exception there",
  );
}

function isNamespace(value: unknown): value is HostNamespace {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
