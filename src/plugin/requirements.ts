/**
 * What a plugin asks for in its PEP 723 block, held against what it was
 * granted. Nothing is ever granted because it was asked for.
 *
 * @module
 */

import { PermissionError, PluginLoadError } from "../errors.ts";
import { sizeText } from "../size_text.ts";
import { deniesVariable, grantsVariable } from "./environment.ts";
import { DEFAULT_TMP, type Grants, isDenied, reachAt } from "./grants.ts";
import { namesOf, rootOf } from "./host_path.ts";
import { satisfies } from "./python_version.ts";
import { parseSize } from "./size.ts";
import type { Parsed } from "./toml.ts";
import { escaped, isPlain, quoted, shown } from "./words.ts";

/** What a plugin asks for. */
export interface Requirements {
  /** Paths to read, relative to the user's working directory. */
  readonly read: true | readonly string[];
  /** Paths to make, change and remove. */
  readonly write: true | readonly string[];
  /** Names of variables. */
  readonly env: readonly string[];
  /** Bytes of `/tmp`; 0 for none. */
  readonly tmp: number;
  /** Clocks in full resolution. */
  readonly hrtime: boolean;
}

const KEYS = ["read", "write", "env", "tmp", "hrtime"];

/**
 * Read what a block asks for.
 *
 * @param parsed The block.
 * @param file The plugin's name, for messages.
 * @throws {PluginLoadError} When the block is wrong, or asks for what nobody
 * can grant: another Python, packages.
 */
export function parseRequirements(
  parsed: Parsed,
  file: string,
): Requirements {
  const { table = {} } = parsed;
  if (parsed.error !== undefined) {
    throw refusal(file, `its script block is not TOML: ${parsed.error}`);
  }
  checkPython(table["requires-python"], parsed.python, file);
  checkDependencies(table["dependencies"], file);
  const section = tableAt(tableAt(table, "tool", file), "py-plugin", file);
  const unknown = Object.keys(section).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    throw refusal(
      file,
      `it asks for "${unknown}", and a plugin can ask for ${KEYS.join(", ")}`,
    );
  }
  return {
    read: pathsAt(section, "read", file),
    write: pathsAt(section, "write", file),
    env: namesAt(section, "env", file),
    tmp: sizeAt(section, file),
    hrtime: flagAt(section, "hrtime", file),
  };
}

/**
 * Check that everything asked for was granted. A denial of a part of it is
 * none of the plugin's business.
 *
 * @throws {PermissionError} When it was not, with the flags to add; what was
 * denied no flag can grant.
 */
export function checkRequirements(
  asked: Requirements,
  grants: Grants,
  file: string,
): void {
  const { flags, denied } = missing(asked, grants);
  const denials = denied.join(", ");
  if (flags.length === 0 && denied.length === 0) return;
  const reason = flags.length === 0
    ? `it asks for what was denied: ${denials}`
    : `it asks for more than it was granted; add ${flags.join(" ")}${
      denied.length === 0 ? "" : `; it was denied ${denials}`
    }`;
  throw new PermissionError(`Cannot run "${file}": ${reason}`, { flags });
}

/** What was asked for and not granted. */
interface Missing {
  /** The program's flags that would grant it. */
  readonly flags: readonly string[];
  /** What no flag grants, for a denial goes before it: `"out" by --deny-write`. */
  readonly denied: readonly string[];
}

function missing(asked: Requirements, grants: Grants): Missing {
  const parts = [
    missingPaths("read", asked.read, grants),
    missingPaths("write", asked.write, grants),
    missingVariables(asked.env, grants),
    { flags: missingRest(asked, grants), denied: [] },
  ];
  return {
    flags: parts.flatMap(({ flags }) => flags),
    denied: parts.flatMap(({ denied }) => denied),
  };
}

function missingPaths(
  need: "read" | "write",
  asked: true | readonly string[],
  grants: Grants,
): Missing {
  const { home } = grants;
  const namesAsked = (path: string) => namesOf(path, home);
  if (asked === true) {
    const root = rootOf(home);
    if (reachAt(grants, root)[need]) return { flags: [], denied: [] };
    return isDenied(grants, root, need)
      ? { flags: [], denied: [`everything by --deny-${need}`] }
      : { flags: [`--allow-${need}`], denied: [] };
  }
  const away = asked.filter((path) => !reachAt(grants, namesAsked(path))[need]);
  return missingWords(
    away,
    (path) => isDenied(grants, namesAsked(path), need),
    { allow: `--allow-${need}`, deny: `--deny-${need}` },
  );
}

function missingVariables(asked: readonly string[], grants: Grants): Missing {
  return missingWords(
    asked.filter((name) => !grantsVariable(grants, name)),
    (name) => deniesVariable(grants.denyEnv, name),
    { allow: "--allow-env", deny: "--deny-env" },
  );
}

/** Of words that were not granted those that a flag grants, and the others. */
function missingWords(
  words: readonly string[],
  isDenied: (word: string) => boolean,
  { allow, deny }: { readonly allow: string; readonly deny: string },
): Missing {
  const open = words.filter((word) => !isDenied(word));
  return {
    flags: open.length === 0
      ? []
      : [quoted(`${allow}=${open.map(escaped).join(",")}`)],
    denied: words.filter(isDenied).map((word) => `"${word}" by ${deny}`),
  };
}

function missingRest(asked: Requirements, grants: Grants): string[] {
  const flags: string[] = [];
  if (asked.tmp > (grants.tmp ?? 0)) {
    flags.push(
      asked.tmp === DEFAULT_TMP ? "--tmp" : `--tmp=${sizeText(asked.tmp)}`,
    );
  }
  if (asked.hrtime && !grants.hrtime) flags.push("--allow-hrtime");
  return flags;
}

function checkPython(
  specifier: unknown,
  version: readonly number[],
  file: string,
): void {
  if (specifier === undefined) return;
  const fits = typeof specifier === "string"
    ? satisfies(version, specifier)
    : undefined;
  if (fits === true) return;
  throw refusal(
    file,
    fits === undefined
      ? `its requires-python is ${
        JSON.stringify(specifier)
      }, which cannot be read; write it as in ">=3.12"`
      : `it needs Python ${specifier}, and this is ${version.join(".")}`,
  );
}

function checkDependencies(dependencies: unknown, file: string): void {
  const names = wordsAt({ dependencies }, "dependencies", file);
  if (names.length === 0) return;
  throw refusal(
    file,
    `it depends on ${
      names.join(", ")
    }, and plugins install nothing; put pure Python beside plugin.py and take it out of the block's dependencies`,
  );
}

type Table = Readonly<Record<string, unknown>>;

function tableAt(table: Table, key: string, file: string): Table {
  const value = table[key] ?? {};
  if (isTable(value)) return value;
  throw refusal(file, `its "${key}" is not a table`);
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function pathsAt(table: Table, key: string, file: string) {
  return table[key] === true ? true : wordsAt(table, key, file);
}

/** A person will be shown the words, or told to type them. */
function wordsAt(table: Table, key: string, file: string): string[] {
  const value = table[key] ?? [];
  if (!Array.isArray(value) || !value.every(isText)) {
    throw refusal(file, `its "${key}" is not a list of words: ["a", "b"]`);
  }
  const wrong = value.find((word) => word === "" || !isPlain(word));
  if (wrong === undefined) return value;
  throw refusal(
    file,
    wrong === ""
      ? `its "${key}" has an empty word`
      : `its "${key}" has a word that is not what it seems: "${wrong}"`,
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function namesAt(table: Table, key: string, file: string): string[] {
  const names = wordsAt(table, key, file);
  if (names.every((name) => /^[^\s=*,]+\*?$|^\*$/u.test(name))) return names;
  throw refusal(file, `its "${key}" is not a list of names: ["HOME", "AWS_*"]`);
}

function flagAt(table: Table, key: string, file: string): boolean {
  const value = table[key] ?? false;
  if (typeof value === "boolean") return value;
  throw refusal(file, `its "${key}" is neither true nor false`);
}

function sizeAt({ tmp = 0 }: Table, file: string): number {
  if (typeof tmp === "boolean") return tmp ? DEFAULT_TMP : 0;
  try {
    return parseSize(String(tmp));
  } catch (error) {
    throw refusal(file, 'its "tmp" is not a size, as in "64MB"', error);
  }
}

function refusal(file: string, reason: string, cause?: unknown) {
  return new PluginLoadError(
    `Cannot load "${shown(file)}": ${shown(reason)}`,
    cause === undefined ? {} : { cause },
  );
}
