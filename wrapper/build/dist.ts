/**
 * The committed files that the build makes: installed by `build`, compared by
 * `check`.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { exists } from "./files.ts";
import { BUILT_FIXTURES, fixtureNames, FIXTURES } from "./fixtures.ts";
import { MANIFEST, type Manifest, PARTS } from "./manifest.ts";
import { say } from "./report.ts";

/** Where the artifact is committed. */
export const DIST = "wrapper/dist";

/** A built file and its committed twin, relative to the repository. */
interface Twin {
  readonly built: string;
  readonly committed: string;
}

/** Copy what was built to where it is committed. */
export function install(): void {
  Deno.mkdirSync(DIST, { recursive: true });
  for (const twin of twins()) {
    if (same(twin)) continue;
    const bytes = Deno.readFileSync(twin.built);
    Deno.writeFileSync(twin.committed, bytes, { mode: 0o644 });
    say(`${twin.committed}: ${bytes.length} bytes`);
  }
}

/**
 * Compare every committed file with what the sources give.
 *
 * @throws {BuildError} Naming each file that differs.
 */
export function compare(): void {
  const differing = twins().filter((twin) => !same(twin));
  for (const { built, committed } of twins()) {
    const word = differing.some((twin) => twin.built === built)
      ? "DIFFERS"
      : "same";
    say(`${word.padEnd(8)} ${committed}`);
  }
  if (differing.length === 0) return;
  const names = differing.map(({ committed }) => committed).join(", ");
  throw new BuildError(
    `The sources do not give the committed ${names}${otherToolchain()}${binaryen()}\n` +
      `Run "deno run -A build.ts build" and commit what it changes`,
  );
}

function twins(): Twin[] {
  const parts = [...PARTS, MANIFEST].map((built) => ({
    built,
    committed: `${DIST}/${built.slice(built.lastIndexOf("/") + 1)}`,
  }));
  const fixtures = fixtureNames().map((name) => ({
    built: `${BUILT_FIXTURES}/${name}.wasm`,
    committed: `${FIXTURES}/${name}.wasm`,
  }));
  return [...parts, ...fixtures];
}

function same({ built, committed }: Twin): boolean {
  if (!exists(committed)) return false;
  const bytes = Deno.readFileSync(built);
  const others = Deno.readFileSync(committed);
  return bytes.length === others.length &&
    bytes.every((byte, index) => byte === others[index]);
}

/** Another compiler explains a difference, and nothing else has to. */
function otherToolchain(): string {
  if (!exists(`${DIST}/manifest.json`)) return "";
  const committed = readToolchain(`${DIST}/manifest.json`);
  const built = readToolchain(MANIFEST);
  if (committed === built) return "";
  return `\nThey were made with another compiler: "${committed}", this one is "${built}"`;
}

/** clang has it look at all that it links and optimises, where it finds it. */
function binaryen(): string {
  const found = (Deno.env.get("PATH") ?? "").split(":")
    .map((directory) => `${directory}/wasm-opt`).find(exists);
  if (found === undefined) return "";
  return `\nclang has run ${found} on some; the committed ones were made without it: take it out of PATH, and build.ts clean`;
}

function readToolchain(path: string): string {
  const manifest: Manifest = JSON.parse(Deno.readTextFileSync(path));
  return manifest.toolchain;
}
