/**
 * The host, or a second guest, swaps a directory or a file for a link that
 * leads outside, and back: before each call that a syscall makes to the host.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { OpenFiles } from "../../src/wasi/host_anchor.ts";
import { Guest } from "../wasi/guest.ts";
import { CANARY, HostTree } from "../wasi/host_tree.ts";
import type { Action } from "./attempt.ts";
import { interrupted } from "./host_calls.ts";
import { perform } from "./raw.ts";

/** Contents: what is opened is looked at again before it is used. */
const OPENING: readonly Action[] = [
  ["read", "d/canary"],
  ["read", "d/b/a"],
  ["append", "d/canary"],
  ["write", "d/canary"],
  ["write", "d/b/a"],
  ["utime", "d/canary"],
  ["utime", "d/b"],
];

/** What is told: right only where the kernel holds the directory for us. */
const LOOKING: readonly Action[] = [
  ["stat", "d/canary"],
  ["lstat", "d/canary"],
  ["stat", "d/b"],
  ["stat", "d/b/.."],
  ["stat", "d/deep"],
  ["stat", "d/b/b"],
  ["list", "d"],
  ["list", "d/b"],
  ["list", "d/deep"],
  ["readlink", "d/l"],
  ["readlink", "d/canary"],
  ["lutime", "d/l"],
  ["read", "d/canary"],
  ["read", "d/a"],
  ["append", "d/b/b"],
  ["exclusive", "d/a"],
  ["mkdir", "d/deep"],
  ["mkdir", "d/b/."],
];

/** Names: right only where the kernel holds the directory for us. */
const CHANGING: readonly Action[] = [
  ["write", "d/new"],
  ["exclusive", "d/new"],
  ["exclusive", "d/b/new"],
  ["mkdir", "d/new"],
  ["mkdir", "d/b/new"],
  ["unlink", "d/canary"],
  ["unlink", "d/b/a"],
  ["rmdir", "d/empty"],
  ["rename", "d/canary", "stolen"],
  ["rename", "mine", "d/new"],
  ["rename", "mine", "d/canary"],
  ["rename", "d/empty", "d/b/moved"],
  ["link", "d/canary", "stolen"],
  ["link", "d/b/a", "stolen"],
  ["link", "mine", "d/new"],
  ["symlink", "mine", "d/new"],
];

/** What is swapped for a link to what: the mount looks like the outside. */
const SWAPS = [
  ["d", "../outside"],
  ["d/b", "../../outside/b"],
  ["d/canary", "../../outside/canary"],
  ["d/b/a", "../../../outside/b/a"],
] as const;

class Swapper {
  readonly #mount: string;
  readonly #path: string;
  readonly #target: string;
  #swapped = false;

  constructor(tree: HostTree, [path, target]: readonly [string, string]) {
    this.#mount = tree.mount;
    this.#path = `${tree.mount}/${path}`;
    this.#target = target;
  }

  there(): void {
    try {
      Deno.renameSync(this.#path, `${this.#mount}/kept`);
    } catch {
      return; // the guest has just taken it away
    }
    Deno.symlinkSync(this.#target, this.#path);
    this.#swapped = true;
  }

  back(): void {
    if (!this.#swapped) return;
    this.#swapped = false;
    try {
      Deno.removeSync(this.#path);
      Deno.renameSync(`${this.#mount}/kept`, this.#path);
    } catch {
      // the guest has just taken the link away
    }
  }
}

function furnish({ mount }: HostTree): void {
  Deno.mkdirSync(`${mount}/d/b`, { recursive: true });
  Deno.mkdirSync(`${mount}/d/empty`);
  for (const name of ["d/canary", "d/b/a", "mine"]) {
    Deno.writeTextFileSync(`${mount}/${name}`, "inside");
  }
  Deno.symlinkSync("canary", `${mount}/d/l`);
}

/** One action with a swap before one call and back before another. */
async function race(
  tree: HostTree,
  action: Action,
  { swap, there, back }: {
    swap: typeof SWAPS[number];
    there: number;
    back: number;
  },
): Promise<{ result: string; calls: number }> {
  tree.clear();
  furnish(tree);
  const swapper = new Swapper(tree, swap);
  const guest = new Guest({ preopens: { "/": tree.directory() } });
  using _fds = guest.context.fds;
  const { result, calls } = interrupted(
    () => perform(guest, action),
    (call) => {
      if (call === there) swapper.there();
      if (call === back) swapper.back();
    },
  );
  const what = `${action} with ${swap} at ${there}, back at ${back}`;
  assert(!result.includes(CANARY), what);
  tree.assertUntouched(what);
  await Promise.resolve(); // what was held is let go
  return { result, calls };
}

/** Whether an action goes through what is swapped. */
function concerns(swapped: string, [, ...paths]: Action): boolean {
  return paths.some((path) => `${path}/`.startsWith(`${swapped}/`));
}

/** Every moment for a swap in the midst of an action. */
async function* moments(
  tree: HostTree,
  action: Action,
): AsyncIterable<Parameters<typeof race>[2]> {
  for (const swap of SWAPS.filter(([path]) => concerns(path, action))) {
    const never = { swap, there: -1, back: -1 };
    const { calls } = await race(tree, action, never);
    assert(calls > 1, `${action} calls the host`);
    for (let there = 0; there < calls; there++) {
      for (const stay of [1, 2, 99]) yield { swap, there, back: there + stay };
    }
  }
}

async function raceAll(actions: readonly Action[]): Promise<void> {
  using tree = new HostTree();
  for (const action of actions) {
    for await (const moment of moments(tree, action)) {
      await race(tree, action, moment);
    }
  }
}

Deno.test("a swap does happen where the test says, and is seen", () => {
  using tree = new HostTree();
  furnish(tree);
  const swapper = new Swapper(tree, SWAPS[0]);
  const path = `${tree.mount}/d/canary`;
  const { result } = interrupted(
    () => [Deno.lstatSync(path), Deno.statSync(path)].map(({ size }) => size),
    (call) => call === 1 ? swapper.there() : undefined,
  );
  assertEquals(result, ["inside".length, CANARY.length]);
});

Deno.test("no swap in the midst of a syscall opens a file outside", async () => {
  await raceAll(OPENING);
});

Deno.test("no swap in the midst of a syscall tells what is outside", {
  ignore: !OpenFiles.available(),
}, async () => {
  using tree = new HostTree();
  using bare = new HostTree(true);
  for (const action of LOOKING) {
    for await (const moment of moments(tree, action)) {
      const { result } = await race(tree, action, moment);
      const blind = await race(bare, action, moment);
      assertEquals(result, blind.result, `${action} ${JSON.stringify(moment)}`);
    }
  }
});

Deno.test("no swap in the midst of a syscall changes a directory outside", {
  // Without `openat()` there is a moment, which docs/security.md speaks of.
  ignore: !OpenFiles.available(),
}, async () => {
  await raceAll(CHANGING);
});
