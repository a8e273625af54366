/**
 * Steps that compile the C guests of the tests.
 *
 * @module
 */

import { byBytes, exists } from "./files.ts";
import { BUILD, inTurn, type Step } from "./step.ts";
import { compile } from "./wasm_flags.ts";

/** Where the C guests and their wasm files are committed. */
export const FIXTURES = "tests/fixtures";
/** Where they are built. */
export const BUILT_FIXTURES = `${BUILD}/fixtures`;

/** One step for each C file. */
export function fixtureSteps(toolchain: readonly Step[]): Step[] {
  return fixtureNames().map((name) => ({
    name: `fixture-${name}`,
    needs: toolchain,
    inputs: () => [`${FIXTURES}/${name}.c`],
    actions: () =>
      inTurn({
        argv: [
          ...compile(),
          "-std=c17",
          "-Wall",
          "-Wextra",
          "-Werror",
          `../${FIXTURES}/${name}.c`,
          "-mexec-model=reactor",
          "-Wl,--strip-all",
          "-o",
          `fixtures/${name}.wasm`,
        ],
        cwd: BUILD,
      }),
    outputs: [`${BUILT_FIXTURES}/${name}.wasm`],
  }));
}

/** Names of the C guests, without ending. */
export function fixtureNames(): string[] {
  if (!exists(FIXTURES)) return [];
  return [...Deno.readDirSync(FIXTURES)]
    .filter(({ name }) => name.endsWith(".c"))
    .map(({ name }) => name.slice(0, -2))
    .sort(byBytes);
}
