import type { Registry } from "./registry.ts";

/** Where the stand-ins get their code from. */
const NPM = "npm:deno-std@1.4.0/";
/** Folder of the served packages that holds that code. */
const CODE = "_code/";
/** What of it the stand-ins need. */
const NEEDED = ["assert", "cli", "fmt", "internal", "path"];

/**
 * Serves the stand-ins of `std/` as `jsr:@std/*`, complete: with the code that they take from npm.
 *
 * So a consumer's Deno asks this registry and nobody else, and each of its requests is counted.
 *
 * @param registry Gets the packages.
 * @param std The folder of the stand-ins.
 */
export async function addStd(registry: Registry, std: URL): Promise<void> {
  const code = await npmCode(new URL("assert/mod.ts", std));
  for await (const entry of Deno.readDir(std)) {
    if (!entry.isDirectory) continue;
    const folder = new URL(`${entry.name}/`, std);
    const { name, version, exports } = JSON.parse(
      await Deno.readTextFile(new URL("deno.json", folder)),
    );
    const files = new Map(code);
    for await (const path of walk(folder)) {
      files.set(`/${path}`, await standIn(folder, path));
    }
    registry.add(name, { version, exports, files });
  }
}

/** A file of a stand-in, its imports from npm turned into imports of the code beside it. */
async function standIn(
  folder: URL,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const text = await Deno.readTextFile(new URL(path, folder));
  const up = "../".repeat(path.split("/").length - 1);
  return new TextEncoder().encode(text.replaceAll(NPM, `./${up}${CODE}`));
}

/** The code as npm brought it, by path in the served packages. */
async function npmCode(
  module: URL,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const folder = await npmFolder(module);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const part of NEEDED) {
    for await (const path of walk(new URL(`${part}/`, folder))) {
      files.set(
        `/${CODE}${part}/${path}`,
        await Deno.readFile(new URL(`${part}/${path}`, folder)),
      );
    }
  }
  return files;
}

/** Where Deno keeps the npm package behind a stand-in. */
async function npmFolder(module: URL): Promise<URL> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", module.href],
  });
  const { npmPackages } = JSON.parse(
    new TextDecoder().decode((await command.output()).stdout),
  );
  for (
    const { localPath } of Object.values<{ localPath: string }>(npmPackages)
  ) {
    return new URL(`file://${localPath}/`);
  }
  throw new Error(
    `Cannot find the code behind ${module}: Deno lists no npm package for it`,
  );
}

/** Paths of all files below a folder. */
async function* walk(folder: URL, prefix = ""): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = prefix + entry.name;
    if (entry.isDirectory) {
      yield* walk(new URL(`${entry.name}/`, folder), `${path}/`);
    } else yield path;
  }
}
