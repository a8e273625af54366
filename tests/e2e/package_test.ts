import { assert, assertEquals, assertMatch } from "@std/assert";
import { SIZE_LIMIT, stage, type StagedFile } from "../../package.ts";
import { importsOf } from "../layers.ts";
import { Registry } from "./registry.ts";
import { addStd } from "./std_packages.ts";

const ROOT = new URL("../../", import.meta.url);
const NAME = "@x/py-plugin";
const PACKAGE = `jsr:${NAME}`;
const PLUGIN = "plugin.py";
const PAYLOAD = "Hello there";
const RESULT = "olleH ereht\n";

const CONSUMER = `import { loadPlugin, type Plugin } from "${PACKAGE}";

await using plugin: Plugin = await loadPlugin("./${PLUGIN}");
const text: string = (await plugin.run("${PAYLOAD}")).text();
console.log(text);
// @ts-expect-error a payload is text or bytes: the types reach the consumer
plugin.run(42).catch(() => {});
`;

/** What one run of Deno printed. */
interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user: a folder with a plugin, an empty cache, and the test's registry as JSR. */
class User implements AsyncDisposable {
  readonly #registry: Registry;
  readonly #home: URL;

  private constructor(registry: Registry, home: URL) {
    this.#registry = registry;
    this.#home = home;
  }

  static async create(registry: Registry): Promise<User> {
    const user = new User(registry, await tempDir());
    await Deno.copyFile(
      new URL("plugins/reverse/plugin.py", ROOT),
      new URL(PLUGIN, user.#home),
    );
    return user;
  }

  /** Runs Deno in the user's folder, with the user's cache. */
  deno(...args: string[]): Promise<Output> {
    const env = {
      DENO_DIR: new URL(".cache", this.#home).pathname,
      JSR_URL: this.#registry.url,
    };
    return run(args, this.#home, env);
  }

  /** Writes a file into the user's folder. */
  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(new URL(name, this.#home), text);
  }

  /** Runs Deno twice: both times it prints the result, and the second time it asks the registry for nothing. */
  async runsTwice(...args: string[]): Promise<void> {
    const first = await this.deno(...args);
    assertEquals([first.code, first.stdout], [0, RESULT], first.stderr);
    const before = this.#registry.requests.length;
    const second = await this.deno(...args);
    assertEquals([second.code, second.stdout, second.stderr], [0, RESULT, ""]);
    assertEquals(this.#registry.requests.slice(before), []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#home, { recursive: true });
  }
}

/** An empty folder. */
async function tempDir(): Promise<URL> {
  return new URL(
    `file://${await Deno.makeTempDir({ prefix: "py_plugin_e2e_" })}/`,
  );
}

/** Runs this Deno to its end. */
async function run(
  args: string[],
  cwd: URL,
  env: Record<string, string>,
): Promise<Output> {
  const options = {
    args,
    cwd,
    stdin: "null",
    env: { NO_COLOR: "1", ...env },
  } as const;
  const { code, stdout, stderr } = await new Deno.Command(
    Deno.execPath(),
    options,
  ).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** Stages the package and publishes it with the real `deno publish`, as a developer does. */
async function publish(registry: Registry): Promise<StagedFile[]> {
  const folder = await tempDir();
  try {
    const staged = await stage(ROOT, folder);
    const args = ["publish", "--allow-dirty", "--token", "none"];
    const output = await run(args, new URL("package/", folder), {
      JSR_URL: registry.url,
    });
    assertEquals(output.code, 0, output.stderr);
    return staged;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("package: published once, it is what users type, from an empty cache", async (t) => {
  await using registry = new Registry();
  await addStd(registry, new URL("std/", ROOT));
  const staged = await publish(registry);

  await t.step(
    "the published files are the staged ones, below the limit",
    () => {
      const published = [...registry.files(NAME).keys()].sort();
      assertEquals(published, staged.map(({ path }) => `/${path}`).sort());
      assert(staged.reduce((sum, { size }) => sum + size, 0) < SIZE_LIMIT);
    },
  );

  await t.step("they import each other and true @std, nothing else", () => {
    let std = 0;
    for (const [path, bytes] of registry.files(NAME)) {
      if (!/\.[jt]s$/.test(path)) continue;
      for (const { specifier } of importsOf(new TextDecoder().decode(bytes))) {
        assertMatch(specifier, /^(?:\.{1,2}\/|jsr:@std\/|node:)/, path);
        if (specifier.startsWith("jsr:@std/")) std += 1;
      }
    }
    assert(
      std > 0,
      "nothing published imports @std: is the import of the command line still found?",
    );
  });

  await t.step("`deno run -A jsr:` runs a plugin", async () => {
    await using user = await User.create(registry);
    const before = registry.requests.length;
    await user.runsTwice("run", "-A", PACKAGE, PLUGIN, PAYLOAD);
    assert(
      registry.requests.length > before,
      "an empty cache must ask the registry",
    );
  });

  await t.step(
    "`deno run jsr:` needs read access to the plugin, and nothing else",
    async () => {
      await using user = await User.create(registry);
      await user.runsTwice(
        "run",
        "--no-prompt",
        `--allow-read=${PLUGIN}`,
        PACKAGE,
        PLUGIN,
        PAYLOAD,
      );
      const denied = await user.deno(
        "run",
        "--no-prompt",
        PACKAGE,
        PLUGIN,
        PAYLOAD,
      );
      assertEquals([denied.code > 0, denied.stdout], [true, ""]);
      assertMatch(denied.stderr, /plugin\.py/);
    },
  );

  await t.step(
    "a consumer passes a strict check, and runs with the same access",
    async () => {
      await using user = await User.create(registry);
      await user.write(
        "deno.json",
        JSON.stringify({ compilerOptions: { strict: true } }),
      );
      await user.write("main.ts", CONSUMER);
      const check = await user.deno("check", "main.ts");
      assertEquals(check.code, 0, check.stderr);
      await user.runsTwice(
        "run",
        "--no-prompt",
        `--allow-read=${PLUGIN}`,
        "main.ts",
      );
    },
  );

  await t.step("`./cli` and `./wasi` are entries of their own", async () => {
    await using user = await User.create(registry);
    await user.write(
      "wasi.ts",
      `import { Context } from "${PACKAGE}/wasi";\nnew Context();\n`,
    );
    const check = await user.deno("check", "wasi.ts");
    assertEquals(check.code, 0, check.stderr);
    const before = registry.requests.length;
    const alone = await user.deno("run", "--no-prompt", "wasi.ts");
    assertEquals([alone.code, alone.stdout], [0, ""], alone.stderr);
    const artifact = registry.requests.slice(before).filter((request) =>
      request.endsWith(".wasm")
    );
    assertEquals(
      artifact,
      [],
      "the WASI floor alone must not load the artifact",
    );
    await user.runsTwice("run", "-A", `${PACKAGE}/cli`, PLUGIN, PAYLOAD);
  });
});
