// deno-lint-ignore-file no-console -- a command of the house: it prints what it staged
/**
 * Stages what is published: `deno task package`, then `deno publish` in `.stage/package`.
 *
 * What goes in is what the exports reach, the artifact, and the texts that a registry shows.
 *
 * ```text
 * .stage/deno.json           workspace and links: the stand-ins of std/, never published
 * .stage/package/deno.json   name, version, exports, the imports as jsr:@std/*
 * .stage/package/…           the files
 * ```
 *
 * @module
 */
import { bold, dim } from "@std/fmt/colors";
import { format as formatBytes } from "@std/fmt/bytes";
import { dirname } from "@std/path/posix/dirname";
import { relative } from "@std/path/posix/relative";
import { fromFileUrl } from "@std/path/posix/from-file-url";
import { bundle } from "./package_bundle.ts";

/** JSR refuses more than this, for all files together and for each one. */
export const SIZE_LIMIT: number = 20 * 1024 * 1024;

/** The one file that is not published as it is. */
const CONFIG = "deno.json";
/** Published although no module imports them. */
const TEXTS = ["LICENSE", "README.md", "CHANGELOG.md"];
/** The artifact's folder: published whole, with the licences of what is linked in. */
const ARTIFACT = "wrapper/dist/";
/** Where a module must lie to be published. */
const PUBLISHED =
  /^(?:deno\.json|mod\.ts|src\/.+|wrapper\/(?:modules|memory|rest|stdlib)\.(?:js|d\.ts)|wrapper\/dist\/.+)$/;
/** An asset that is found by its address is in no module graph. */
const ASSET = /new URL\(\s*"(\.[^"]+)",\s*import\.meta\.url/g;

/** The part of the root `deno.json` that matters here. */
interface Config {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Record<string, string>;
  readonly imports: Record<string, string>;
  readonly compilerOptions: Record<string, boolean>;
}

/** One published file: its path inside the package and its size in bytes. */
export interface StagedFile {
  /** Path inside the package. */
  readonly path: string;
  /** Size in bytes. */
  readonly size: number;
}

/** What the exports of a package reach. */
interface Reached {
  /** Local modules, relative to the root. */
  readonly local: Set<string>;
  /** Bare packages, such as `@std/cli`. */
  readonly packages: Set<string>;
}

if (import.meta.main) await main();

/** Stages into `.stage/`, prints the list, and fails when the registry would refuse it. */
async function main(): Promise<void> {
  const root = new URL("./", import.meta.url);
  const files = await stage(root, new URL(".stage/", root));
  const total = files.reduce((sum, file) => sum + file.size, 0);
  for (const { path, size } of files) {
    console.log(`${formatBytes(size, { binary: true }).padStart(10)}  ${path}`);
  }
  const share = (100 * total / SIZE_LIMIT).toFixed(1);
  console.log(
    bold(
      `${
        formatBytes(total, { binary: true }).padStart(10)
      }  in ${files.length} files, ${share} % of what JSR takes`,
    ),
  );
  console.log(dim("To publish: cd .stage/package && deno publish"));
}

/**
 * Puts what is published into `<out>/package`, and beside it the workspace that it is published from.
 *
 * @param root The repo.
 * @param out An empty or old stage; what is in it is removed.
 * @returns The published files, by path.
 */
export async function stage(root: URL, out: URL): Promise<StagedFile[]> {
  const config: Config = JSON.parse(
    await Deno.readTextFile(new URL(CONFIG, root)),
  );
  const reached = await reach(root, Object.values(config.exports));
  const workers = await workersOf(root, reached.local);
  const theirs = await reach(root, workers);
  for (const path of theirs.local) reached.local.add(path);
  const artifact = await list(new URL(ARTIFACT, root));
  reached.local.delete(CONFIG); // written anew below
  const paths = new Set([
    ...reached.local,
    ...TEXTS,
    ...artifact.map((name) => ARTIFACT + name),
  ]);
  await checkAssets(root, reached.local, paths);

  const target = new URL("package/", out);
  await Deno.remove(out, { recursive: true }).catch(ignoreMissing);
  for (const path of paths) {
    await copy(new URL(path, root), new URL(path, target));
  }
  const { paths: bundled, exports } = await bundle(
    root,
    target,
    config.exports,
    workers,
  );
  await writeJson(
    new URL(CONFIG, target),
    memberConfig({ ...config, exports }, reached.packages),
  );
  await writeJson(
    new URL(CONFIG, out),
    await workspaceConfig(root, out, config),
  );

  const files = await measure(target, [...paths, ...bundled, CONFIG].sort());
  checkSizes(files);
  return files;
}

/** The module graph below `entries`, as Deno sees it. */
async function reach(root: URL, entries: string[]): Promise<Reached> {
  const reached = { local: new Set<string>(), packages: new Set<string>() };
  for (const entry of entries) {
    const { modules } = await moduleGraph(root, entry);
    for (const { specifier, error, dependencies = [] } of modules) {
      const path = specifier.startsWith(root.href)
        ? specifier.slice(root.href.length)
        : "";
      if (path.startsWith("std/") || specifier.startsWith("npm:")) continue;
      if (error) throw new Error(`Cannot stage "${entry}": ${error}`);
      if (specifier.startsWith("node:")) continue;
      if (!PUBLISHED.test(path)) {
        throw new Error(
          `Cannot stage "${entry}": it imports ${specifier}, which is not published; move it into src/`,
        );
      }
      reached.local.add(path);
      for (const { specifier } of dependencies) {
        const name = /^@[^/]+\/[^/]+/.exec(specifier);
        if (name) reached.packages.add(name[0]);
      }
    }
  }
  return reached;
}

/** One module in the answer of `deno info --json`. */
interface GraphModule {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: { readonly specifier: string }[];
}

/** Asks Deno for the graph of one entry. */
async function moduleGraph(
  root: URL,
  entry: string,
): Promise<{ modules: GraphModule[] }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
  });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  if (!success) {
    throw new Error(
      `Cannot read the modules of "${entry}": ${decoder.decode(stderr)}`,
    );
  }
  return JSON.parse(decoder.decode(stdout));
}

/** Modules that others start by their address, as `./src/x/entry.ts`. */
async function workersOf(
  root: URL,
  modules: Iterable<string>,
): Promise<string[]> {
  const workers: string[] = [];
  for (const module of modules) {
    if (!module.endsWith(".ts")) continue;
    const url = new URL(module, root);
    for (
      const [, asset = ""] of (await Deno.readTextFile(url)).matchAll(ASSET)
    ) {
      const path = new URL(asset, url).href.slice(root.href.length);
      if (path.endsWith(".ts") && await isFile(new URL(path, root))) {
        workers.push(`./${path}`);
      }
    }
  }
  return workers;
}

async function isFile(url: URL): Promise<boolean> {
  try {
    return (await Deno.stat(url)).isFile;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}

/** Refuses a module that asks for a file by address when that file is not published. */
async function checkAssets(
  root: URL,
  modules: Iterable<string>,
  paths: Set<string>,
): Promise<void> {
  for (const module of modules) {
    if (module.endsWith(".wasm")) continue;
    const text = await Deno.readTextFile(new URL(module, root));
    for (const [, asset = ""] of text.matchAll(ASSET)) {
      const path = new URL(asset, new URL(module, root)).href.slice(
        root.href.length,
      );
      if (!paths.has(path)) {
        throw new Error(
          `Cannot stage "${module}": it reads "${path}", which is not published; import it as a module`,
        );
      }
    }
  }
}

/** Refuses what the registry would refuse after the upload. */
function checkSizes(files: StagedFile[]): void {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > SIZE_LIMIT) {
    throw new Error(
      `Cannot publish ${total} bytes: JSR takes ${SIZE_LIMIT}; shrink the artifact in ${ARTIFACT}`,
    );
  }
}

/** The published configuration: no links, no tasks, and of the imports only those in use. */
function memberConfig(config: Config, packages: Set<string>): Partial<Config> {
  const { name, version, license, exports } = config;
  const imports = Object.fromEntries(
    Object.entries(config.imports).filter(([key]) => packages.has(key)),
  );
  return { name, version, license, exports, imports };
}

/** The workspace around the package: carries what must not be published. */
async function workspaceConfig(
  root: URL,
  out: URL,
  { compilerOptions }: Config,
) {
  const std = relative(fromFileUrl(out), fromFileUrl(new URL("std/", root)));
  const links: string[] = [];
  for await (const entry of Deno.readDir(new URL("std/", root))) {
    if (entry.isDirectory) {
      links.push(`${std.startsWith(".") ? "" : "./"}${std}/${entry.name}`);
    }
  }
  return {
    workspace: ["./package"],
    links: links.sort(),
    lock: false,
    compilerOptions,
  };
}

/** Names of the files in a folder. */
async function list(folder: URL): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile) names.push(entry.name);
  }
  return names;
}

/** Copies one file and makes its folder. */
async function copy(from: URL, to: URL): Promise<void> {
  await Deno.mkdir(dirname(fromFileUrl(to)), { recursive: true });
  await Deno.copyFile(from, to);
}

/** Writes a configuration file. */
async function writeJson(file: URL, value: unknown): Promise<void> {
  await Deno.writeTextFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** The size of each file. */
function measure(folder: URL, paths: string[]): Promise<StagedFile[]> {
  return Promise.all(
    paths.map(async (path) => ({
      path,
      size: (await Deno.stat(new URL(path, folder))).size,
    })),
  );
}

/** A stage that is not there need not be removed. */
function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
