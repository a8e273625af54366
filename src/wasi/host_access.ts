import type { HostBudget } from "./host_budget.ts";
import { Errno, WasiError } from "./errno.ts";
import { isHostName, isSameName } from "./host_name.ts";

/** What may be done at a place on the host and below it. */
export interface Access {
  /** Contents, listings and the texts of links may be read. */
  readonly read: boolean;
  /** Things may be made, changed, moved and removed. */
  readonly write: boolean;
  /**
   * Exceptions below, by name: each replaces this access there. What may be
   * neither read nor written is not there, whatever lies inside it.
   */
  readonly inside?: ReadonlyMap<string, Access>;
}

/** Something that the guest tried on the host and may not. */
export interface Refusal {
  /** What it tried: `open`, `list`, `rename` … */
  readonly operation: string;
  /** The host's path. */
  readonly path: string;
  /** What it would have needed there. */
  readonly need: "read" | "write";
  /**
   * Who refused: the access given here, Deno's own permissions, or the
   * operating system.
   */
  readonly by: "grant" | "deno" | "system";
}

/** How a place on the host appears in the guest. */
export interface HostDirectoryOptions {
  /** What may be done there, reading by default. */
  readonly access?: Access;
  /** Is told of each refusal. */
  readonly denied?: (refusal: Refusal) => void;
  /** What the guest may take of the host; one of its own by default. */
  readonly budget?: HostBudget;
}

/** What is granted when nothing is said. */
export const READ_ONLY: Access = { read: true, write: false };

/** What an exception says that leaves nothing. */
export const NOTHING: Access = { read: false, write: false };

/**
 * Whether a place is not there for the guest.
 *
 * @param access What may be done there.
 * @returns Whether that is nothing.
 */
export function isHidden(access: Access): boolean {
  return !access.read && !access.write;
}

/**
 * Whether something below a place has an access of its own.
 *
 * @param access What may be done at the place.
 * @returns Whether moving the place would move exceptions.
 */
export function hasExceptions(access: Access): boolean {
  return access.inside !== undefined && access.inside.size > 0;
}

/**
 * Whether what lies at one place could be done more with at another.
 *
 * @param from What may be done where it lies.
 * @param to What may be done where it would lie.
 * @returns Whether a new name there would be a wider grant.
 */
export function widens(from: Access, to: Access): boolean {
  return (to.read && !from.read) || (to.write && !from.write);
}

/**
 * What may be done with a name in a directory, whether it is there or not.
 *
 * @param access What may be done in the directory.
 * @param name The name.
 */
export function accessTo(access: Access, name: string): Access {
  const { inside, read, write } = access;
  if (!isHostName(name, Deno.build.os)) return NOTHING;
  if (inside === undefined) return access;
  const exact = inside.get(name);
  if (exact !== undefined) return exact;
  for (const [each, access] of inside) {
    if (isSameName(each, name, Deno.build.os)) return access;
  }
  return { read, write };
}

/**
 * What may be done at a path, whether something is there or not.
 *
 * @param access What may be done where the path starts.
 * @param names The names on the path; no `..`.
 */
export function accessAt(access: Access, names: readonly string[]): Access {
  let at = access;
  for (const name of names) {
    at = accessTo(at, name);
    if (isHidden(at)) return NOTHING;
  }
  return at;
}

/**
 * Whether a place has something in it that may not be read, or is not there
 * for the guest, though the place itself is.
 *
 * @param access What may be done at the place.
 */
export function hides(access: Access): boolean {
  return [...access.inside?.values() ?? []].some((each) =>
    isHidden(each) || (access.read && !each.read) || hides(each)
  );
}

/**
 * What has a name in a listing: one that may not be looked at is left out, and
 * the rest is listed.
 *
 * @param look Looks at it.
 * @returns What it found; nothing when that is refused.
 */
export function unlessRefused<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof WasiError && error.errno === Errno.ACCES) {
      return undefined;
    }
    throw error;
  }
}
