/**
 * Bundles what the exports of the package run into few files.
 *
 * A start loads some 130 modules, which takes 15 ms; the same code in one
 * file takes 4. Types, documentation and sources stay those of the modules:
 * each bundled export names its module with `@ts-self-types`.
 *
 * @module
 */
import { dirname } from "@std/path/posix/dirname";
import { fromFileUrl } from "@std/path/posix/from-file-url";
import { relative } from "@std/path/posix/relative";

/** Where the code goes: as deep as `src/x/`, so that paths to `wrapper/` fit. */
const FOLDER = "src/js";
/** What stays a module of its own, as the modules name it. */
const EXTERNAL = [
  "../../wrapper/modules.js",
  "../../wrapper/memory.js",
  "../../wrapper/rest.js",
  "../../wrapper/stdlib.js",
  "@std/*",
];
/** The end of an export that is a program as well. */
const PROGRAM = /^if \(import\.meta\.main\)[\s\S]*/m;

/** How a module names another one that it starts. */
const ADDRESS = /new URL\("\.\/([\w/]+\.ts)", import\.meta\.url\)/g;

/** What was bundled. */
export interface Bundled {
  /** The files that were made, relative to the package. */
  readonly paths: readonly string[];
  /** The exports, with the paths of their code. */
  readonly exports: Readonly<Record<string, string>>;
}

/**
 * Bundle the code of some exports.
 *
 * @param root The repo.
 * @param target The staged package.
 * @param exports The exports, with the paths of their modules.
 * @param workers Modules that others start by their address.
 */
export async function bundle(
  root: URL,
  target: URL,
  exports: Readonly<Record<string, string>>,
  workers: readonly string[],
): Promise<Bundled> {
  const entries = Object.values(exports);
  // Deno bundles only into folders below its own.
  const folder = `.stage/bundle-${crypto.randomUUID()}`;
  const made = new URL(`${folder}/`, root);
  try {
    await runBundler(root, folder, [...entries, ...workers]);
    const paths = await moveAll(made, target);
    for (const path of paths) await readdress(new URL(path, target), workers);
    const code = entries.map((entry) => codePath(entry));
    for (const [index, path] of code.entries()) {
      await finish(root, target, { entry: entries[index] ?? "", path });
    }
    return {
      paths,
      exports: Object.fromEntries(
        Object.keys(exports).map((name, index) => [name, `./${code[index]}`]),
      ),
    };
  } finally {
    await Deno.remove(made, { recursive: true }).catch(() => {});
  }
}

async function runBundler(
  root: URL,
  folder: string,
  entries: readonly string[],
): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--platform=deno",
      "--code-splitting",
      ...EXTERNAL.map((path) => `--external=${path}`),
      `--outdir=${folder}`,
      ...entries,
    ],
    cwd: root,
    stdout: "null",
  }).output();
  if (success) return;
  throw new Error(
    `Cannot bundle ${entries.join(", ")}: ${new TextDecoder().decode(stderr)}`,
  );
}

/** `./src/cli/main.ts` becomes `src/js/src/cli/main.js`. */
function codePath(entry: string): string {
  return `${FOLDER}/${entry.replace(/^\.\//, "").replace(/ts$/, "js")}`;
}

async function moveAll(made: URL, target: URL): Promise<string[]> {
  const paths: string[] = [];
  for await (const file of filesIn(made)) {
    const path = `${FOLDER}/${file.href.slice(made.href.length)}`;
    const to = fromFileUrl(new URL(path, target));
    await Deno.mkdir(dirname(to), { recursive: true });
    await Deno.copyFile(file, to);
    paths.push(path);
  }
  return paths.sort();
}

async function* filesIn(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const url = new URL(isDirectory ? `${name}/` : name, folder);
    if (isDirectory) yield* filesIn(url);
    else yield url;
  }
}

/** Let bundled code start the bundled code of a worker. */
async function readdress(
  file: URL,
  workers: readonly string[],
): Promise<void> {
  const code = await Deno.readTextFile(file);
  const [folder = ""] = /[^]*(?=src\/js\/)/.exec(file.href) ?? [];
  const readdressed = code.replaceAll(ADDRESS, (all, name) => {
    const worker = workers.find((path) => path.endsWith(`/${name}`));
    if (worker === undefined) return all;
    const path = relative(
      dirname(file.href),
      `${folder}${codePath(worker)}`,
    );
    return `new URL("./${path}", import.meta.url)`;
  });
  if (readdressed !== code) await Deno.writeTextFile(file, readdressed);
}

/**
 * Say whose types an export has, and let it be a program: what two exports
 * share is in neither's file, and so is the end of the one that the other
 * imports.
 */
async function finish(
  root: URL,
  target: URL,
  { entry, path }: { readonly entry: string; readonly path: string },
): Promise<void> {
  const file = new URL(path, target);
  const code = await Deno.readTextFile(file);
  const types = relative(dirname(`/${path}`), `/${entry.replace("./", "")}`);
  const text = await Deno.readTextFile(new URL(entry, root));
  const [program = ""] = PROGRAM.exec(text) ?? [];
  const end = PROGRAM.test(code) ? "" : program.replaceAll(
    /(import\(")\.\/([^"]+)\.ts(")/g,
    (_all, before, module, after) => `${before}./${module}.js${after}`,
  );
  await Deno.writeTextFile(
    file,
    `// @ts-self-types="${types}"\n${code}${end}`,
  );
}
