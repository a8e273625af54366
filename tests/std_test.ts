import { assertEquals } from "@std/assert";

const STD = new URL("../std/", import.meta.url);
const VALUE = /^export declare (?:function|class|const) (\w+)/gm;

/** Every declaration file of the stand-ins, as a path inside `std/`. */
async function* declarations(dir: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(dir)) {
    const url = new URL(entry.name + (entry.isDirectory ? "/" : ""), dir);
    if (entry.isDirectory) yield* declarations(url);
    else if (entry.name.endsWith(".d.ts")) yield url;
  }
}

Deno.test("std: every value that a stand-in declares is there at run time", async () => {
  const missing: string[] = [];
  for await (const file of declarations(STD)) {
    const module = await import(file.href.replace(/\.d\.ts$/, ".ts"));
    const text = await Deno.readTextFile(file);
    for (const [, name = ""] of text.matchAll(VALUE)) {
      if (!(name in module)) {
        missing.push(`${file.href.slice(STD.href.length)}: ${name}`);
      }
    }
  }
  assertEquals(missing, []);
});

Deno.test("std: every export of a stand-in names a file that is there", async () => {
  for await (const entry of Deno.readDir(STD)) {
    if (!entry.isDirectory) continue;
    const dir = new URL(`${entry.name}/`, STD);
    const { exports } = JSON.parse(
      await Deno.readTextFile(new URL("deno.json", dir)),
    );
    for (const path of Object.values<string>(exports)) {
      assertEquals(
        (await Deno.stat(new URL(path, dir))).isFile,
        true,
        `${entry.name}: ${path}`,
      );
    }
  }
});
