/**
 * Denials by the host's paths: whatever name a place has in the guest, through
 * a mount or a link, what is denied there stays denied.
 *
 * @module
 */

import type { Access } from "../wasi/mod.ts";
import type { Denial } from "./grants.ts";

/**
 * What is left of an access when denials are taken from it.
 *
 * @param access What grants give at a place of the host.
 * @param root The place's names, without links on the way.
 * @param denials What is denied, by names without links on the way.
 */
export function withDenials(
  access: Access,
  root: readonly string[],
  denials: readonly Denial[],
): Access {
  return denials.reduce((left, denial) => {
    const { names, barrier } = denial;
    if (startsWith(names, root)) {
      const below = names.slice(root.length);
      return barrier && below.length === 0
        ? left
        : deniedAt(left, below, denial);
    }
    return startsWith(root, names) && !barrier ? denied(left, denial) : left;
  }, access);
}

function startsWith(names: readonly string[], start: readonly string[]) {
  return start.every((name, index) => names[index] === name);
}

/** The access with a denial at a place below. */
function deniedAt(
  access: Access,
  names: readonly string[],
  denial: Denial,
): Access {
  const [first, ...rest] = names;
  if (first === undefined) return denied(access, denial);
  const { read, write, inside = new Map() } = access;
  const inner = inside.get(first) ?? { read, write };
  return {
    read,
    write,
    inside: new Map([...inside, [first, deniedAt(inner, rest, denial)]]),
  };
}

/** The access and all its exceptions without what is denied. */
function denied(access: Access, denial: Denial): Access {
  const { read, write, inside } = access;
  const left = {
    read: read && !denial.read,
    write: write && !denial.write,
  };
  if (inside === undefined) return left;
  return {
    ...left,
    inside: new Map(
      Array.from(inside, ([name, inner]) => [name, denied(inner, denial)]),
    ),
  };
}
