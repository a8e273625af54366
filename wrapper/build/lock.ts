/**
 * The pinned sources: which files the build is made from, and where they are.
 *
 * @module
 */

import { BuildError } from "./build_error.ts";
import { exists, sha256 } from "./files.ts";
import { say } from "./report.ts";
import { BUILD } from "./step.ts";

/** One pinned file of `wrapper/sources.lock.json`. */
export interface Source {
  /** Name used in the build, `zlib`. */
  readonly name: string;
  /** Version of the project, `1.3.2`. */
  readonly version: string;
  /** Name of the file. */
  readonly file: string;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
  /** Upstream's address, when the file is upstream's own. */
  readonly url?: string;
  /** Where else the file comes from, in words. */
  readonly origin?: string;
}

/** The lock file, relative to the repository. */
export const LOCK_FILE = "wrapper/sources.lock.json";
/** Where verified sources are found during the build. */
export const PLACED = `${BUILD}/sources`;
/** Where sources are looked for when nobody says where they are. */
const NEIGHBOUR = "../shared/sources";

/** All pinned sources. */
export function readLock(): readonly Source[] {
  return JSON.parse(Deno.readTextFileSync(LOCK_FILE)).sources;
}

/** The folder that holds the sources: what the user said, or the neighbour. */
export function sourcesFolder(asked: string | undefined): string | undefined {
  if (asked === undefined) return exists(NEIGHBOUR) ? NEIGHBOUR : undefined;
  if (exists(asked)) return asked;
  throw new BuildError(`Cannot use sources from "${asked}": no such folder`);
}

/**
 * Verify a source and place it where the commands find it, the same path on
 * every machine.
 */
export async function placeSource(
  source: Source,
  folder: string | undefined,
): Promise<void> {
  const found = await findSource(source, folder);
  await verify(source, found);
  const placed = `${PLACED}/${source.file}`;
  await Deno.mkdir(PLACED, { recursive: true });
  if (found !== placed) await Deno.copyFile(found, placed);
}

/** Every source that is there has the hash that the lock file says. */
export async function verifySources(folder: string | undefined): Promise<void> {
  for (const source of readLock()) {
    const path = `${folder ?? PLACED}/${source.file}`;
    if (exists(path)) await verify(source, path);
  }
}

async function findSource(
  source: Source,
  folder: string | undefined,
): Promise<string> {
  if (folder !== undefined && exists(`${folder}/${source.file}`)) {
    return `${folder}/${source.file}`;
  }
  const placed = `${PLACED}/${source.file}`;
  if (exists(placed)) return placed;
  if (source.url === undefined) throw missing(source, folder);
  return await download(source, source.url, placed);
}

/** Fetch a source; only the right bytes get the name that is looked for. */
async function download(
  source: Source,
  url: string,
  path: string,
): Promise<string> {
  say(`    fetching ${url}`);
  await Deno.mkdir(PLACED, { recursive: true });
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`status ${response.status}`);
    const bytes = await response.bytes();
    const actual = await sha256(bytes);
    if (actual !== source.sha256) {
      throw new Error(`what came has the SHA-256 ${actual}`);
    }
    await Deno.writeFile(`${path}.part`, bytes);
    await Deno.rename(`${path}.part`, path);
  } catch (cause) {
    throw new BuildError(
      `Cannot fetch "${url}": ${
        cause instanceof Error ? cause.message : cause
      }; ` +
        `give the folder that holds it with --sources or PY_PLUGIN_SOURCES`,
    );
  }
  return path;
}

async function verify(source: Source, path: string): Promise<void> {
  const actual = await sha256(await Deno.readFile(path));
  if (actual === source.sha256) return;
  throw new BuildError(
    `Cannot use "${path}": its SHA-256 is ${actual}, not ${source.sha256} as ${LOCK_FILE} says; ` +
      `replace the file`,
  );
}

/** One error for all files that only the user can bring. */
function missing(asked: Source, folder: string | undefined): BuildError {
  const others = readLock().filter(({ file, url }) =>
    file !== asked.file && url === undefined &&
    !exists(`${folder ?? PLACED}/${file}`)
  );
  const lines = [asked, ...others].map(({ file, origin, sha256 }) =>
    `  ${file}\n    from ${origin}, SHA-256 ${sha256}`
  );
  return new BuildError(
    `Cannot find these sources in "${folder ?? NEIGHBOUR}":\n${
      lines.join("\n")
    }\nPut them into one folder and name it with --sources or PY_PLUGIN_SOURCES`,
  );
}
