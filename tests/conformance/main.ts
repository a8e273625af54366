/**
 * `deno task conformance --wasi DIR` and `deno task conformance --cpython
 * DIR [TEST…]`: other people's tests, which are not committed here.
 *
 * @module
 */

import { runCpython } from "./cpython.ts";
import { say } from "./expectations.ts";
import { runWasi } from "./wasi.ts";

const USAGE = `Usage:
  deno task conformance --wasi DIR             the official preview 1 programs
  deno task conformance --cpython DIR [TEST…]  CPython's file tests; DIR is its
                                               unpacked source`;

async function main(args: readonly string[]): Promise<number> {
  const [what, path, ...names] = args;
  if (path !== undefined && what === "--wasi") {
    return await runWasi(path) ? 0 : 1;
  }
  if (path !== undefined && what === "--cpython") {
    return await runCpython(path, names) ? 0 : 1;
  }
  say(USAGE);
  return 2;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
