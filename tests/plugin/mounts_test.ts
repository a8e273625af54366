/**
 * Mounts inside mounts, against a rule: a path belongs to the longest mount
 * that it starts with, and a directory on the way to a mount is there.
 *
 * @module
 */

import { assertEquals, fail } from "@std/assert";
import fc from "fast-check";
import { guestRoot } from "../../src/plugin/capabilities.ts";
import { parseGrants } from "../../src/plugin/grants.ts";
import { currentHome } from "../../src/plugin/host_path.ts";
import { OFlags } from "../../src/wasi/abi.ts";
import { MountDirectory, SystemClock } from "../../src/wasi/mod.ts";
import { withFiles } from "../fixtures/files.ts";
import { Guest } from "../wasi/guest.ts";

/** The directories of each of the host's trees; each has a file `f`. */
const INSIDE = ["", "/a", "/a/b", "/b", "/b/a", "/b/a/b"];
const TREES = ["one", "two"];
const FILES = TREES.flatMap((tree) => INSIDE.map((each) => `${tree}${each}/f`));
const GUESTS = ["/m", "/m/a", "/m/a/b", "/m/a/new", "/m/b/a", "/m/new/a", "/n"];

/** Every path that could be there. */
const PATHS = ["/m", "/n"].flatMap((top) =>
  ["", "a", "b", "new"].flatMap((one) =>
    ["", "a", "b", "new"].flatMap((two) =>
      ["", "a", "b", "f"].map((three) =>
        [top, one, two, three].filter((name) => name !== "").join("/")
      )
    )
  )
);

interface Mount {
  readonly host: string;
  readonly guest: string;
}

/** What the rule says of a path: a file's text, a directory's names. */
function slowly(mounts: readonly Mount[], path: string): string | undefined {
  const below = mounts.filter(({ guest }) => guest.startsWith(`${path}/`))
    .map(({ guest }) => guest.slice(path.length + 1).split("/")[0] ?? "");
  const [mount] = mounts
    .filter(({ guest }) => `${path}/`.startsWith(`${guest}/`))
    .sort((one, other) => other.guest.length - one.guest.length);
  const host = mount && mount.host + path.slice(mount.guest.length);
  // A mount on the way hides what the host has under its name.
  if (host !== undefined && FILES.includes(host)) return host;
  const names = FILES.filter((file) => file.startsWith(`${host}/`))
    .map((file) => file.slice(`${host}/`.length).split("/")[0] ?? "");
  const all = [...new Set([...below, ...names])].sort();
  return all.length === 0 ? undefined : `[${all}]`;
}

function seen(guest: Guest, path: string): string | undefined {
  const found = guest.stat(path.slice(1));
  if (typeof found === "string") return undefined;
  const isDirectory = found.filetype === 3;
  const oflags = isDirectory ? OFlags.DIRECTORY : 0;
  const fd = guest.open(path.slice(1), { oflags });
  const what = isDirectory
    ? `[${guest.list(fd, 1024).map(({ name }) => name).sort().slice(2)}]`
    : guest.read(fd, 64);
  guest.must("fd_close", fd);
  guest.reset();
  return what;
}

Deno.test("generated mounts show what the rule in words says, merged", async () => {
  const content = Object.fromEntries(FILES.map((path) => [path, path]));
  await withFiles(content, async (made) => {
    const root = await Deno.realPath(made);
    const mount = fc.record({
      host: fc.constantFrom(
        ...TREES.flatMap((tree) =>
          INSIDE.slice(0, 4).map((each) => tree + each)
        ),
      ),
      guest: fc.constantFrom(...GUESTS),
    });
    const mounts = fc.uniqueArray(mount, {
      maxLength: 4,
      minLength: 1,
      selector: ({ guest }) => guest,
    });
    const property = fc.property(mounts, (each) => {
      const grants = {
        mounts: each.map(({ host, guest }) => ({
          host: `${root}/${host}`,
          guest,
          readOnly: host.includes("a"),
        })),
      };
      const materials = { own: new Map(), clock: new SystemClock() };
      const directory = guestRoot(
        parseGrants(grants, currentHome()),
        materials,
      );
      const guest = new Guest({
        preopens: { "/": directory ?? new MountDirectory() },
      });
      using _fds = guest.context.fds;
      for (const path of PATHS) {
        assertEquals(seen(guest, path), slowly(each, path), path);
      }
    });
    fc.assert(property, { numRuns: 100 });
  });
});

Deno.test("a mount in a mount, in memory or in a grant leaves what is beside it", async () => {
  await withFiles({ "one/a/f": "1", "two/g": "2" }, async (made) => {
    const root = await Deno.realPath(made);
    await Deno.symlink(`${root}/two`, `${root}/one/link`);
    const two = { host: `${root}/two`, readOnly: true };
    const materials = { own: new Map(), clock: new SystemClock() };
    const directory = guestRoot(
      parseGrants({
        read: [`${root}/one`],
        tmp: true,
        mounts: [
          { host: `${root}/one`, guest: "/m" },
          { ...two, guest: "/m/a/two" },
          { ...two, guest: "/m/link/two" },
          { ...two, guest: "/tmp/x/two" },
          { ...two, guest: `${root}/one/a/two` },
        ],
      }, currentHome()),
      materials,
    );
    const guest = new Guest({
      preopens: { "/": directory ?? new MountDirectory() },
    });
    using _fds = guest.context.fds;
    const make = (path: string) =>
      guest.path("path_create_directory", path.slice(1));
    assertEquals(seen(guest, "/m/a"), "[f,two]");
    assertEquals(make("/m/a/new"), "SUCCESS");
    assertEquals(make("/m/a/two/new"), "ACCES");
    assertEquals(seen(guest, `${root}/one/a`), "[f,new,two]");
    assertEquals(make(`${root}/one/a/new2`), "ACCES");
    assertEquals(make("/tmp/x/new"), "SUCCESS");
    assertEquals(seen(guest, "/tmp/x"), "[new,two]");
    assertEquals(seen(guest, "/m/link"), "[two]", "a link is no way");
    assertEquals(
      guest.call(
        "path_rename",
        3,
        ...guest.put("m/a/f"),
        3,
        ...guest.put("m/f"),
      ),
      "SUCCESS",
    );
  });
});

Deno.test("a denial inside /tmp in memory opens nothing on the host", async () => {
  await withFiles({ "f": "kept" }, async (made) => {
    const path = `${await Deno.realPath(made)}/f`;
    const grants = {
      tmp: true,
      mounts: [{ host: made, guest: "/m", readOnly: true }],
      denyRead: [path, "/tmp/denied", "/m/denied"],
      denyWrite: ["/tmp/denied/too"],
    } as const;
    const materials = { own: new Map(), clock: new SystemClock() };
    const directory = guestRoot(parseGrants(grants, currentHome()), materials);
    const guest = new Guest({ preopens: { "/": directory ?? fail() } });
    using _fds = guest.context.fds;
    assertEquals(seen(guest, "/tmp"), "[]");
    assertEquals(guest.tryOpen(path.slice(1)), "NOENT");
    const denied = { oflags: OFlags.CREAT };
    assertEquals(typeof guest.tryOpen("tmp/denied", denied), "number");
    assertEquals(await Deno.readTextFile(path), "kept");
    assertEquals(guest.stat(path.slice(1)), "NOENT");
  });
});
