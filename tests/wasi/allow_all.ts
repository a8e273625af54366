/**
 * Runs tests once more in a process that may do everything: there the host's
 * files are reached in another way.
 *
 * @module
 */

import { assert } from "@std/assert";

/** What is about files of the host, relative to here. */
const TESTS = [
  "host_dir",
  "host_kernel",
  "mount_dir",
  "gate",
  "model",
  "../hostile/race",
];

/**
 * Run the tests of the host's files.
 *
 * @param flags More flags for `deno test`.
 */
export async function testWithAll(...flags: string[]): Promise<void> {
  const tests = TESTS.map((name) =>
    new URL(`${name}_test.ts`, import.meta.url).pathname
  );
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-check", "--allow-all", ...flags, ...tests],
    env: { NO_COLOR: "1", RUNS: "40" },
  }).output();
  assert(success, new TextDecoder().decode(stdout));
}
