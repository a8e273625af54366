/**
 * What the host offers, as the tree that becomes the module `host`.
 *
 * @module
 */

/** Functions, constants, and namespaces of them, by name. */
export interface HostNamespace {
  readonly [name: string]: unknown;
}

/** A namespace as `_py_plugin_host.offer()` wants it. */
export interface HostTree {
  readonly [name: string]:
    | { readonly namespace: HostTree }
    | { readonly value: unknown };
}

/**
 * The tree for a namespace: plain objects are namespaces, all else is a value.
 *
 * @throws {TypeError} When a name cannot be one in Python.
 */
export function hostTree(offered: HostNamespace, path = "host"): HostTree {
  const tree: Record<string, HostTree[string]> = {};
  for (const [name, value] of Object.entries(offered)) {
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
      throw new TypeError(
        `Cannot offer ${path}[${
          JSON.stringify(name)
        }] to a plugin: it is no name in Python`,
      );
    }
    tree[name] = isNamespace(value)
      ? { namespace: hostTree(value, `${path}.${name}`) }
      : { value };
  }
  return tree;
}

function isNamespace(value: unknown): value is HostNamespace {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
