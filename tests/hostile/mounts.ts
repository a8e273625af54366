/**
 * The kinds of mount that every attempt is made under.
 *
 * @module
 */

import {
  type Directory,
  HostDirectory,
  ImageDirectory,
  MemoryDirectory,
  MemoryFile,
  MountDirectory,
} from "../../src/wasi/mod.ts";
import { MemoryLink } from "../../src/wasi/mod.ts";
import { FREELY, type HostTree } from "../wasi/host_tree.ts";
import type { Attempt, Furniture } from "./attempt.ts";

/** All kinds. */
export const KINDS = ["memory", "image", "host ro", "host rw", "slot"] as const;

/** A kind of mount. */
export type Kind = (typeof KINDS)[number];

/** One mount for one attempt, and the host's directory behind it. */
export class Mounted {
  /** What the guest gets. */
  readonly directory: Directory;
  readonly #tree: HostTree;

  /**
   * Furnish the host's directory, and mount it or what looks like it.
   *
   * @param kind What kind of mount.
   * @param attempt What it must hold.
   * @param tree The host's directory; its mount is emptied first.
   */
  constructor(kind: Kind, attempt: Attempt, tree: HostTree) {
    this.#tree = tree;
    const given = this.#known(attempt.given ?? {});
    if (kind.startsWith("host") || kind === "slot") {
      tree.clear();
      furnishHost(tree.mount, given);
    }
    this.directory = mount(kind, tree.mount, given);
  }

  /** A text of the attempt, with the host's directory in it. */
  known(text: string): string {
    return text.replace("TOP", this.#tree.top);
  }

  /** What the guest saw, without the host's directory in it. */
  unknown(text: string): string {
    return text.replaceAll(this.#tree.top, "TOP");
  }

  /** Check that nothing outside was touched. */
  assertUntouched(after: string): void {
    this.#tree.assertUntouched(after);
  }

  #known(given: Furniture): Furniture {
    return Object.fromEntries(
      Object.entries(given).map(([path, what]) =>
        Array.isArray(what) ? [path, [this.known(what[0])]] : [path, what]
      ),
    );
  }
}

function mount(kind: Kind, path: string, given: Furniture): Directory {
  switch (kind) {
    case "memory":
      return memory(given);
    case "image":
      return image(given);
    case "host ro":
      return new HostDirectory(path);
    case "host rw":
      return new HostDirectory(path, { access: FREELY });
    case "slot":
      return slots(path, given);
  }
}

function furnishHost(root: string, given: Furniture): void {
  for (const [path, what] of Object.entries(given)) {
    const at = `${root}/${path}`;
    if (what === null) Deno.mkdirSync(at);
    else if (typeof what === "string") Deno.writeTextFileSync(at, what);
    else Deno.symlinkSync(what[0], at);
  }
}

function memory(given: Furniture): MemoryDirectory {
  const root = new MemoryDirectory();
  for (const [path, what] of Object.entries(given)) {
    const names = path.split("/");
    const last = names.pop() ?? "";
    const directory = names.reduce<MemoryDirectory>(
      (at, name) => at.get(name) as MemoryDirectory,
      root,
    );
    if (what === null) directory.createDirectory(last);
    else if (typeof what === "string") {
      directory.set(last, new MemoryFile(what));
    } else directory.set(last, new MemoryLink(what[0]));
  }
  return root;
}

/** Files alone: an image has no links, and no empty directories. */
function image(given: Furniture): ImageDirectory {
  const files = new Map<string, Uint8Array>();
  for (const [path, what] of Object.entries(given)) {
    if (typeof what === "string") {
      files.set(path, new TextEncoder().encode(what));
    }
  }
  return new ImageDirectory({
    files: new Map([...files].map(([path, { length }]) => [path, length])),
    read: (path) => files.get(path) ?? new Uint8Array(),
  });
}

/** Each thing in the mount granted alone, and a name for a new file. */
function slots(path: string, given: Furniture): MountDirectory {
  const root = new MountDirectory();
  for (const name of [...Object.keys(given), "new"]) {
    if (name.includes("/")) continue;
    root.slot(name, `${path}/${name}`, { access: FREELY });
  }
  return root;
}
