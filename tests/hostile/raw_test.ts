import { assert, assertEquals } from "@std/assert";
import { MountDirectory } from "../../src/wasi/mod.ts";
import { Guest } from "../wasi/guest.ts";
import { CANARY, HostTree } from "../wasi/host_tree.ts";
import type { Action, Attempt } from "./attempt.ts";
import { ATTEMPTS } from "./attempts.ts";
import { type Kind, KINDS, Mounted } from "./mounts.ts";
import { perform } from "./raw.ts";

/** Run an attempt: what the guest saw, without the host's own paths. */
function tryOut(
  { kind, below }: { kind: Kind; below: boolean },
  attempt: Attempt,
  tree: HostTree,
): string[] {
  const mounted = new Mounted(kind, attempt, tree);
  const preopen = below
    ? new MountDirectory().set("m", mounted.directory)
    : mounted.directory;
  const guest = new Guest({ preopens: { "/": preopen } });
  using _fds = guest.context.fds;
  const seen = attempt.actions.map((action) => {
    guest.reset();
    return mounted.unknown(perform(guest, place(action, mounted, below)));
  });
  mounted.assertUntouched(`${attempt.name} (${kind})`);
  return seen;
}

/** The action with the host's paths, in the mount. */
function place(action: Action, mounted: Mounted, below: boolean): Action {
  const [what, ...texts] = action;
  const known = texts.map((text, index) => {
    const real = mounted.known(text);
    const isTarget = what === "symlink" && index === 0;
    return below && !isTarget ? `m/${real}` : real;
  });
  return [what, ...known] as unknown as Action;
}

Deno.test("there are enough attempts, and no two are the same", () => {
  const texts = ATTEMPTS.map(({ given, actions }) =>
    JSON.stringify([given, actions])
  );
  assertEquals(new Set(texts).size, texts.length);
  assertEquals(new Set(ATTEMPTS.map(({ name }) => name)).size, texts.length);
  assert(texts.length >= 150, `${texts.length}`);
});

/** Everything below the guest's root, and what is most dangerous as its root. */
const MOUNTS = [
  ...KINDS.map((kind) => ({ kind, below: true })),
  { kind: "host rw", below: false },
] as const;

for (const mount of MOUNTS) {
  const where = mount.below ? "below the guest's root" : "as the guest's root";
  Deno.test(`raw syscalls do not get out of a mount: ${mount.kind} ${where}`, () => {
    using tree = new HostTree();
    using bare = new HostTree(true);
    for (const attempt of ATTEMPTS) {
      const seen = tryOut(mount, attempt, tree);
      assert(!seen.join().includes(CANARY), `${attempt.name}: ${seen}`);
      const blind = tryOut(mount, attempt, bare);
      assertEquals(seen, blind, `${attempt.name}: told apart from nothing`);
    }
  });
}
