import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Access,
  HostDirectory,
  type Refusal,
} from "../../src/wasi/mod.ts";
import { actionsOn } from "../hostile/generated_actions.ts";
import { perform } from "../hostile/raw.ts";
import { Guest } from "./guest.ts";
import { FREELY, HostTree } from "./host_tree.ts";

const HIDDEN: Access = { read: false, write: false };
const UNREADABLE: Access = { read: false, write: true };

/**
 * ```text
 *   secret/s   hidden        out/        free
 *   log/l      not to read   out/in/no   hidden, not there
 *   data/d     read-only
 * ```
 */
const INSIDE = new Map<string, Access>([
  ["secret", HIDDEN],
  ["log", UNREADABLE],
  ["data", { read: true, write: false }],
  ["out", { ...FREELY, inside: new Map([["in", inside("no")]]) }],
]);
const DENIED = ["secret", "log", "out/in/no"];

function inside(name: string): Access {
  return { ...FREELY, inside: new Map([[name, HIDDEN]]) };
}

function furnish(tree: HostTree): void {
  for (const path of ["secret", "log", "data", "out/in", "out/x/y", "free/z"]) {
    Deno.mkdirSync(`${tree.mount}/${path}`, { recursive: true });
  }
  for (const path of ["secret/s", "log/l", "data/d"]) {
    Deno.writeTextFileSync(`${tree.mount}/${path}`, path);
  }
}

function guestOf(tree: HostTree, told: Refusal[] = []): Guest {
  const access: Access = { ...FREELY, inside: INSIDE };
  const denied = (refusal: Refusal) => void told.push(refusal);
  const root = new HostDirectory(tree.mount, { access, denied });
  return new Guest({ preopens: { "/": root } });
}

function symlink(guest: Guest, text: string, path: string): string {
  return guest.call("path_symlink", ...guest.put(text), 3, ...guest.put(path));
}

function rename(guest: Guest, from: string, to: string): string {
  return guest.call("path_rename", 3, ...guest.put(from), 3, ...guest.put(to));
}

Deno.test("a guest makes no link to a name that it was denied, there or not", () => {
  using tree = new HostTree();
  furnish(tree);
  const told: Refusal[] = [];
  const guest = guestOf(tree, told);
  for (
    const [text, path] of [
      ["../secret/s", "out/l"],
      ["../secret/none", "out/l"],
      ["../secret", "out/l"],
      ["secret/s", "l"],
      ["./secret/", "l"],
      ["../log/l", "out/l"],
      ["in/no", "out/l"],
      ["no", "out/in/l"],
      // A second link could go on from there.
      ["..", "out/l"],
      ["in", "out/l"],
      [".", "l"],
    ] as const
  ) assertEquals(symlink(guest, text, path), "PERM", `${path} -> ${text}`);
  assertEquals(told[0], {
    operation: "symlink",
    path: `${tree.mount}/secret/s`,
    need: "read",
    by: "grant",
  });
  for (
    const [text, path] of [
      ["../data/d", "out/data"],
      ["../data", "out/dir"],
      ["x/y", "out/y"],
      ["../x", "out/x/self"],
      ["secret/s", "out/x/other"],
      ["none", "out/none"],
      ["l", "log/second"],
    ] as const
  ) assertEquals(symlink(guest, text, path), "SUCCESS", `${path} -> ${text}`);
});

Deno.test("no link comes to mean what was denied by lying somewhere else", () => {
  using tree = new HostTree();
  furnish(tree);
  const told: Refusal[] = [];
  const guest = guestOf(tree, told);
  assertEquals(symlink(guest, "../secret/s", "out/x/l"), "SUCCESS");
  assertEquals(symlink(guest, "secret/s", "free/z/l"), "SUCCESS");
  told.length = 0;
  assertEquals(rename(guest, "out/x/l", "out/l"), "PERM");
  assertEquals(rename(guest, "free/z/l", "l"), "PERM");
  assertEquals(rename(guest, "out/x", "x"), "PERM", "with its directory");
  const words = [...guest.put("free/z/l"), 3, ...guest.put("l")];
  assertEquals(guest.call("path_link", 3, 0, ...words), "PERM");
  assertEquals(
    new Set(told.map(({ path }) => path)),
    new Set([
      `${tree.mount}/secret/s`,
    ]),
  );
  assertEquals(rename(guest, "free/z", "free/w"), "SUCCESS");
  assertEquals(rename(guest, "out/x/l", "out/x/y/l"), "SUCCESS");
});

const NAMES = [
  "free/a",
  "free/b",
  "free/a/a",
  "out/a",
  "out/a/b",
  "out/x",
  "l",
];
const TARGETS = [
  ...["a", ".", "..", "../..", "../a", "b/secret", "../secret", "secret"],
  ...["../../secret", "../secret/s", "../out/in", "in/no", "../log/l", "x"],
];

Deno.test("whatever a guest does, no link that it leaves leads to what was denied", () => {
  using tree = new HostTree();
  const property = fc.property(
    fc.array(actionsOn(NAMES, TARGETS), { minLength: 3, maxLength: 20 }),
    (actions) => {
      tree.clear();
      furnish(tree);
      const guest = guestOf(tree);
      using _fds = guest.context.fds;
      for (const each of actions) {
        guest.reset();
        perform(guest, each);
        assertEquals(linksToDenied(tree.mount), [], `${each}`);
      }
    },
  );
  fc.assert(property, { numRuns: 80 });
});

/** Every link below a directory that leads to a denied name. */
function linksToDenied(root: string, directory = root): string[] {
  return [...Deno.readDirSync(directory)].flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) return linksToDenied(root, path);
    if (!entry.isSymlink) return [];
    const real = `${meaning(path)}/`;
    const denied = DENIED.some((each) => real.startsWith(`${root}/${each}/`));
    return denied ? [path] : [];
  });
}

/** What a link leads to; by its text when nothing is there. */
function meaning(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return new URL(Deno.readLinkSync(path), `file://${path}`).pathname;
  }
}
