import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { SIZE_LIMIT, stage } from "../package.ts";

/** The smallest repo that can be staged. */
const REPO: Readonly<Record<string, string>> = {
  "deno.json": JSON.stringify({
    name: "@x/small",
    version: "1.2.3",
    license: "MIT",
    exports: { ".": "./mod.ts" },
    imports: {
      "@std/fmt": "jsr:@std/fmt@^1.0.0",
      "@std/assert": "jsr:@std/assert@^1.0.0",
    },
    links: ["./std/*"],
    tasks: { test: "deno test" },
  }),
  "mod.ts": 'export * from "./src/a.ts";\n',
  "src/a.ts":
    'import { red } from "@std/fmt/colors";\nexport const a: string = red("a");\n',
  "src/forgotten.ts": "export const forgotten: number = 1;\n",
  "tests/a_test.ts": 'import "../mod.ts";\n',
  "std/fmt/deno.json": JSON.stringify({
    name: "@std/fmt",
    version: "1.0.0",
    exports: { "./colors": "./colors.ts" },
  }),
  "std/fmt/colors.ts": "export const red = (text: string): string => text;\n",
  "wrapper/dist/python.wasm": "not really\n",
  "LICENSE": "MIT\n",
  "README.md": "# small\n",
  "CHANGELOG.md": "# Changes\n",
};

/** A repo on disk that goes away with its stage. */
class Repo implements AsyncDisposable {
  readonly #home: URL;

  private constructor(home: URL) {
    this.#home = home;
  }

  /** Writes the smallest repo, with some files changed. */
  static async create(changed: Record<string, string> = {}): Promise<Repo> {
    const repo = new Repo(
      new URL(
        `file://${await Deno.makeTempDir({ prefix: "py_plugin_stage_" })}/`,
      ),
    );
    for (const [path, text] of Object.entries({ ...REPO, ...changed })) {
      const file = new URL(`repo/${path}`, repo.#home);
      await Deno.mkdir(new URL("./", file), { recursive: true });
      await Deno.writeTextFile(file, text);
    }
    return repo;
  }

  /** Stages it and gives the published paths. */
  async stage(): Promise<string[]> {
    const files = await stage(
      new URL("repo/", this.#home),
      new URL("stage/", this.#home),
    );
    return files.map(({ path }) => path);
  }

  /** A staged configuration file. */
  async staged(path: string): Promise<Record<string, unknown>> {
    return JSON.parse(
      await Deno.readTextFile(new URL(`stage/${path}`, this.#home)),
    );
  }

  /** A staged file. */
  async text(path: string): Promise<string> {
    return await Deno.readTextFile(new URL(`stage/${path}`, this.#home));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#home, { recursive: true });
  }
}

Deno.test("stage() takes what the exports reach, the artifact and the texts, nothing else", async () => {
  await using repo = await Repo.create();
  assertEquals(await repo.stage(), [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "deno.json",
    "mod.ts",
    "src/a.ts",
    "src/js/mod.js",
    "wrapper/dist/python.wasm",
  ]);
});

Deno.test("stage() publishes only the imports in use, and no links or tasks", async () => {
  await using repo = await Repo.create();
  await repo.stage();
  assertEquals(await repo.staged("package/deno.json"), {
    name: "@x/small",
    version: "1.2.3",
    license: "MIT",
    exports: { ".": "./src/js/mod.js" },
    imports: { "@std/fmt": "jsr:@std/fmt@^1.0.0" },
  });
  const { links } = await repo.staged("deno.json");
  assertEquals(links, ["../repo/std/fmt"]);
});

Deno.test("stage() bundles the code, with the modules' types", async () => {
  await using repo = await Repo.create();
  await repo.stage();
  const code = await repo.text("package/src/js/mod.js");
  assertMatch(code, /^\/\/ @ts-self-types="\.\.\/\.\.\/mod\.ts"\n/);
  assertMatch(code, /from "@std\/fmt\/colors"/); // and no copy of it
  assertMatch(code, /red\("a"\)/);
});

Deno.test("stage() leaves a program a program when another export imports it", async () => {
  const config = JSON.parse(REPO["deno.json"] ?? "");
  const exports = { ".": "./mod.ts", "./cli": "./src/main.ts" };
  await using repo = await Repo.create({
    "deno.json": JSON.stringify({ ...config, exports }),
    "mod.ts":
      'export * from "./src/a.ts";\nif (import.meta.main) import("./src/main.ts");\n',
    "src/main.ts": 'import { a } from "../mod.ts";\nconsole.log("main", a);\n',
  });
  await repo.stage();
  const code = await repo.text("package/src/js/mod.js");
  const [, main = ""] = /if \(import\.meta\.main\) import\("\.\/([^"]+)"\)/
    .exec(code) ?? [];
  assertMatch(await repo.text(`package/src/js/${main}`), /"main"/);
});

Deno.test("stage() bundles what is started by its address, and starts the bundle", async () => {
  await using repo = await Repo.create({
    "src/a.ts":
      'export const a: URL = new URL("./entry.ts", import.meta.url);\n',
    "src/entry.ts": 'import { b } from "./b.ts";\nconsole.log(b);\n',
    "src/b.ts": 'export const b: string = "in the worker";\n',
  });
  const paths = await repo.stage();
  assertEquals(paths.filter((path) => path.startsWith("src/")), [
    "src/a.ts",
    "src/b.ts",
    "src/entry.ts",
    "src/js/mod.js",
    "src/js/src/entry.js",
  ]);
  const code = await repo.text("package/src/js/mod.js");
  assertMatch(code, /new URL\("\.\/src\/entry\.js", import\.meta\.url\)/);
  assertMatch(await repo.text("package/src/js/src/entry.js"), /in the worker/);
});

Deno.test("stage() leaves nothing of an older stage", async () => {
  await using repo = await Repo.create();
  const before = await repo.stage();
  assertEquals(await repo.stage(), before);
});

Deno.test("stage() refuses an import of what is not published", async () => {
  await using repo = await Repo.create({
    "src/a.ts": 'export * from "../tests/a_test.ts";\n',
  });
  await assertRejects(
    () => repo.stage(),
    Error,
    "tests/a_test.ts, which is not published",
  );
});

Deno.test("stage() refuses an import of what is not there", async () => {
  await using repo = await Repo.create({
    "src/a.ts": 'export * from "./nowhere.ts";\n',
  });
  await assertRejects(() => repo.stage(), Error, "nowhere.ts");
});

Deno.test("stage() refuses a file that is found by its address and not published", async () => {
  const text =
    'export const a: URL = new URL("../plugins/x.py", import.meta.url);\n';
  await using repo = await Repo.create({ "src/a.ts": text });
  await assertRejects(
    () => repo.stage(),
    Error,
    'it reads "plugins/x.py", which is not published',
  );
});

Deno.test("stage() refuses more than the registry takes", async () => {
  await using repo = await Repo.create({
    "wrapper/dist/large.wasm": "x".repeat(SIZE_LIMIT),
  });
  await assertRejects(() => repo.stage(), Error, "JSR takes 20971520");
});
