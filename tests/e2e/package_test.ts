import { assert, assertEquals, assertMatch } from "@std/assert";
import { SIZE_LIMIT, stage, type StagedFile } from "../../package.ts";
import { Registry } from "./registry.ts";
import { addStd } from "./std_packages.ts";

const ROOT = new URL("../../", import.meta.url);
const NAME = "@x/py-plugin";
const PACKAGE = `jsr:${NAME}`;
const PLUGIN = "plugin.py";

const CONSUMER = `import { loadPlugin, type Plugin } from "${PACKAGE}";

await using plugin: Plugin = await loadPlugin("./${PLUGIN}");
const text: string = (await plugin.run("Hello there")).text();
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

/** A user's machine: a folder with a plugin, an empty cache, and this registry as JSR. */
class Machine implements AsyncDisposable {
  readonly registry = new Registry();
  readonly staged: readonly StagedFile[];
  readonly #home: URL;

  private constructor(home: URL, staged: readonly StagedFile[]) {
    this.#home = home;
    this.staged = staged;
  }

  /** Stages the package, publishes it with the real `deno publish`, and leaves the cache empty. */
  static async create(): Promise<Machine> {
    const home = new URL(
      `file://${await Deno.makeTempDir({ prefix: "py_plugin_e2e_" })}/`,
    );
    const machine = new Machine(
      home,
      await stage(ROOT, new URL("stage/", home)),
    );
    await addStd(machine.registry, new URL("std/", ROOT));
    await Deno.mkdir(new URL("work/", home));
    await Deno.copyFile(
      new URL("plugins/reverse/plugin.py", ROOT),
      new URL(`work/${PLUGIN}`, home),
    );
    await machine.#publish();
    machine.registry.requests.length = 0;
    return machine;
  }

  /** Runs Deno in the user's folder. */
  deno(...args: string[]): Promise<Output> {
    const env = { DENO_DIR: new URL("cache", this.#home).pathname };
    return run(args, new URL("work/", this.#home), {
      ...env,
      JSR_URL: this.registry.url,
    });
  }

  /** Writes a file into the user's folder. */
  async write(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(new URL(`work/${name}`, this.#home), text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry[Symbol.asyncDispose]();
    await Deno.remove(this.#home, { recursive: true });
  }

  /** Publishing happens with the developer's cache: it is the stand-ins' check, not the user's. */
  async #publish(): Promise<void> {
    const args = ["publish", "--allow-dirty", "--token", "none"];
    const output = await run(args, new URL("stage/package/", this.#home), {
      JSR_URL: this.registry.url,
    });
    assertEquals(output.code, 0, output.stderr);
  }
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

/** What a module imports; the examples in its comments do not count. */
function imported(text: string): string[] {
  const code = text.replaceAll(/^\s*(?:\*|\/\/|\/\*).*$/gm, "");
  return [...code.matchAll(/(?:\bfrom |\bimport |\bimport\()"([^"]+)"/g)].map((
    [, from = ""],
  ) => from);
}

/** Runs Deno twice: both times it prints `expected`, and the second time it asks the registry for nothing. */
async function assertRunsTwice(
  machine: Machine,
  expected: string,
  args: string[],
): Promise<void> {
  const first = await machine.deno(...args);
  assertEquals([first.code, first.stdout], [0, expected], first.stderr);
  const before = machine.registry.requests.length;
  assert(
    before > 0,
    "the first run must have asked the registry: its cache was empty",
  );
  const second = await machine.deno(...args);
  assertEquals([second.code, second.stdout, second.stderr], [0, expected, ""]);
  assertEquals(machine.registry.requests.slice(before), []);
}

Deno.test("package: the published files are the staged ones, and ask for true @std", async () => {
  await using machine = await Machine.create();
  const published = machine.registry.files(NAME);
  assertEquals(
    [...published.keys()].sort(),
    machine.staged.map(({ path }) => `/${path}`).sort(),
  );
  assert(machine.staged.reduce((sum, { size }) => sum + size, 0) < SIZE_LIMIT);
  let imports = 0;
  for (const [path, bytes] of published) {
    if (!path.endsWith(".ts") && !path.endsWith(".js")) continue;
    for (const from of imported(new TextDecoder().decode(bytes))) {
      if (from.includes("@std/")) imports += 1;
      assertMatch(from, /^(\.{1,2}\/|jsr:@std\/|node:)/, path);
    }
  }
  assert(
    imports > 0,
    "nothing published imports @std: look at the patterns of this test",
  );
});

Deno.test("package: `deno run -A jsr:` runs a plugin from an empty cache", async () => {
  await using machine = await Machine.create();
  await assertRunsTwice(machine, "olleH ereht\n", [
    "run",
    "-A",
    PACKAGE,
    PLUGIN,
    "Hello there",
  ]);
});

Deno.test("package: `deno run jsr:` needs read access to the plugin, and nothing else", async () => {
  await using machine = await Machine.create();
  const flags = ["run", "--no-prompt", `--allow-read=${PLUGIN}`];
  await assertRunsTwice(machine, "olleH ereht\n", [
    ...flags,
    PACKAGE,
    PLUGIN,
    "Hello there",
  ]);
  const denied = await machine.deno(
    "run",
    "--no-prompt",
    PACKAGE,
    PLUGIN,
    "Hello there",
  );
  assertEquals([denied.code === 0, denied.stdout], [false, ""]);
  assertMatch(denied.stderr, /plugin\.py/);
});

Deno.test("package: a consumer passes a strict check and runs", async () => {
  await using machine = await Machine.create();
  await machine.write(
    "deno.json",
    JSON.stringify({ compilerOptions: { strict: true } }),
  );
  await machine.write("main.ts", CONSUMER);
  const check = await machine.deno("check", "main.ts");
  assertEquals(check.code, 0, check.stderr);
  await assertRunsTwice(machine, "olleH ereht\n", [
    "run",
    `--allow-read=${PLUGIN}`,
    "main.ts",
  ]);
});

Deno.test("package: `./wasi` and `./cli` are entries of their own", async () => {
  await using machine = await Machine.create();
  await machine.write("wasi.ts", `export * from "${PACKAGE}/wasi";\n`);
  const check = await machine.deno("check", "wasi.ts");
  assertEquals(check.code, 0, check.stderr);
  await assertRunsTwice(machine, "olleH ereht\n", [
    "run",
    "-A",
    `${PACKAGE}/cli`,
    PLUGIN,
    "Hello there",
  ]);
});
