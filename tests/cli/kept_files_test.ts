import { assertEquals } from "@std/assert";
import { keptFiles, prune } from "../../src/cli/kept_files.ts";
import { withFiles } from "../fixtures/files.ts";

const MIB = 1024 * 1024;
const HOUR_MS = 60 * 60 * 1000;

/** The name of the file number `n`. */
function name(n: number): string {
  return n.toString(16).padStart(64, "0");
}

/** A file that takes no room on a disk, used some hours ago. */
function make(path: string, bytes: number, hours: number): void {
  Deno.writeFileSync(path, new Uint8Array());
  Deno.truncateSync(path, bytes);
  const time = new Date(Date.now() - hours * HOUR_MS);
  Deno.utimeSync(path, time, time);
}

Deno.test("prune() keeps the images that were used last, up to a size and number", async () => {
  await withFiles({}, (dir) => {
    for (let n = 0; n < 70; n++) make(`${dir}/${name(n)}`, 2 * MIB, n);
    prune(dir);
    const kept = keptFiles(dir).map(({ path }) => path);
    assertEquals(
      kept,
      Array.from({ length: 64 }, (_, n) => `${dir}/${name(n)}`),
    );
    for (let n = 0; n < 9; n++) make(`${dir}/${name(n)}`, 60 * MIB, n);
    prune(dir);
    assertEquals(keptFiles(dir).length, 4);
    return Promise.resolve();
  });
});

Deno.test("prune() counts what every start begins with", async () => {
  await withFiles({}, (dir) => {
    for (let n = 0; n < 9; n++) make(`${dir}/${name(n)}`, 60 * MIB, n + 1);
    make(`${dir}/memory-${name(0)}`, 60 * MIB, 0);
    prune(dir);
    const kinds = Object.groupBy(keptFiles(dir), ({ kind }) => kind ?? "part");
    assertEquals([kinds.memory?.length, kinds.image?.length], [1, 3]);
    make(`${dir}/memory-${name(0)}`, 60 * MIB, 99);
    make(`${dir}/${name(0)}`, 100 * MIB, 0);
    prune(dir);
    const left = keptFiles(dir).map(({ kind }) => kind);
    assertEquals(left, ["image", "image", "image"]);
    return Promise.resolve();
  });
});

Deno.test("prune() removes old notes and what was left unfinished, and nothing of others", async () => {
  await withFiles({ "note.txt": "", [name(1) + ".txt"]: "" }, (dir) => {
    const part = (n: number) =>
      `${dir}/${name(n)}.${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}`;
    make(part(1), 5, 0);
    make(part(2), 5, 2);
    for (let n = 0; n < 300; n++) make(`${dir}/${name(n)}`, n % 2, n);
    for (let n = 0; n < 4; n++) make(`${dir}/memory-${name(n)}`, 7 * MIB, n);
    prune(dir);
    const kinds = Object.groupBy(keptFiles(dir), ({ kind }) => kind ?? "part");
    assertEquals(kinds.part?.map(({ path }) => path), [part(1)]);
    assertEquals([kinds.seen?.length, kinds.none?.length], [128, 128]);
    assertEquals(
      kinds.memory?.map(({ path }) => path),
      [0, 1].map((n) => `${dir}/memory-${name(n)}`),
    );
    assertEquals([...Deno.readDirSync(dir)].length, 3 + 256 + 2);
    return Promise.resolve();
  });
});
