import { assertEquals } from "@std/assert";
import {
  brokenImports,
  brokenPurity,
  importsOf,
  type Sources,
} from "./layers.ts";

const ROOT = new URL("../", import.meta.url);

/** Pure files can be tested over generated input; these carry the weight of the path gate and of grants. */
const PURE = [
  "src/wasi/abi.ts",
  "src/wasi/guest_path.ts",
  "src/plugin/grants.ts",
  "src/plugin/grant_tree.ts",
];

/** The sources that the rules are about, as they are on disk. */
async function sources(): Promise<Sources> {
  const found = new Map<string, string>();
  for (const path of ["mod.ts", "build.ts"]) {
    found.set(path, await Deno.readTextFile(new URL(path, ROOT)));
  }
  for (const folder of ["src/", "wrapper/build/"]) await collect(folder, found);
  return found;
}

async function collect(
  folder: string,
  found: Map<string, string>,
): Promise<void> {
  for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
    const path = folder + entry.name;
    if (entry.isDirectory) await collect(`${path}/`, found);
    else if (path.endsWith(".ts")) {
      found.set(path, await Deno.readTextFile(new URL(path, ROOT)));
    }
  }
}

/** The verdict on one planted line. */
function verdict(path: string, line: string): string[] {
  return brokenImports(new Map([[path, line]])).map((text) =>
    text.slice(path.length + 2)
  );
}

Deno.test("layers: imports only go down the house, through the doors", async () => {
  assertEquals(brokenImports(await sources()), []);
});

Deno.test("layers: the pure files touch neither Deno nor wasm", async () => {
  assertEquals(brokenPurity(await sources(), PURE), []);
});

Deno.test("layers: importsOf() finds every form of import, and none in comments", () => {
  const text = [
    'import a from "./a.ts";',
    'import { b,\n  type B } from "./b.ts";',
    'import * as c from "./c.ts";',
    'import type { D } from "./d.ts";',
    'import "./e.ts";',
    'export * from "./f.ts";',
    'export { g } from "./g.ts";',
    'import source h from "./h.wasm";',
    'const i = await import("./i.ts");',
    "const j = await import(`./j.ts`);",
    "const k = await import(name);",
    '/** ```ts\n * import { l } from "./l.ts";\n * ``` */',
    '// import { m } from "./m.ts";',
    'const n = "https://x.y/"; import "./n.ts"; // import "./o.ts"',
  ].join("\n");
  const found = importsOf(text);
  assertEquals(
    found.filter(({ dynamic }) => !dynamic).map(({ specifier }) => specifier),
    [
      "./a.ts",
      "./b.ts",
      "./c.ts",
      "./d.ts",
      "./e.ts",
      "./f.ts",
      "./g.ts",
      "./h.wasm",
      "./n.ts",
    ],
  );
  assertEquals(
    found.filter(({ dynamic }) => dynamic).map(({ specifier }) => specifier),
    ["./i.ts", "./j.ts", ""],
  );
});

Deno.test("layers: a planted way up is found, whatever the form of the import", () => {
  const up = ['wasi -> cli is no way down ("../cli/main.ts")'];
  assertEquals(
    verdict("src/wasi/host.ts", 'import { main } from "../cli/main.ts";'),
    up,
  );
  assertEquals(verdict("src/wasi/host.ts", 'import "../cli/main.ts";'), up);
  assertEquals(
    verdict("src/wasi/host.ts", 'export * from "../cli/main.ts";'),
    up,
  );
  assertEquals(
    verdict("src/wasi/host.ts", 'await import("../cli/main.ts");'),
    up,
  );
  assertEquals(verdict("src/bridge/a.ts", 'import "../wasi/mod.ts";'), [
    'bridge -> wasi is no way down ("../wasi/mod.ts")',
  ]);
  assertEquals(verdict("src/plugin/a.ts", 'import "../../tests/helpers.ts";'), [
    'plugin -> outside is no way down ("../../tests/helpers.ts")',
  ]);
});

Deno.test("layers: a floor is entered by its door", () => {
  assertEquals(verdict("src/runtime/a.ts", 'import "../wasi/fd_table.ts";'), [
    'runtime -> wasi does not go through a door: import src/wasi/mod.ts ("../wasi/fd_table.ts")',
  ]);
  assertEquals(
    verdict(
      "src/runtime/a.ts",
      'import "../wasi/mod.ts"; import "../errors.ts";',
    ),
    [],
  );
  assertEquals(
    verdict("src/runtime/a.ts", 'import "../../wrapper/modules.js";'),
    [],
  );
  assertEquals(
    verdict("src/plugin/a.ts", 'import "../../wrapper/modules.js";'),
    [
      'plugin -> artifact is no way down ("../../wrapper/modules.js")',
    ],
  );
  assertEquals(verdict("src/cli/main.ts", 'import "../../mod.ts";'), []);
});

Deno.test("layers: the front door loads the program only when it is the program", () => {
  assertEquals(verdict("mod.ts", 'import("./src/cli/main.ts");'), []);
  assertEquals(verdict("mod.ts", 'import "./src/cli/main.ts";'), [
    "mod -> cli must be dynamic: a library does not load the program",
  ]);
});

Deno.test("layers: what costs at start is imported where it is used", () => {
  assertEquals(
    verdict(
      "src/cli/a.ts",
      'import "@std/cli/parse-args"; import "@std/path/posix/join";',
    ),
    [],
  );
  assertEquals(verdict("src/cli/a.ts", 'await import("node:vm");'), []);
  assertEquals(verdict("src/cli/a.ts", 'import "node:vm";'), [
    'imports "node:vm" at start; that costs 10 to 35 ms: import it where it is used',
  ]);
  assertEquals(verdict("src/cli/a.ts", 'import "npm:chalk";'), [
    'imports "npm:chalk", which is none of this house\'s packages',
  ]);
  assertEquals(verdict("src/cli/a.ts", "await import(name);"), [
    "a computed import, which nothing can check",
  ]);
});

Deno.test("layers: a pure file that touches Deno, or that went away, is found", () => {
  const planted = new Map([["src/a.ts", "Deno.cwd();"], [
    "src/b.ts",
    "// Deno.cwd()\n",
  ]]);
  assertEquals(brokenPurity(planted, ["src/a.ts", "src/b.ts", "src/c.ts"]), [
    "src/a.ts: listed as pure, but it touches Deno or WebAssembly",
    "src/c.ts: listed as pure, but not there",
  ]);
});
