/**
 * Generated grants on a tree with links, against a rule about real paths; and
 * generated operations, after which no link leads out.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { guestRoot } from "../../src/plugin/capabilities.ts";
import { type GrantOptions, parseGrants } from "../../src/plugin/grants.ts";
import { currentHome } from "../../src/plugin/host_path.ts";
import { Rights } from "../../src/wasi/abi.ts";
import { OpenFiles } from "../../src/wasi/host_anchor.ts";
import { MountDirectory, SystemClock } from "../../src/wasi/mod.ts";
import { withFiles } from "../fixtures/files.ts";
import { Guest } from "../wasi/guest.ts";
import { HostTree } from "../wasi/host_tree.ts";
import { escapingLinks } from "./escaping_links.ts";
import { actionsOn } from "./generated_actions.ts";
import { perform } from "./raw.ts";

/** The files, by real paths below the tree's root. */
const FILES = ["real/f", "real/a/f", "real/a/b/f", "real/b/f"];
/** A link to a place, one above places, one inside, one that climbs. */
const LINKS = {
  "la": "real/a",
  "lr": "real",
  "lf": "real/a/b/f",
  "real/a/lb": "b",
  "real/b/up": "../a",
};
/** What grants and denials are about: places, links to them, links above. */
const PLACES = [
  ...["real", "real/a", "real/a/b", "real/b", "real/a/f", "real/a/b/f"],
  ...["la", "la/b", "la/f", "lf", "lr", "lr/a", "lr/a/b", "lr/b", "lr/a/f"],
];
/** Every spelling of a file that a guest may try. */
const SPELLINGS = [
  ...FILES,
  ...["la/f", "la/b/f", "lf", "lr/f", "lr/a/f", "lr/a/b/f", "lr/b/f"],
  ...["real/a/lb/f", "real/b/up/f", "lr/a/lb/f", "lr/b/up/b/f", "la/lb/f"],
];
const IN_MOUNT = ["", "/f", "/a/f", "/b/f", "/a/b/f", "/a/lb/f", "/b/up/f"];

interface Mount {
  readonly host: string;
  readonly guest: string;
  readonly readOnly: boolean;
}

interface Grants {
  readonly read: string[];
  readonly write: string[];
  readonly denyRead: string[];
  readonly denyWrite: string[];
  readonly mounts: Mount[];
}

/** The rule. */
class Rule {
  readonly #grants: Grants;
  readonly #real: (path: string) => string;

  constructor(grants: Grants, real: (path: string) => string) {
    this.#grants = grants;
    this.#real = real;
  }

  /** Whether something may be done with a file, by whatever name. */
  mayBe(need: "read" | "write", file: string): boolean {
    const mounts = this.#grants.mounts
      .filter(({ readOnly }) => need === "read" || !readOnly)
      .map(({ host }) => host);
    return this.#covers([...this.#grants[need], ...mounts], file) &&
      !this.#denied(need, file);
  }

  /** Whether it must be possible by the name that was granted. */
  mustBe(need: "read" | "write", spelling: string): boolean {
    const granted = this.#grants[need].some((each) => isIn(spelling, each));
    return granted && !this.#denied(need, this.#real(spelling));
  }

  #denied(need: "read" | "write", file: string): boolean {
    const { denyRead, denyWrite } = this.#grants;
    return this.#covers(need === "read" ? denyRead : denyWrite, file);
  }

  #covers(places: readonly string[], file: string): boolean {
    return places.some((place) => isIn(file, this.#real(place)));
  }
}

function isIn(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`);
}

/** Whether links inside a grant are on the way: how far they lead is a matter of its scope. */
function climbs(spelling: string): boolean {
  return /\/(?:lb|up)\//.test(spelling);
}

function guestOf(root: string, grants: Grants): Guest {
  const at = (paths: readonly string[]) =>
    paths.map((path) => `${root}/${path}`);
  const options: GrantOptions = {
    read: at(grants.read),
    write: at(grants.write),
    denyRead: at(grants.denyRead),
    denyWrite: at(grants.denyWrite),
    mounts: grants.mounts.map((mount) => ({
      ...mount,
      host: `${root}/${mount.host}`,
    })),
  };
  const materials = { own: new Map(), clock: new SystemClock() };
  const directory = guestRoot(parseGrants(options, currentHome()), materials);
  return new Guest({ preopens: { "/": directory ?? new MountDirectory() } });
}

/** The serial number of the file that opened. */
function opened(
  guest: Guest,
  path: string,
  rights: number,
): bigint | undefined {
  guest.reset();
  const wanted = rights | Rights.FD_FILESTAT_GET;
  const fd = guest.tryOpen(path.slice(1), { rights: wanted });
  if (typeof fd === "string") return undefined;
  const out = guest.room(64);
  guest.must("fd_filestat_get", fd, out);
  guest.must("fd_close", fd);
  return guest.u8(out + 16) === 4 ? guest.u64(out + 8) : undefined;
}

const places = fc.array(fc.constantFrom(...PLACES), { maxLength: 3 });
const generated: fc.Arbitrary<Grants> = fc.record({
  read: places,
  write: places,
  denyRead: places,
  denyWrite: places,
  mounts: fc.uniqueArray(
    fc.record({
      host: fc.constantFrom(...PLACES),
      guest: fc.constantFrom("/m", "/n", "/m/a"),
      readOnly: fc.boolean(),
    }),
    { maxLength: 2, selector: ({ guest }) => guest },
  ),
});

Deno.test("no grant, denial, mount or link opens more, or less, than the rule says", async () => {
  const content = Object.fromEntries(FILES.map((path) => [path, path]));
  await withFiles(content, async (made) => {
    const root = await Deno.realPath(made);
    for (const [path, target] of Object.entries(LINKS)) {
      await Deno.symlink(target, `${root}/${path}`);
    }
    const inodes = new Map<bigint, string>();
    for (const file of FILES) {
      const { ino } = await Deno.stat(`${root}/${file}`);
      inodes.set(BigInt(ino ?? 0), file);
    }
    const reals = new Map<string, string>();
    for (const path of [...PLACES, ...SPELLINGS]) {
      const real = await Deno.realPath(`${root}/${path}`);
      reals.set(path, real.slice(root.length + 1));
    }
    const before = await descriptors();
    const property = fc.property(generated, (grants) => {
      const rule = new Rule(grants, (path) => reals.get(path) ?? path);
      const guest = guestOf(root, grants);
      using _fds = guest.context.fds;
      const paths = [
        ...SPELLINGS.map((path) => `${root}/${path}`),
        ...["/m", "/n"].flatMap((at) => IN_MOUNT.map((path) => at + path)),
      ];
      for (const need of ["read", "write"] as const) {
        const rights = need === "read" ? Rights.FD_READ : Rights.FD_WRITE;
        for (const path of paths) {
          const ino = opened(guest, path, rights);
          const file = ino === undefined ? undefined : inodes.get(ino);
          assert(ino === undefined || file !== undefined, `${path}: outside`);
          assert(
            file === undefined || rule.mayBe(need, file),
            `${need} of ${path} opened ${file}`,
          );
          const spelling = path.slice(root.length + 1);
          if (!path.startsWith(root) || climbs(spelling)) continue;
          if (rule.mustBe(need, spelling)) {
            assertEquals(file, reals.get(spelling), `${need} of ${spelling}`);
          }
        }
      }
    });
    fc.assert(property, { numRuns: Number(Deno.env.get("RUNS") ?? 200) });
    await Promise.resolve(); // what was held is let go
    assertEquals(await descriptors(), before);
  });
});

const NAMES = ["a", "b", "a/a", "a/b", "b/a", "a/b/a", "a/b/b"];
const TARGETS = [
  ...["a", ".", "..", "../a", "../..", "../../b", "../../../outside"],
  ...["a/..", "a/../..", "a/../../outside", "/etc", "b/a/../../.."],
];

Deno.test("whatever a guest does, no link that it leaves leads out", () => {
  using tree = new HostTree();
  const property = fc.property(
    fc.array(actionsOn(NAMES, TARGETS), { minLength: 3, maxLength: 25 }),
    (actions) => {
      tree.clear();
      const guest = new Guest({ preopens: { "/": tree.directory() } });
      using _fds = guest.context.fds;
      for (const each of actions) {
        guest.reset();
        perform(guest, each);
        assertEquals(escapingLinks(tree.mount), [], `${each}`);
      }
      tree.assertUntouched(JSON.stringify(actions));
    },
  );
  fc.assert(property, { numRuns: 200 });
});

/** How many the process has, where it may look. */
async function descriptors(): Promise<number> {
  if (!OpenFiles.available()) return 0;
  return (await Array.fromAsync(Deno.readDir("/proc/self/fd"))).length;
}
