/**
 * CPython's own tests, out of the pinned tarball.
 *
 * @module
 */

import { exists } from "../../wrapper/build/files.ts";
import {
  placeSource,
  readLock,
  sourcesFolder,
} from "../../wrapper/build/lock.ts";
import { PLACED } from "../../wrapper/build/lock.ts";
import { NothingToRun } from "./expectations.ts";

/**
 * Find the tests; the repository is the working directory.
 *
 * @param source CPython's unpacked source; without it the pinned tarball is
 * verified and unpacked, and deleted when `scope` is left.
 * @param scope Who takes care of what was unpacked.
 * @returns `Lib/test`.
 * @throws {NothingToRun} When it is not there.
 */
export async function findTests(
  source: string | undefined,
  scope: DisposableStack,
): Promise<string> {
  const root = source ?? await unpack(scope);
  const tests = `${root}/Lib/test`;
  if (exists(`${tests}/test_builtin.py`)) return tests;
  throw new NothingToRun(
    `Cannot find CPython's tests in "${root}": no Lib/test; give its unpacked source with --source`,
  );
}

async function unpack(scope: DisposableStack): Promise<string> {
  const pinned = readLock().find(({ name }) => name === "cpython");
  if (pinned === undefined) throw new Error("No pinned source of CPython");
  const asked = Deno.env.get("PY_PLUGIN_SOURCES");
  await placeSource(pinned, sourcesFolder(asked));
  const root = await Deno.makeTempDir();
  scope.defer(() => Deno.removeSync(root, { recursive: true }));
  const { success } = await new Deno.Command("tar", {
    args: [
      "-xf",
      `${PLACED}/${pinned.file}`,
      `--directory=${root}`,
      "--strip-components=1",
      "--wildcards",
      "*/Lib/test",
    ],
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot unpack "${pinned.file}"`);
  return root;
}
