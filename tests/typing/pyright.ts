// deno-lint-ignore-file no-console -- a command of the house: it prints what it found
/**
 * Holds stubs and example plugins against pyright, strict: `deno task pyright`.
 *
 * Pyright comes from npm; what it finds is compared with what the files say of
 * themselves: a line that ends with `# error` is one, and no other is.
 *
 * @module
 */

const PYRIGHT = "npm:pyright@1.1.414";
const FIXTURES = new URL("../fixtures/types/", import.meta.url);
const PLUGINS = new URL("../../plugins/", import.meta.url);

if (import.meta.main) Deno.exitCode = await main();

async function main(): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "py_plugin_pyright_" });
  try {
    await fill(directory);
    const wanted = await markedLines(directory);
    const found = await pyright(directory);
    const surplus = found.filter((line) => !wanted.has(keyOf(line)));
    const keys = new Set(found.map(keyOf));
    const lacking = [...wanted].filter((key) => !keys.has(key));
    for (const line of surplus) console.error(`not expected: ${line}`);
    for (const key of lacking) console.error(`not found: ${key}`);
    console.log(
      `${wanted.size} mistakes marked, ${found.length} errors, ${surplus.length} of them not expected`,
    );
    return surplus.length + lacking.length === 0 && wanted.size > 0 ? 0 : 1;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** `path:line` of an error. */
function keyOf(line: string): string {
  return /^[^:]*:\d+/.exec(line)?.[0] ?? line;
}

/** A root of its own for each: its host's stubs lie beside it. */
async function fill(directory: string): Promise<void> {
  const roots = ["fixtures"];
  await types("--host", new URL("host.ts", FIXTURES), `${directory}/fixtures`);
  for (const name of ["uses_host.py", "misuses_host.py"]) {
    const copy = `${directory}/fixtures/${name}`;
    await Deno.copyFile(new URL(name, FIXTURES), copy);
  }
  for await (const { name } of Deno.readDir(PLUGINS)) {
    roots.push(name);
    await fillPlugin(new URL(`${name}/`, PLUGINS), `${directory}/${name}`);
  }
  await Deno.writeTextFile(
    `${directory}/pyrightconfig.json`,
    JSON.stringify({
      typeCheckingMode: "strict",
      pythonVersion: "3.14",
      reportMissingModuleSource: false,
      executionEnvironments: roots.map((root) => ({ root })),
    }),
  );
}

async function fillPlugin(source: URL, target: string): Promise<void> {
  const main = new URL("main.ts", source);
  const offers = await Deno.readTextFile(main).then(
    (text) => /^(?:export )?const host = /m.test(text),
    () => false,
  );
  await (offers ? types("--host", main, target) : types("--sdk", null, target));
  const copy = `${target}/plugin.py`;
  await Deno.copyFile(new URL("plugin.py", source), copy);
}

async function types(
  flag: string,
  host: URL | null,
  output: string,
): Promise<void> {
  const what = host === null ? flag : `${flag}=${host.pathname}`;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "mod.ts", "types", what, `--output=${output}`],
    cwd: new URL("../../", import.meta.url),
    stdout: "null",
  }).output();
  if (!success) throw new Error(`Cannot write the stubs with types ${what}`);
}

/** Every line of the fixtures that says it is a mistake. */
async function markedLines(directory: string): Promise<Set<string>> {
  const text = await Deno.readTextFile(`${directory}/fixtures/misuses_host.py`);
  return new Set(
    text.split("\n").flatMap((line, index) =>
      line.endsWith("# error") ? [`fixtures/misuses_host.py:${index + 1}`] : []
    ),
  );
}

interface Report {
  readonly generalDiagnostics: readonly {
    readonly file: string;
    readonly severity: string;
    readonly message: string;
    readonly range: { readonly start: { readonly line: number } };
  }[];
}

async function pyright(directory: string): Promise<string[]> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", "--no-lock", PYRIGHT, "--outputjson"],
    cwd: directory,
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (!text.startsWith("{")) {
    throw new Error(`Cannot run pyright: ${new TextDecoder().decode(stderr)}`);
  }
  const { generalDiagnostics } = JSON.parse(text) as Report;
  return generalDiagnostics.filter(({ severity }) => severity === "error").map(
    ({ file, range, message }) =>
      `${file.slice(directory.length + 1)}:${range.start.line + 1}: ${
        message.split("\n", 1)[0]
      }`,
  );
}
