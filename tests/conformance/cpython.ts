/**
 * CPython's own tests of files, from its source, with `/tmp` in memory and on
 * the host: `deno task conformance --cpython DIR [TEST…]`.
 *
 * @module
 */

import { type Exception, say, Verdict } from "./expectations.ts";
import known from "./cpython.json" with { type: "json" };

/** The tests that are about files, or keep something in them. */
const MODULES = [
  "test_os",
  "test_posix",
  "test_posixpath",
  "test_genericpath",
  "test_pathlib",
  "test_shutil",
  "test_tempfile",
  "test_fileio",
  "test_io",
  "test_file",
  "test_largefile",
  "test_fileinput",
  "test_filecmp",
  "test_glob",
  "test_fnmatch",
  "test_stat",
  "test_linecache",
  "test_zipfile",
  "test_tarfile",
  "test_gzip",
  "test_sqlite3",
  "test_mailbox",
  "test_dbm_dumb",
  "test_shelve",
  "test_configparser",
  "test_csv",
] as const;
const KINDS = ["memory", "host"] as const;
/** More than any of them takes. */
const SECONDS = 240;

/**
 * Run the tests.
 *
 * @param path CPython's unpacked source.
 * @param names Some of them only.
 * @returns Whether all was as expected.
 */
export async function runCpython(
  path: string,
  names: readonly string[],
): Promise<boolean> {
  const verdict = new Verdict(known as Exception[]);
  const modules = names.length > 0 ? names : MODULES;
  for (const name of modules) {
    if (!await exists(path, name)) continue;
    for (const kind of KINDS) await runModule(verdict, path, { kind, name });
  }
  return verdict.report((each) =>
    modules.some((name) => each.includes(`test.${name}.`))
  );
}

async function exists(path: string, name: string): Promise<boolean> {
  const at = `${path}/Lib/test/${name.replaceAll(".", "/")}`;
  for (const file of [`${at}.py`, `${at}/__init__.py`]) {
    try {
      await Deno.lstat(file);
      return true;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  say(`${name}: not in this version of CPython`);
  return false;
}

async function runModule(
  verdict: Verdict,
  path: string,
  { kind, name }: { kind: string; name: string },
): Promise<void> {
  const program = new URL("cpython_module.ts", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, `${path}/Lib/test`, kind, name],
    stderr: "piped",
    signal: AbortSignal.timeout(SECONDS * 1000),
  });
  const start = performance.now();
  const { stdout, stderr } = await command.output();
  const lines = new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line.includes("\x1e"))
    .map((line) => JSON.parse(line.slice(line.indexOf("\x1e") + 1)));
  const counts = judge(verdict, kind, lines);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  say(`${kind} ${name}: ${counts}, ${seconds} s`);
  if (lines.at(-1)?.[0] === "end") return;
  const running = lines.at(-1)?.[1] ?? `test.${name}`;
  const text = new TextDecoder().decode(stderr).slice(-1000);
  verdict.fail(`${kind} ${running}`, `ended the guest\n${text}`);
}

/** A line is the outcome, the test, and what it said. */
function judge(
  verdict: Verdict,
  kind: string,
  lines: readonly [string, string, string][],
): string {
  const counts = { pass: 0, fail: 0, skip: 0 };
  for (const [outcome, test, text] of lines) {
    if (outcome === "pass") verdict.pass(`${kind} ${test}`);
    else if (outcome === "fail") verdict.fail(`${kind} ${test}`, text);
    else if (outcome === "skip") verdict.skip();
    if (Object.hasOwn(counts, outcome)) counts[outcome as "pass"]++;
  }
  return `${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped`;
}
