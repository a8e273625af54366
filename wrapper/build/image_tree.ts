/**
 * Chooses what of the standard library is in the image, and in which group.
 *
 * @module
 */

import type { ImageFile, ImageGroup } from "./image_pack.ts";
import { listFiles } from "./files.ts";

/**
 * Parts of `Lib/` that cannot work in a plugin or have no use there; the
 * guest's Python part says the reason when one is imported.
 */
const ABSENT: ReadonlySet<string> = new Set([
  "asyncio/windows_events.py",
  "asyncio/windows_utils.py",
  "ctypes",
  "curses",
  "ensurepip",
  "idlelib",
  "multiprocessing",
  "pty.py",
  "pydoc_data/topics.py", // 0.5 MB of help texts, pydoc works without
  "site-packages",
  "ssl.py",
  "test",
  "tkinter",
  "tty.py",
  "turtle.py",
  "turtledemo",
  "venv",
]);

/** A traceback needs one source file: blocks are larger, reads are rare. */
const SOURCE_BLOCK = 512 * 1024;
/** An import needs its package's code: blocks are smaller, reads are many. */
const CODE_BLOCK = 256 * 1024;
/** What is read often is read by many: as small as still compresses well. */
const OFTEN_BLOCK = 128 * 1024;

/** Which modules lie together; its head explains it. */
export const ORDER_FILE = "wrapper/image/order.txt";

/** Modules whose code is in the memory that is saved; its head explains it. */
export const STARTED_FILE = "wrapper/image/started.txt";

/** Paths of the sources in `lib` that belong into the image, sorted. */
export function chosenSources(lib: string): string[] {
  return listFiles(lib).filter((path) => path.endsWith(".py") && !absent(path));
}

/** Everything in `tree` as the groups that are read and compressed together. */
export function imageGroups(tree: string): ImageGroup[] {
  const started = codeGroups(Deno.readTextFileSync(STARTED_FILE)).flat();
  const paths = listFiles(tree).filter((path) => !started.includes(path));
  const ordered = codeGroups(Deno.readTextFileSync(ORDER_FILE));
  const named = new Set(ordered.flat());
  const others = paths.filter((path) =>
    path.endsWith(".pyc") && !named.has(path)
  );
  return [
    ...ordered.map((group) => ({
      ...readGroup(tree, group, OFTEN_BLOCK),
      isQuick: true,
    })),
    readGroup(tree, others, CODE_BLOCK),
    readGroup(tree, paths.filter((path) => path.endsWith(".py")), SOURCE_BLOCK),
  ];
}

/** The groups of `order.txt`, as paths of compiled modules. */
export function codeGroups(order: string): string[][] {
  return order.split(/\n\n+/)
    .map((group) => group.split("\n").filter((line) => line.endsWith(".py")))
    .filter((group) => group.length > 0)
    .map((group) => group.map(codePath));
}

/** Where Python looks for the code of a module. */
export function codePath(source: string): string {
  return source.replace(/([^/]+)\.py$/, "__pycache__/$1.cpython-314.pyc");
}

function absent(path: string): boolean {
  const parts = path.split("/");
  return parts.some((_, end) => ABSENT.has(parts.slice(0, end + 1).join("/")));
}

function readGroup(
  tree: string,
  paths: readonly string[],
  blockSize: number,
): ImageGroup {
  const files = paths.map((path): ImageFile => ({
    path,
    bytes: Deno.readFileSync(`${tree}/${path}`),
  }));
  return { files, blockSize, isQuick: false };
}
