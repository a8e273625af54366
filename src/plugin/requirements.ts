/**
 * What a plugin asks for in its PEP 723 block, held against what it was
 * granted. Nothing is ever granted because it was asked for.
 *
 * @module
 */

import { PermissionError, PluginLoadError } from "../errors.ts";
import { grantsVariable } from "./environment.ts";
import { DEFAULT_TMP, type Grants, reachAt } from "./grants.ts";
import { namesOf, rootOf } from "./host_path.ts";
import { satisfies } from "./python_version.ts";
import { parseSize, sizeText } from "./size.ts";
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
 * Check that everything asked for was granted.
 *
 * @throws {PermissionError} When it was not, with the flags to add.
 */
export function checkRequirements(
  asked: Requirements,
  grants: Grants,
  file: string,
): void {
  const flags = missingFlags(asked, grants);
  if (flags.length === 0) return;
  throw new PermissionError(
    `Cannot run "${file}": it asks for more than it was granted; add ${
      flags.join(" ")
    }`,
    { flags },
  );
}

/** The program's flags for what is asked for and not granted. */
function missingFlags(asked: Requirements, grants: Grants): string[] {
  const env = asked.env.filter((name) => !grantsVariable(grants, name));
  const flags = [
    ...pathFlags("read", asked.read, grants),
    ...pathFlags("write", asked.write, grants),
  ];
  if (env.length > 0) flags.push(quoted(`--allow-env=${env.join(",")}`));
  if (asked.tmp > (grants.tmp ?? 0)) {
    flags.push(
      asked.tmp === DEFAULT_TMP ? "--tmp" : `--tmp=${sizeText(asked.tmp)}`,
    );
  }
  if (asked.hrtime && !grants.hrtime) flags.push("--allow-hrtime");
  return flags;
}

function pathFlags(
  need: "read" | "write",
  asked: true | readonly string[],
  grants: Grants,
): string[] {
  const { home } = grants;
  if (asked === true) {
    return reachAt(grants, rootOf(home))[need] ? [] : [`--allow-${need}`];
  }
  const missing = asked.filter((path) =>
    !reachAt(grants, namesOf(path, home))[need]
  );
  return missing.length === 0
    ? []
    : [quoted(`--allow-${need}=${missing.map(escaped).join(",")}`)];
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

function wordsAt(table: Table, key: string, file: string): string[] {
  const value = table[key] ?? [];
  if (Array.isArray(value) && value.every(isWord)) return value;
  throw refusal(file, `its "${key}" is not a list of words: ["a", "b"]`);
}

/** What a person will be shown, or told to type: it must be what it seems. */
function isWord(value: unknown): value is string {
  return typeof value === "string" && value !== "" && isPlain(value);
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
