/**
 * The rules of the house as pure functions over text; `layers_test.ts` feeds them the sources.
 *
 * @module
 */

/** Paths from the root of the repo (`src/wasi/mod.ts`) and their text. */
export type Sources = ReadonlyMap<string, string>;

/** What each floor may import; a floor may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "size_text": [],
  "deno_permission": [],
  concat: [],
  errors: ["size_text"],
  wasi: ["errors", "concat"],
  runtime: ["wasi", "errors", "size_text", "artifact"],
  bridge: ["runtime", "errors", "concat"],
  plugin: [
    "bridge",
    "runtime",
    "wasi",
    "errors",
    "concat",
    "size_text",
    "deno_permission",
  ],
  mod: ["plugin", "bridge", "wasi", "errors"],
  cli: ["mod", "errors", "facts", "deno_permission"],
  build: ["runtime", "wasi", "errors"],
};

/** Versions and names, as JSON: read where they are, said once. */
const FACTS: readonly string[] = ["deno.json", "wrapper/dist/manifest.json"];

/** Files that an upper floor may name; every other file is private to its floor. */
const DOORS: readonly string[] = [
  "mod.ts",
  "src/concat.ts",
  "src/size_text.ts",
  "src/deno_permission.ts",
  "src/bridge/data.ts",
  "src/bridge/link/mod.ts",
  "src/errors.ts",
  "wrapper/modules.js",
  "wrapper/memory.js",
  "wrapper/rest.js",
  "wrapper/stdlib.js",
];

/** The build names what it writes as the host's own reader does. It starts Python under the host, too: by the doors. */
const BUILD_MAY_NAME: readonly string[] = [
  "src/runtime/artifact.ts",
  "src/runtime/split_names.ts",
  "src/runtime/stdlib_image.ts",
];

/** `mod.ts` starts the program only when it is the program: never by a static import. */
const DYNAMIC_ONLY: readonly string[] = ["mod -> cli"];

/** Packages for everybody; their root modules and `node:` cost 10 to 35 ms at start, so those are dynamic. */
const PACKAGES = /^(?:@std\/(?:cli|fmt|path)\/[\w/-]+)$/;
const COSTLY = /^(?:node:.+|@std\/(?:cli|path))$/;

const STATIC =
  /\b(?:import|export)\s+(?:type\s+|source\s+)?(?:[\w$]+\s*,?\s*)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})?\s*from\s*["']([^"']+)["']|\bimport\s*["']([^"']+)["']/g;
const DYNAMIC = /\bimport(?:\.source)?\s*\(\s*(?:["'`]([^"'`$]+)["'`])?/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm;
const IMPURE = /\b(?:Deno|WebAssembly)\./;

/** One import of one file. */
export interface Import {
  /** What stands between the quotes; `""` when it is computed. */
  readonly specifier: string;
  /** Whether it happens when the code runs, not when the module loads. */
  readonly dynamic: boolean;
}

/**
 * Everything that a module imports: by name, for its effect, re-exported, and dynamically.
 *
 * @param text The module.
 * @returns Its imports; comments hold none.
 */
export function importsOf(text: string): Import[] {
  const code = text.replaceAll(COMMENT, "");
  const imports: Import[] = [];
  for (const [, named, bare] of code.matchAll(STATIC)) {
    imports.push({ specifier: named ?? bare ?? "", dynamic: false });
  }
  for (const [, specifier = ""] of code.matchAll(DYNAMIC)) {
    imports.push({ specifier, dynamic: true });
  }
  return imports;
}

/**
 * Every import that goes up, sideways past a door, or out of the house.
 *
 * @param sources The files to judge.
 * @returns One line for each broken rule.
 */
export function brokenImports(sources: Sources): string[] {
  const broken: string[] = [];
  for (const [path, text] of sources) {
    for (const one of importsOf(text)) {
      const reason = judge(path, one);
      if (reason) broken.push(`${path}: ${reason}`);
    }
  }
  return broken;
}

/**
 * Every file of a list that is missing, or touches Deno or wasm.
 *
 * @param sources The files to judge.
 * @param pure The files that must be pure.
 * @returns One line for each broken rule.
 */
export function brokenPurity(
  sources: Sources,
  pure: readonly string[],
): string[] {
  const broken: string[] = [];
  for (const path of pure) {
    const text = sources.get(path);
    if (text === undefined) {
      broken.push(`${path}: listed as pure, but not there`);
    } else if (IMPURE.test(text.replaceAll(COMMENT, ""))) {
      broken.push(
        `${path}: listed as pure, but it touches Deno or WebAssembly`,
      );
    }
  }
  return broken;
}

/** What is wrong with one import, or nothing. */
function judge(
  path: string,
  { specifier, dynamic }: Import,
): string | undefined {
  if (specifier === "") return "a computed import, which nothing can check";
  if (!specifier.startsWith(".")) {
    return judgePackage(floorOf(path), specifier, dynamic);
  }
  const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
  const from = floorOf(path);
  const to = floorOf(target);
  if (from === to) return undefined;
  const step = `${from} -> ${to}`;
  if (DYNAMIC_ONLY.includes(step)) {
    return dynamic
      ? undefined
      : `${step} must be dynamic: a library does not load the program`;
  }
  if (!MAY_IMPORT[from]?.includes(to)) {
    return `${step} is no way down ("${specifier}")`;
  }
  if (isDoor(from, target)) return undefined;
  return `${step} does not go through a door: import src/${to}/mod.ts ("${specifier}")`;
}

/** What is wrong with the import of a package, or nothing. */
function judgePackage(
  floor: string,
  specifier: string,
  dynamic: boolean,
): string | undefined {
  if (floor === "build") return undefined;
  if (PACKAGES.test(specifier)) return undefined;
  if (!COSTLY.test(specifier)) {
    return `imports "${specifier}", which is none of this house's packages`;
  }
  return dynamic
    ? undefined
    : `imports "${specifier}" at start; that costs 10 to 35 ms: import it where it is used`;
}

/** Whether an upper floor may name this file. */
function isDoor(from: string, target: string): boolean {
  if (from === "build" && BUILD_MAY_NAME.includes(target)) return true;
  return DOORS.includes(target) || FACTS.includes(target) ||
    /^src\/\w+\/mod\.ts$/.test(target);
}

/** The floor that a file belongs to; `outside` for what no floor may import. */
function floorOf(path: string): string {
  if (/^wrapper\/(?:modules|memory|rest|stdlib)\.js$/.test(path)) {
    return "artifact";
  }
  if (FACTS.includes(path)) return "facts";
  if (path === "build.ts" || path.startsWith("wrapper/build/")) return "build";
  return /^(?:src\/)?(errors|concat|size_text|deno_permission|mod)\.ts$/.exec(
    path,
  )?.[1] ??
    /^src\/(\w+)\//.exec(path)?.[1] ?? "outside";
}
