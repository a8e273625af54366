import { assert, assertEquals } from "@std/assert";
import { MEMORY_NAME, MemoryFile } from "../../src/cli/memory_file.ts";
import { withFiles } from "../fixtures/files.ts";

const KEY = "a".repeat(64);

/** Read the file while reading goes wrong after some bytes. */
function readBroken(dir: string, bytes: Uint8Array): number {
  const openSync = Deno.openSync;
  const broken = (...words: Parameters<typeof openSync>) => {
    const file = openSync(...words);
    let reads = 0;
    Object.defineProperty(file, "readSync", {
      value: (into: Uint8Array) => {
        if (reads++ > 0) throw new Error("input/output error");
        into.fill(7, 0, 3);
        return 3;
      },
    });
    return file;
  };
  try {
    Object.defineProperty(Deno, "openSync", { value: broken });
    return new MemoryFile(dir).read(KEY, bytes);
  } finally {
    Object.defineProperty(Deno, "openSync", { value: openSync });
  }
}

Deno.test("a file that cannot be read to its end leaves zeros", async () => {
  await withFiles({ [MEMORY_NAME + KEY]: "12345" }, (dir) => {
    const bytes = new Uint8Array(8);
    assertEquals(readBroken(dir, bytes), 0);
    assert(bytes.every((byte) => byte === 0), `${bytes}`);
    assertEquals(new MemoryFile(dir).read(KEY, bytes), 5);
    assertEquals([...bytes], [49, 50, 51, 52, 53, 0, 0, 0]);
    assertEquals(new MemoryFile(dir).read(KEY, bytes.subarray(0, 4)), 0);
    assertEquals(new MemoryFile(dir).read("b".repeat(64), bytes), 0);
    return Promise.resolve();
  });
});
