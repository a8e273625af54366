import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InternalError } from "../../src/errors.ts";
import { loadArtifact } from "../../src/runtime/mod.ts";
import { Library, libraryImports } from "../../src/runtime/library.ts";
import { StdlibImage } from "../../src/runtime/stdlib_image.ts";
import { Errno, ImageDirectory, WasiError } from "../../src/wasi/mod.ts";
import { stdlib } from "../../wrapper/stdlib.js";

function errnoOf(call: () => unknown): Errno | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof WasiError) return error.errno;
    throw error;
  }
  return undefined;
}

const MODE = {
  read: true,
  write: false,
  append: false,
  truncate: false,
};

/** A library whose loading is seen. */
function seen(load: () => Promise<StdlibImage>): [Library, () => number] {
  let times = 0;
  const library = new Library(() => {
    times++;
    return load();
  });
  return [library, () => times];
}

function image(): Promise<StdlibImage> {
  return Promise.resolve(new StdlibImage(stdlib));
}

Deno.test("Library is a tree whose every door says EAGAIN before it is loaded", async () => {
  const [library] = seen(image);
  const tree = new ImageDirectory(library);
  assertEquals(errnoOf(() => tree.lookup("re")), Errno.AGAIN);
  assertEquals(errnoOf(() => tree.stat()), Errno.AGAIN);
  assertEquals(
    errnoOf(() => tree.open({ ...MODE, parent: tree })),
    Errno.AGAIN,
  );
  await library.load();
  assertEquals(tree.lookup("re")?.filetype, 3);
  assertEquals(errnoOf(() => tree.stat()), undefined);
  assertEquals(errnoOf(() => tree.open({ ...MODE, parent: tree })), undefined);
});

Deno.test("Library is loaded once, however many ask for it", async () => {
  const [library, times] = seen(image);
  await Promise.all([library.load(), library.load()]);
  await library.load();
  assertEquals(times(), 1);
});

Deno.test("Library is loaded again after that failed", async () => {
  let fails = true;
  const [library] = seen(() => {
    if (fails) return Promise.reject(new TypeError("no network"));
    return image();
  });
  const error = await assertRejects(() => library.load(), InternalError);
  assertEquals(error.message, "Cannot load the standard library");
  assertEquals((error.cause as Error).message, "no network");
  fails = false;
  await library.load();
  assertEquals(library.isLoaded, true);
});

Deno.test("host_files() tells a guest to wait, and refuses one that cannot", async () => {
  const [library] = seen(image);
  const guest = { isStill: true };
  const { host_files: ask } = libraryImports(
    library,
    (isStill) => void (guest.isStill = isStill),
  );
  const files = ask as (mayWait: number) => number;
  assertEquals(files(1), 1);
  assertEquals(guest.isStill, false);
  assertThrows(() => files(0), InternalError, "where it cannot wait for it");
  await library.load();
  assertEquals([files(1), files(0)], [0, 0]);
});

Deno.test("loadArtifact() gives one library for all", async () => {
  const [one, other] = [await loadArtifact(), await loadArtifact()];
  assertEquals(one.stdlib === other.stdlib, true);
});
