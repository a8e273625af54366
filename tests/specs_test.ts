/**
 * Behaviour as a user sees it, one file of `tests/specs/` for each: the flags,
 * the files around, the plugin, and what the program writes.
 *
 * ```text
 * # flags
 * --allow-read=data
 * # file data/in.csv
 * 1,2
 * # plugin.py
 * print(open("data/in.csv").read())
 * # stdout
 * 1,2
 * # stderr
 * # status
 * 0
 * ```
 *
 * `UPDATE=1 deno task test` rewrites what the program wrote; look at the diff.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { cacheIn } from "./fixtures/cache.ts";
import { withFiles } from "./fixtures/files.ts";

const SPECS = new URL("specs/", import.meta.url);
const PROGRAM = new URL("../mod.ts", import.meta.url);

/** The parts of a spec by their titles, in order. */
function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(/^# (?=flags|file |plugin\.py|std|status)/m)) {
    const cut = part.indexOf("\n");
    if (cut > 0) parts.set(part.slice(0, cut), part.slice(cut + 1));
  }
  return parts;
}

/** Run a spec's plugin as a user does, in a directory with its files. */
async function outcomeOf(
  parts: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const files = Object.fromEntries(
    [...parts].flatMap(([title, text]) =>
      title === "plugin.py"
        ? [[title, text]]
        : title.startsWith("file ")
        ? [[title.slice("file ".length), text]]
        : []
    ),
  );
  const outcome = new Map<string, string>();
  await withFiles(files, async (made) => {
    const directory = await Deno.realPath(made);
    const flags = (parts.get("flags") ?? "").split("\n").filter(Boolean);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", PROGRAM.href, ...flags, "plugin.py"],
      cwd: directory,
      env: { NO_COLOR: "1", CITY: "Oslo", ...cacheIn() },
      stdin: "null",
    }).output();
    const shown = (bytes: Uint8Array) =>
      new TextDecoder().decode(bytes).replaceAll(directory, "/here")
        .replaceAll(/(?<=\S) {2,}/g, "  "); // columns are as wide as paths
    outcome.set("stdout", shown(stdout)).set("stderr", shown(stderr));
    outcome.set("status", `${code}\n`);
  });
  return outcome;
}

function specText(parts: ReadonlyMap<string, string>): string {
  return [...parts].map(([title, text]) => `# ${title}\n${text}`).join("");
}

for (const { name } of [...Deno.readDirSync(SPECS)].sort(byName)) {
  Deno.test(`specs/${name}`, async () => {
    const file = new URL(name, SPECS);
    const text = await Deno.readTextFile(file);
    const parts = partsOf(text);
    const outcome = await outcomeOf(parts);
    const real = specText(new Map([...parts, ...outcome]));
    if (Deno.env.get("UPDATE") === "1") await Deno.writeTextFile(file, real);
    else assertEquals(real, text);
  });
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
