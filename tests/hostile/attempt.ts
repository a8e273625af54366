/**
 * What an attempt to get out is made of. One description runs as raw
 * syscalls and in Python, under every kind of mount.
 *
 * @module
 */

/** What a guest can do with a path, or two. */
export type Action =
  | readonly [
    action:
      | "read"
      | "write"
      | "append"
      | "exclusive"
      | "list"
      | "stat"
      | "lstat"
      | "readlink"
      | "mkdir"
      | "unlink"
      | "rmdir"
      | "utime"
      | "lutime",
    path: string,
  ]
  | readonly [action: "rename" | "link", from: string, to: string]
  | readonly [action: "symlink", target: string, path: string];

/**
 * What the mount holds before: files with their text, directories (`null`)
 * and links (in an array). In paths and links, `TOP` is the host's directory
 * that has the mount and, beside it, `outside`.
 */
export type Furniture = Readonly<
  Record<string, string | null | readonly [string]>
>;

/** One attempt. */
export interface Attempt {
  /** What it tries. */
  readonly name: string;
  /** What the mount holds before. */
  readonly given?: Furniture;
  /** What the guest does. */
  readonly actions: readonly Action[];
}

/** What most attempts find in the mount. */
export const GIVEN: Furniture = {
  "mine": "mine",
  "a": null,
  "a/b": null,
  "a/b/file": "inside",
};

/** All that can be done with one path. */
export function everything(path: string): Action[] {
  return [
    ["stat", path],
    ["lstat", path],
    ["read", path],
    ["list", path],
    ["readlink", path],
    ["utime", path],
    ["append", path],
    ["exclusive", path],
    ["write", path],
    ["mkdir", path],
    ["link", path, "linked"],
    ["read", "linked"],
    ["rename", path, "taken"],
    ["read", "taken"],
    ["rename", "mine", path],
    ["unlink", path],
    ["rmdir", path],
  ];
}
