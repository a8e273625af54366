import { assert, assertEquals, assertMatch } from "@std/assert";
import { memorySum, SUM_SIZE } from "../../src/runtime/memory_sum.ts";
import { cacheIn } from "../fixtures/cache.ts";
import { withFiles } from "../fixtures/files.ts";
import { program, type Run, type RunOptions } from "../fixtures/program.ts";

/** A directory for a cache, and files. */
interface Place {
  /** Where the files are. */
  readonly dir: string;
  /** Where the program keeps what it keeps. */
  readonly cache: string;
  /** Run the program with that cache. */
  run(words: readonly string[], options?: RunOptions): Promise<Run>;
  /** The sizes of what is kept, the smallest first. */
  sizes(): number[];
}

async function withCache(
  files: Record<string, string>,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  await withFiles({ ...files, "home/x": "" }, async (dir) => {
    const cache = `${dir}/home/py-plugin`;
    const env = cacheIn(`${dir}/home`);
    await use({
      dir,
      cache,
      run: (words, options) => program(words, { env, ...options }),
      sizes: () => namesIn(cache).map((name) => sizeOf(cache, name)).sort(),
    });
  });
}

/** What is kept for plugins. */
function namesIn(directory: string): string[] {
  return allIn(directory).filter((name) => !name.startsWith("memory-"));
}

/** What is kept for every start. */
function memoryIn(directory: string): string {
  const [path = "", ...more] = allIn(directory)
    .filter((name) => name.startsWith("memory-"))
    .map((name) => `${directory}/${name}`);
  assertEquals(more, []);
  return path;
}

function allIn(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function sizeOf(directory: string, name: string): number {
  return Deno.statSync(`${directory}/${name}`).size;
}

/** A kept memory with other letters in a text that it has once. */
function changed(
  kept: Uint8Array,
  text: string,
  letters: string,
): Uint8Array<ArrayBuffer> {
  const start = 65536;
  const end = start + kept.length - SUM_SIZE;
  const memory = new WebAssembly.Memory({
    initial: 1 + Math.ceil(kept.length / 65536),
  });
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(kept, start);
  const at = new TextDecoder("latin1").decode(bytes).indexOf(text);
  bytes.set(new TextEncoder().encode(letters), at);
  bytes.set(memorySum(memory, start, end), end);
  return bytes.slice(start, end + SUM_SIZE);
}

function modeOf(path: string): number | null {
  return Deno.statSync(path).mode;
}

Deno.test("a plugin has an image from its second run on, and starts from it", async () => {
  const files = { "a/p.py": "print('a')", "b/p.py": "print('b')" };
  await withCache(files, async ({ dir, cache, run, sizes }) => {
    const a = `${dir}/a/p.py`;
    assertEquals(await run([a]), { status: 0, stdout: "a\n", stderr: "" });
    assertEquals(sizes(), [0]);
    assertEquals((await run([a])).stdout, "a\n");
    const [image = 0] = sizes();
    assert(image > 100_000 && image < 2_000_000, `${image}`);
    const [nameOfA = ""] = namesIn(cache);
    assertEquals(modeOf(cache), 0o40700);
    assertEquals(modeOf(`${cache}/${nameOfA}`), 0o100600);
    // In the place of another one it shows that it is what runs.
    await run([`${dir}/b/p.py`]);
    const nameOfB = namesIn(cache).find((name) => name !== nameOfA);
    await Deno.copyFile(`${cache}/${nameOfA}`, `${cache}/${nameOfB}`);
    assertEquals((await run([`${dir}/b/p.py`])).stdout, "a\n");
    const without = await run(["--no-cache", `${dir}/b/p.py`]);
    assertEquals(without.stdout, "b\n");
  });
});

Deno.test("what every start begins with is kept from a second run on, and read", async () => {
  const files = {
    "p.py": "print('good')",
    "q.py": "print('good')",
    "says.py": "print(len.__doc__)",
  };
  await withCache(files, async ({ dir, cache, run }) => {
    const good = { status: 0, stdout: "good\n", stderr: "" };
    await run([`${dir}/p.py`]);
    assertEquals(memoryIn(cache), "");
    await run([`${dir}/p.py`]);
    const path = memoryIn(cache);
    assertEquals(modeOf(path), 0o100600);
    const memory = await Deno.readFile(path);
    assertMatch(`${memory.length}`, /^7\d{6}$/);
    for (const plugin of ["p.py", "q.py"]) {
      assertEquals(await run([`${dir}/${plugin}`]), good);
    }
    // A plugin that was seen before makes a damaged one anew.
    for (
      const bytes of [
        memory.with(memory.length >> 1, 0x55),
        memory.subarray(32),
        new Uint8Array(),
      ]
    ) {
      await Deno.writeFile(path, bytes);
      assertEquals(await run([`${dir}/q.py`]), good);
      assertEquals(await Deno.readFile(path), memory);
    }
    // What a changed one says, with its right sum, shows that it is read.
    await Deno.writeFile(
      path,
      changed(
        memory,
        "Return the number of items in a con",
        "Return the NUMBER",
      ),
    );
    const says = async (...words: string[]) =>
      (await run([...words, `${dir}/says.py`])).stdout;
    assertMatch(await says(), /^Return the NUMBER of items/);
    assertMatch(await says("--no-cache"), /^Return the number of items/);
  });
});

Deno.test("a changed plugin, or a file beside it, is not the old one", async () => {
  const files = {
    "p/plugin.py": `import sdk
import helper
def run_e(payload, ident): sdk.return_result(helper.mark(payload), ident)`,
    "p/helper.py": "def mark(text): return text + '1'",
    "p/data.txt": "x",
  };
  await withCache(files, async ({ dir, run, sizes }) => {
    const words = [`${dir}/p`, "text"];
    for (const _ of [1, 2, 3]) {
      assertEquals((await run(words)).stdout, "text1\n");
    }
    await Deno.writeTextFile(
      `${dir}/p/helper.py`,
      "def mark(text): return text + '2'",
    );
    for (const _ of [1, 2, 3]) {
      assertEquals((await run(words)).stdout, "text2\n");
    }
    assertEquals(sizes().length, 2);
  });
});

Deno.test("a damaged image is ignored, and made anew", async () => {
  await withCache({ "p.py": "print('good')" }, async (place) => {
    const { dir, cache, run, sizes } = place;
    for (const _ of [1, 2]) await run([`${dir}/p.py`]);
    const path = `${cache}/${namesIn(cache)[0]}`;
    const [size] = sizes();
    const image = await Deno.readFile(path);
    const damages = [
      image.subarray(0, -1),
      image.with(image.length >> 1, 0x55),
      image.subarray(0, 7),
      image.with(image.length - 1, 0xff),
    ];
    for (const bytes of damages) {
      await Deno.writeFile(path, bytes);
      const good = { status: 0, stdout: "good\n", stderr: "" };
      assertEquals(await run([`${dir}/p.py`]), good);
      assertEquals(sizes(), [size]);
    }
  });
});

Deno.test("nothing is kept, or asked for, where Deno does not allow it", async () => {
  await withCache(
    { "p.py": "print(1)" },
    async ({ dir, cache, run, sizes }) => {
      const p = `${dir}/p.py`;
      const some: readonly string[][] = [
        [`--allow-read=${p}`],
        [`--allow-read=${p}`, "--allow-env"],
        ["--allow-read", "--allow-env"],
        [`--allow-read=${p}`, "--allow-write", "--allow-env"],
        ["--allow-read", "--allow-write"],
        ["-A", `--deny-write=${cache}`],
        ["-A", `--deny-read=${cache}`],
        ["-A", "--deny-env=XDG_CACHE_HOME,HOME"],
      ];
      for (const permissions of some) {
        const { stdout, stderr } = await run([p], { permissions });
        assertEquals([stdout, stderr], ["1\n", ""], permissions.join(" "));
      }
      assertEquals(namesIn(`${dir}/home`), ["x"]);
      const { stdout } = await run(["cache", "info"], {
        permissions: ["--allow-env", "--allow-read"],
      });
      assertEquals(
        stdout,
        `${cache}: nothing is kept, since Deno does not allow it; run with --allow-write=${cache}\n`,
      );
      const enough = [
        `--allow-read=${p},${cache}`,
        `--allow-write=${cache}`,
        "--allow-env=XDG_CACHE_HOME,HOME",
      ];
      await run([p], { permissions: enough });
      assertEquals(sizes(), [0]);
    },
  );
});

Deno.test("no question of Deno's is about the cache", async () => {
  await withCache({ "p.py": "print(1)" }, async ({ dir, cache }) => {
    const p = `${dir}/p.py`;
    for (
      const more of ["", "--allow-env", `--allow-env --allow-read=${cache}`]
    ) {
      const command =
        `${Deno.execPath()} run --allow-read=${p} ${more} mod.ts ${p}`;
      const terminal = new Deno.Command("script", {
        args: ["-qec", `exec timeout 60 ${command}`, "/dev/null"],
        stdin: "null",
        env: { NO_COLOR: "1", ...cacheIn(`${dir}/home`) },
      });
      const { stdout } = await terminal.output();
      const text = new TextDecoder().decode(stdout).replaceAll("\r", "");
      assertEquals([text.includes("Allow?"), text.includes("1\n")], [
        false,
        true,
      ]);
    }
  });
});

Deno.test("a directory that others may write to is not used", async () => {
  await withCache({ "p.py": "print(1)" }, async ({ dir, cache, run }) => {
    await Deno.mkdir(cache);
    await Deno.chmod(cache, 0o755);
    assertEquals((await run([`${dir}/p.py`])).stdout, "1\n");
    assertEquals(namesIn(cache), []);
    const { stderr, status } = await run(["cache", "clear"]);
    assertEquals([status, stderr], [
      1,
      `error: Cannot clear the cache "${cache}": others may look into it or change it (its mode is 755); chmod 700 it, when all in it is yours\n`,
    ]);
    await Deno.remove(cache);
    await Deno.symlink(`${dir}/home`, cache);
    assertEquals((await run([`${dir}/p.py`])).stdout, "1\n");
    assertEquals(namesIn(`${dir}/home`).sort(), ["py-plugin", "x"]);
  });
});

Deno.test("several processes at once keep one image", async () => {
  const source = "import json, asyncio\nprint(asyncio.__name__)";
  await withCache({ "p.py": source }, async ({ dir, run, sizes }) => {
    for (const _round of [1, 2, 3]) {
      const runs = [1, 2, 3].map(() => run([`${dir}/p.py`]));
      for (const { stdout, stderr } of await Promise.all(runs)) {
        assertEquals([stdout, stderr], ["asyncio\n", ""]);
      }
    }
    const [image = 0, ...more] = sizes();
    assertEquals(more, []);
    assert(image > 1_000_000);
  });
});

Deno.test("a plugin cannot choose what others run", async () => {
  const source = `import os, sys
for way in (lambda: open(sys.argv[1] + "/x", "w"), lambda: os.mkdir(sys.argv[1]),
            lambda: os.rename(sys.argv[1], sys.argv[1] + "2")):
    try: print(way())
    except OSError as error: print(type(error).__name__)
`;
  await withCache({ "p.py": source, "q.py": "1" }, async (place) => {
    const { dir, cache, run } = place;
    const grants = [
      ["--allow-write", "--allow-read"],
      [`--allow-write=${dir}`, `--allow-read=${dir}`],
      [`--mount=${dir}/home:/m`],
    ];
    for (const there of [false, true]) {
      if (there) await run([`${dir}/q.py`]);
      for (const words of grants) {
        const at = words.length === 1 ? "/m/py-plugin" : cache;
        const { stdout } = await run([
          "--no-cache",
          ...words,
          `${dir}/p.py`,
          at,
        ]);
        assertMatch(stdout, /^(\w+Error\n){3}$/, words.join(" "));
      }
    }
    assertEquals(namesIn(cache).length, 1);
  });
});

Deno.test("cache info tells what is kept, and cache clear removes it", async () => {
  const files = { "a.py": "print(1)", "b.py": "print(2)" };
  await withCache(files, async ({ dir, cache, run, sizes }) => {
    const empty = await run(["cache", "info"]);
    assertEquals(
      empty.stdout,
      `${cache}: 0 images, 0 B of at most 256 MiB\n`,
    );
    for (const _ of [1, 2]) await run([`${dir}/a.py`]);
    await run([`${dir}/b.py`]);
    await Deno.writeTextFile(`${cache}/mine.txt`, "not ours");
    const { stdout } = await run(["cache", "info"]);
    const [head, memory, line, ...rest] = stdout.split("\n");
    assertMatch(memory ?? "", /^ +6\.\d+ MiB {2}what every start begins with$/);
    assertMatch(head ?? "", /: 1 image, 7\.\d+ MiB of at most 256 MiB$/);
    assertMatch(line ?? "", /^ +\d+ kiB {2}\d{4}-\d\d-\d\d {2}\/.*\/a\.py$/);
    assertEquals(rest, [""]);
    const cleared = await run(["cache", "clear"]);
    assertMatch(cleared.stdout, /: 1 image removed, 7\.\d+ MiB\n$/);
    assertEquals(namesIn(cache), ["mine.txt"]);
    await Deno.remove(`${cache}/mine.txt`);
    assertEquals(sizes(), []);
  });
});

Deno.test("cache teaches its words, and exits 2 without them", async () => {
  const help = await program(["cache", "--help"]);
  assertEquals([help.status, help.stderr], [0, ""]);
  for (const line of help.stdout.split("\n")) {
    assertEquals(line.length <= 80, true, line);
  }
  for (const words of [[], ["x"], ["info", "x"], ["info", "--x"]]) {
    const { status, stdout, stderr } = await program(["cache", ...words]);
    assertEquals([status, stdout], [2, ""]);
    assertMatch(stderr, /^error: .*\nusage: py-plugin cache info \| clear; /);
  }
});
