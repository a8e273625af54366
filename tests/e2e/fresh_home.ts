// deno-lint-ignore-file no-console -- a script: it tells what it does while it does it
/**
 * A newcomer's first minutes, for real: clones the repo, and with an empty home and no Deno on the path runs the two
 * commands of the README, twice. The second time there is no network: whatever were still to be fetched would fail.
 *
 * ```sh
 * deno run -A tests/e2e/fresh_home.ts
 * ```
 *
 * It clones what is committed, and takes as long as two runs of all tests, so it is no test of the default run;
 * `.ci/run` runs it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/posix/join";
import { sameOutput, shownIn } from "../console_blocks.ts";

const ROOT = new URL("../../", import.meta.url);
const START = "npx -y deno@2.9 task start";
const TEST = "npx -y deno@2.9 task test";
const MINUTE = 60_000;

/** A new network with nothing but a loopback device, for the local registry of the tests. */
const NO_NETWORK = [
  "unshare",
  "--net",
  "--",
  "sh",
  "-c",
  'ip link set lo up && exec "$@"',
  "sh",
];
/** Of the environment a newcomer has what leads to the network, but no setting of Deno, npm or a desktop. */
const PERSONAL =
  /^(?:HOME|PATH|CI|NO_COLOR|JSR_URL|DENO_.*|npm_.*|XDG_.*|PY_PLUGIN_.*)$/i;

/**
 * npx asks for the list of versions each time, and without a network falls back to the one it has, after a minute of
 * retries that nobody needs.
 */
const NEWCOMER = { "NO_COLOR": "1", "npm_config_fetch_retries": "0" };

/** What a command left. */
interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** A newcomer's machine. */
interface Home {
  readonly repo: string;
  readonly env: Record<string, string>;
}

if (import.meta.main) await main();

async function main(): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "py_plugin_home_" });
  try {
    const home = await moveIn(folder);
    const readme = await Deno.readTextFile(join(home.repo, "README.md"));
    for (const command of [START, TEST]) {
      assert(
        readme.includes(command),
        `README.md must show the command: ${command}`,
      );
    }
    await visit(home, readme, []);
    await visit(home, readme, await withoutNetwork());
    assertEquals(
      await git(home.repo, "status", "--porcelain"),
      "",
      "the commands changed the clone",
    );
    console.log(
      "Both commands work in an empty home, and the second time without a network.",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Clones the repo into an empty folder, with an empty home beside it and a path without Deno.
 * npm's prefix hides a Deno that npm installed for the whole machine.
 */
async function moveIn(folder: string): Promise<Home> {
  const repo = join(folder, "repo");
  await git(folder, "clone", "--quiet", "--", ROOT.pathname, repo);
  const own = Object.entries(Deno.env.toObject()).filter(([name]) =>
    !PERSONAL.test(name)
  );
  const home = join(folder, "home");
  await Deno.mkdir(home);
  const bin = join(folder, "bin");
  await Deno.mkdir(bin);
  await linkPrograms(bin);
  const env = {
    ...Object.fromEntries(own),
    ...NEWCOMER,
    "HOME": home,
    "PATH": bin,
  };
  return { repo, env: { ...env, "npm_config_prefix": join(home, "none") } };
}

/** Links every program on the path but Deno, which stands in the same folder as Node on many machines. */
async function linkPrograms(bin: string): Promise<void> {
  const linked = new Set(["deno"]);
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of await namesIn(folder)) {
      if (linked.has(name)) continue;
      linked.add(name);
      await Deno.symlink(join(folder, name), join(bin, name));
    }
  }
}

/** The names in a folder of the path; such a folder need not exist. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) =>
      name
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Runs both commands and compares what they print with what they must. */
async function visit(
  home: Home,
  readme: string,
  prefix: readonly string[],
): Promise<void> {
  const start = await run(home, START, prefix, 5 * MINUTE);
  assertMatch(start.stdout, /olleH ereht\n$/);
  for (
    const { output } of shownIn(readme).filter(({ command }) =>
      command === START
    )
  ) {
    const both = `${start.stderr}${start.stdout}`;
    assert(
      sameOutput(output, start.stdout) || sameOutput(output, both) ||
        sameLines(output, both),
      `README.md shows another output of: ${START}\n${both}`,
    );
  }
  const test = await run(home, TEST, prefix, 10 * MINUTE);
  assertMatch(test.stdout, /^ok \| [1-9]\d* passed.* \| 0 failed/m);
  console.log(/^ok \| .*/m.exec(test.stdout)?.[0]);
}

/** The same lines in any order: two pipes do not tell how their lines were mixed. */
function sameLines(shown: string, real: string): boolean {
  const sorted = (text: string) => text.split("\n").sort().join("\n");
  return sameOutput(sorted(shown), sorted(real));
}

/** Runs a command in the clone; it must succeed in time. */
async function run(
  { repo, env }: Home,
  command: string,
  prefix: readonly string[],
  timeout: number,
): Promise<Output> {
  const [program = "", ...args] = [...prefix, ...command.split(" ")];
  console.log(`$ ${command}${prefix.length > 0 ? "   (no network)" : ""}`);
  const began = performance.now();
  const child = new Deno.Command(program, {
    args,
    cwd: repo,
    env,
    clearEnv: true,
    stdin: "null",
    signal: AbortSignal.timeout(timeout),
  });
  const output = await child.output();
  const decoder = new TextDecoder();
  const [stdout, stderr] = [
    decoder.decode(output.stdout),
    decoder.decode(output.stderr),
  ];
  assert(
    output.success,
    `${command}: exit code ${output.code}\n${stdout}\n${stderr}`,
  );
  console.log(`  ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return { stdout, stderr };
}

/** The prefix that takes the network away; it must really do so. */
async function withoutNetwork(): Promise<readonly string[]> {
  const [program = "", ...args] = [...NO_NETWORK, "true"];
  const { success, stderr } = await new Deno.Command(program, { args })
    .output();
  assert(
    success,
    `Cannot take the network away: ${
      new TextDecoder().decode(stderr).trim()
    }; run it as root on Linux, with unshare and ip (Debian: util-linux, iproute2)`,
  );
  return NO_NETWORK;
}

/** Runs git and gives what it printed. */
async function git(cwd: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args,
    cwd,
  }).output();
  assert(success, `git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
