import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { parsePath } from "../../src/wasi/guest_path.ts";
import {
  MemoryDirectory,
  MemoryFile,
  MemoryLink,
  type Node,
  WasiError,
} from "../../src/wasi/mod.ts";
import { errnoOf } from "./guest.ts";
import { escapes, type LastLink, resolve } from "../../src/wasi/resolve.ts";

const file = new MemoryFile("file");
const inner = new MemoryFile("inner");
const deep = new MemoryDirectory();
const directory = new MemoryDirectory().set("inner", inner).set("deep", deep)
  .set("up", new MemoryLink("../file"))
  .set("out", new MemoryLink("../../file"))
  .set("self", new MemoryLink("."));
const root = new MemoryDirectory().set("file", file).set("dir", directory)
  .set("link", new MemoryLink("dir"))
  .set("slash", new MemoryLink("dir/"))
  .set("chain", new MemoryLink("link/up"))
  .set("loop", new MemoryLink("loop"))
  .set("ping", new MemoryLink("pong"))
  .set("pong", new MemoryLink("ping"))
  .set("absolute", new MemoryLink("/file"))
  .set("dangling", new MemoryLink("dir/none"))
  .set("filelink", new MemoryLink("file"))
  .set("fileslash", new MemoryLink("file/"));

/** What is at a path, `undefined` for nothing, or the name of the errno. */
function at(
  path: string,
  last: LastLink = "follow",
): Node | string | undefined {
  try {
    return resolve(root, parsePath(path), last).node;
  } catch (error) {
    if (error instanceof WasiError) return error.message;
    throw error;
  }
}

Deno.test("resolve() walks names", () => {
  assertStrictEquals(at("file"), file);
  assertStrictEquals(at("dir/inner"), inner);
  assertStrictEquals(at("dir/./../dir/deep/../inner"), inner);
  assertStrictEquals(at("."), root);
  assertStrictEquals(at("dir/.."), root);
});

Deno.test("resolve() tells nothing there from no way there", () => {
  assertStrictEquals(at("none"), undefined);
  assertStrictEquals(at("none/x"), "NOENT");
  assertStrictEquals(at("file/x"), "NOTDIR");
  assertStrictEquals(at("none/.."), "NOENT");
  assertStrictEquals(at("file/."), "NOTDIR");
});

Deno.test("resolve() never climbs above the root", () => {
  for (
    const path of [
      "..",
      "../dir",
      "dir/../..",
      "dir/deep/../../../file",
      "dir/out",
      "link/out",
      "link/../..",
      "./../x",
    ]
  ) assertStrictEquals(at(path), "PERM", path);
});

Deno.test("resolve() refuses absolute paths and links", () => {
  assertStrictEquals(at("/file"), "PERM");
  assertStrictEquals(at("/"), "PERM");
  assertStrictEquals(at("absolute"), "PERM");
  assertStrictEquals(at("absolute/x", "stay"), "PERM");
});

Deno.test("resolve() follows links inside", () => {
  assertStrictEquals(at("link/inner"), inner);
  assertStrictEquals(at("dir/up"), file);
  assertStrictEquals(at("chain"), file);
  assertStrictEquals(at("dir/self/self/inner"), inner);
  assertStrictEquals(
    at("link/.."),
    root,
    "the link's own directory is not above",
  );
});

Deno.test("resolve() takes a last link as it is told", () => {
  assertStrictEquals(at("link", "stay"), root.get("link"));
  assertStrictEquals(at("link/", "stay"), directory);
  assertStrictEquals(at("link/", "entry"), root.get("link"));
  assertStrictEquals(at("slash"), directory);
});

Deno.test("resolve() gives the place a dangling link stands for", () => {
  const place = resolve(root, parsePath("dangling"), "follow");
  assertStrictEquals(place.directory, directory);
  assertEquals([place.name, place.node], ["none", undefined]);
});

Deno.test("resolve() gives up on a loop", () => {
  assertStrictEquals(at("loop"), "LOOP");
  assertStrictEquals(at("ping/x"), "LOOP");
  assertStrictEquals(at("loop", "stay"), root.get("loop"));
});

Deno.test("resolve() has a budget for links, not for names", () => {
  const tree = new MemoryDirectory().set("0", file);
  for (let step = 1; step <= 41; step++) {
    tree.set(`${step}`, new MemoryLink(`${step - 1}`));
  }
  const find = (path: string) => resolve(tree, parsePath(path), "follow").node;
  assertStrictEquals(find("40"), file);
  assertStrictEquals(at("./".repeat(500) + "file"), file);
  assertEquals(errnoOf(() => find("41")), "LOOP");
});

Deno.test("resolve() lets only a directory have a slash behind it", () => {
  assertStrictEquals(at("dir/"), directory);
  assertStrictEquals(at("file/"), "NOTDIR");
  assertStrictEquals(at("filelink/"), "NOTDIR");
  assertStrictEquals(at("fileslash"), "NOTDIR");
  assertStrictEquals(at("none/"), undefined);
});

Deno.test("resolve() says how deep it is", () => {
  const depth = (path: string) =>
    resolve(root, parsePath(path), "follow").depth;
  assertEquals(["x", "dir/x", "dir/deep/x", "dir/deep/../x"].map(depth), [
    0,
    1,
    2,
    1,
  ]);
});

Deno.test("escapes() finds targets that climb out", () => {
  const out = (target: string, depth: number) =>
    escapes(parsePath(target), depth);
  assertEquals(out("../x", 0), true);
  assertEquals(out("../x", 1), false);
  assertEquals(out("a/../../x", 0), true);
  assertEquals(out("a/../x", 0), true); // `a` may be a link to `.`
  assertEquals(out("./../x", 1), false);
  assertEquals(out("../..", 2), false);
  assertEquals(out("/x", 9), true);
});

Deno.test("resolve() agrees with a slow second opinion", () => {
  const name = fc.constantFrom("file", "dir", "inner", "deep", "..", ".", "");
  fc.assert(fc.property(fc.array(name, { minLength: 1 }), (names) => {
    const path = names.join("/");
    fc.pre(path !== "" && !path.startsWith("/"));
    const expected = opinion(names);
    assertStrictEquals(at(path) ?? "NOENT", expected, path);
  }));
});

/** Where names lead in the tree above, by parent pointers and without links. */
function opinion(names: readonly string[]): Node | string {
  const parents = new Map<Node, MemoryDirectory>([
    [directory, root],
    [deep, directory],
  ]);
  let node: Node | undefined = root;
  for (const name of names) {
    if (!(node instanceof MemoryDirectory)) return node ? "NOTDIR" : "NOENT";
    if (name === ".." && node === root) return "PERM";
    if (name === "..") node = parents.get(node);
    else if (name !== "" && name !== ".") node = node.get(name);
  }
  return node ?? "NOENT";
}
