import { assertEquals, assertRejects } from "@std/assert";
import { keepImage, keepMemory } from "../../src/cli/keep_image.ts";
import { keptFiles } from "../../src/cli/kept_files.ts";
import { MEMORY_NAME } from "../../src/cli/memory_file.ts";
import { WarmCache } from "../../src/cli/warm_cache.ts";
import { withFiles } from "../fixtures/files.ts";

const KEY = "a".repeat(64);
const MEMORY = MEMORY_NAME + KEY;
const IMAGE = new Uint8Array(1000);
const DAY_MS = 24 * 60 * 60 * 1000;

/** Try something while files can have so many bytes and no more. */
async function withRoom(bytes: number, attempt: () => Promise<unknown>) {
  const { writeFileSync } = Deno;
  try {
    Object.defineProperty(Deno, "writeFileSync", {
      value: (...[path, data, how]: Parameters<typeof writeFileSync>) => {
        writeFileSync(path, new Uint8Array(), how); // as a full disk does
        if (data.length > bytes) throw new Error("no space left on device");
        writeFileSync(path, data);
      },
    });
    await attempt();
  } finally {
    Object.defineProperty(Deno, "writeFileSync", { value: writeFileSync });
  }
}

/** The sizes of what is kept, by name. */
function sizesIn(dir: string): Record<string, number> {
  const entries = [...Deno.readDirSync(dir)];
  return Object.fromEntries(
    entries.map(({ name }) => [name, Deno.statSync(`${dir}/${name}`).size]),
  );
}

/** Keeps an image and the memory, and counts how often they are made. */
function keeper(dir: string) {
  const made = { images: 0, memories: 0 };
  return {
    made,
    image: () =>
      keepImage(dir, KEY, {
        label: "p.py",
        make: () => {
          made.images++;
          return Promise.resolve(IMAGE);
        },
      }),
    memory: () =>
      keepMemory({
        path: `${dir}/${MEMORY}`,
        make: () => {
          made.memories++;
          return IMAGE;
        },
      }),
  };
}

function makeOlder(path: string, milliseconds: number): void {
  const time = new Date(Date.now() - milliseconds);
  Deno.utimeSync(path, time, time);
}

Deno.test("what finds no room on a disk is made once a day", async () => {
  await withFiles({ [KEY]: "" }, async (dir) => {
    const { made, image, memory } = keeper(dir);
    await withRoom(100, async () => {
      await assertRejects(image, Error, "no space");
      assertEquals(await image(), true);
      await assertRejects(memory, Error, "no space");
      await memory();
    });
    assertEquals(made, { images: 1, memories: 1 });
    assertEquals(sizesIn(dir), { [KEY]: 2, [MEMORY]: 2 });
    assertEquals(keptFiles(dir).map(({ kind }) => kind), ["tried", "tried"]);
    for (const name of [KEY, MEMORY]) makeOlder(`${dir}/${name}`, DAY_MS);
    await image();
    await memory();
    assertEquals(made, { images: 2, memories: 2 });
    assertEquals(sizesIn(dir), { [KEY]: 1008, [MEMORY]: 1000 });
  });
});

Deno.test("nothing is made where not even a note can be written", async () => {
  await withFiles({ [KEY]: "" }, async (dir) => {
    const { made, image, memory } = keeper(dir);
    await withRoom(0, async () => {
      for (const keep of [image, memory, image, memory]) {
        await assertRejects(keep, Error, "no space");
      }
    });
    assertEquals(made, { images: 0, memories: 0 });
    assertEquals(sizesIn(dir), { [KEY]: 0 });
  });
});

Deno.test("a name that is too long is cut between characters", async () => {
  await withFiles({ [KEY]: "" }, async (dir) => {
    const label = "€".repeat(2000);
    await keepImage(dir, KEY, { label, make: () => Promise.resolve(IMAGE) });
    const bytes = await Deno.readFile(`${dir}/${KEY}`);
    const name = new TextDecoder().decode(bytes.subarray(IMAGE.length, -4));
    assertEquals(name, "€".repeat(1365));
  });
});

Deno.test("an image and the memory that were used are the last used ones", async () => {
  await withFiles({ [KEY]: "1234567", [MEMORY]: "12345" }, async (dir) => {
    const paths = [KEY, MEMORY].map((name) => `${dir}/${name}`);
    for (const path of paths) makeOlder(path, 2 * DAY_MS);
    const cache = new WarmCache(dir, "p.py");
    await cache.find(KEY);
    assertEquals(cache.memory.read(KEY, new Uint8Array(8)), 5);
    await cache.finish();
    for (const { path, used } of keptFiles(dir)) {
      assertEquals(used.getTime() > Date.now() - DAY_MS, true, path);
    }
  });
});
