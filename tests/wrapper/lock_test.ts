import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { BuildError } from "../../wrapper/build/build_error.ts";
import {
  placeSource,
  readLock,
  sourcesFolder,
  verifySources,
} from "../../wrapper/build/lock.ts";

Deno.test("every pinned source has a hash, and an address or words for one", () => {
  for (const { sha256, url, origin } of readLock()) {
    assertMatch(sha256, /^[0-9a-f]{64}$/);
    assertEquals([url, origin].filter((from) => from !== undefined).length, 1);
  }
});

Deno.test("verifySources() names a file whose bytes are not the pinned ones", async () => {
  const folder = await Deno.makeTempDir();
  const [source] = readLock();
  await Deno.writeTextFile(`${folder}/${source?.file}`, "not this");
  const error = await assertRejects(() => verifySources(folder), BuildError);
  assertMatch(error.message, new RegExp(`not ${source?.sha256} as wrapper`));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("placeSource() says what to put where when a source is missing", async () => {
  const folder = await Deno.makeTempDir();
  const source = {
    name: "none",
    version: "1",
    file: "none_1.orig.tar.gz",
    sha256: "00",
    origin: "Debian source package none 1",
  };
  const error = await assertRejects(
    () => placeSource(source, folder),
    BuildError,
    "none_1.orig.tar.gz\n    from Debian source package none 1, SHA-256 00\n",
  );
  assertMatch(error.message, /zstd_1\.5\.7/); // one error for all of them
  await Deno.remove(folder, { recursive: true });
});

Deno.test("sourcesFolder() refuses a folder that is not there", async () => {
  await assertRejects(
    () => Promise.resolve().then(() => sourcesFolder("/nowhere/at/all")),
    BuildError,
    "no such folder",
  );
});
