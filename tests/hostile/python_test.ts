import { assert, assertEquals } from "@std/assert";
import { PythonGuest } from "../fixtures/python_guest.ts";
import { CANARY, HostTree } from "../wasi/host_tree.ts";
import type { Action, Attempt } from "./attempt.ts";
import { ATTEMPTS } from "./attempts.ts";
import { type Kind, KINDS, Mounted } from "./mounts.ts";

const SOURCE = new URL("attempt.py", import.meta.url);

/** Run an attempt: what Python saw, without the host's own paths. */
async function tryOut(
  guest: PythonGuest,
  kind: Kind,
  attempt: Attempt,
  tree: HostTree,
): Promise<string[]> {
  const mounted = new Mounted(kind, attempt, tree);
  guest.root.set("m", mounted.directory);
  const actions = attempt.actions.map((action) => place(action, mounted));
  const seen: string[] = JSON.parse(await guest.run(JSON.stringify(actions)));
  mounted.assertUntouched(`${attempt.name} (${kind})`);
  return seen.map((text) => mounted.unknown(text));
}

/** The action with the host's paths, in the mount unless it is absolute. */
function place([what, ...texts]: Action, mounted: Mounted): string[] {
  const known = texts.map((text, index) => {
    const real = mounted.known(text);
    const asItIs = (what === "symlink" && index === 0) || real.startsWith("/");
    return asItIs ? real : `/m/${real}`;
  });
  return [what, ...known];
}

for (const kind of KINDS) {
  Deno.test(`Python does not get out of a mount: ${kind}`, async () => {
    const source = await Deno.readTextFile(SOURCE);
    using guest = await PythonGuest.start(source);
    await guest.load();
    using tree = new HostTree();
    using bare = new HostTree(true);
    for (const attempt of ATTEMPTS) {
      const seen = await tryOut(guest, kind, attempt, tree);
      assert(!seen.join().includes(CANARY), `${attempt.name}: ${seen}`);
      const blind = await tryOut(guest, kind, attempt, bare);
      assertEquals(seen, blind, `${attempt.name}: told apart from nothing`);
    }
  });
}
