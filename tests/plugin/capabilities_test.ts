import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type GrantOptions, parseGrants } from "../../src/plugin/grants.ts";
import { guestRoot } from "../../src/plugin/capabilities.ts";
import { currentHome } from "../../src/plugin/host_path.ts";
import { MountDirectory, SystemClock } from "../../src/wasi/mod.ts";
import { Rights } from "../../src/wasi/abi.ts";
import { withFiles } from "../fixtures/files.ts";
import { Guest } from "../wasi/guest.ts";

/** Directories three deep, each with a file. */
const DIRECTORIES = ["a", "b", "a/a", "a/b", "b/a", "a/a/b", "a/b/a"];
const FILES = DIRECTORIES.map((directory) => `${directory}/f`);

/** Whether the rule in words lets a path be read, and written. */
function slowly(grants: GrantOptions, path: string): [boolean, boolean] {
  const covers = (paths: GrantOptions["read"]) =>
    Array.isArray(paths) &&
    paths.some((each) => path === each || path.startsWith(`${each}/`));
  return [
    covers(grants.read) && !covers(grants.denyRead),
    covers(grants.write) && !covers(grants.denyWrite),
  ];
}

function expected(granted: boolean, other: boolean): string {
  return granted ? "SUCCESS" : other ? "ACCES" : "NOENT";
}

/** A guest that has these grants. */
function guestOf(grants: GrantOptions): Guest {
  const materials = { own: new Map(), clock: new SystemClock() };
  const root = guestRoot(parseGrants(grants, currentHome()), materials);
  return new Guest({ preopens: { "/": root ?? new MountDirectory() } });
}

function opened(guest: Guest, path: string, right: number): string {
  const out = 512;
  const result = guest.call(
    "path_open",
    3,
    1,
    ...guest.put(path.slice(1)),
    0,
    BigInt(right),
    0n,
    0,
    out,
  );
  if (result !== "SUCCESS") return result;
  const fd = new DataView(guest.memory.buffer).getUint32(out, true);
  guest.call("fd_close", fd);
  return result;
}

Deno.test("generated grants open on a real tree what the rule in words says", async () => {
  const content = Object.fromEntries(FILES.map((path) => [path, "x"]));
  await withFiles(content, async (made) => {
    const root = await Deno.realPath(made);
    const path = fc.constantFrom(...DIRECTORIES, ...FILES)
      .map((each) => `${root}/${each}`);
    const paths = fc.array(path, { maxLength: 3 });
    const grants = fc.record({
      read: paths,
      write: paths,
      denyRead: paths,
      denyWrite: paths,
    });
    const property = fc.property(grants, (each) => {
      const guest = guestOf(each);
      for (const file of FILES.map((name) => `${root}/${name}`)) {
        const [read, write] = slowly(each, file);
        const results = [Rights.FD_READ, Rights.FD_WRITE]
          .map((right) => opened(guest, file, right));
        assertEquals(
          results,
          [expected(read, write), expected(write, read)],
          file,
        );
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});
