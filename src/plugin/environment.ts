/**
 * The environment variables of a plugin: nothing that was not named.
 *
 * @module
 */

import { PermissionError } from "../errors.ts";
import { notAllowed } from "../deno_permission.ts";
import type { GrantOptions } from "./grants.ts";

/** One grant of variables. */
export interface EnvRule {
  /** The name, or how names start when `prefix` is set. */
  readonly name: string;
  /** Whether all names that start with `name` are meant. */
  readonly prefix: boolean;
  /** The value; the host's when absent. */
  readonly value: string | undefined;
  /** The rule as people write it, without the value, which may be secret. */
  readonly shown: string;
}

/** Parse the words of `grants.env`. */
export function parseEnv(env: GrantOptions["env"]): EnvRule[] {
  if (env === undefined) return [];
  if (env === true) return [rule("*", true)];
  if (isNames(env)) return env.map((name) => rule(name, true));
  if (typeof env !== "object" || env === null) {
    throw new TypeError(
      `Cannot grant variables ${
        JSON.stringify(env)
      }: give a list of names, or names and values`,
    );
  }
  return Object.entries(env).map(([name, value]) => rule(name, value));
}

/** Which of the host's variables are denied, by name or by how they start. */
export function parseDenyEnv(names: GrantOptions["denyEnv"] = []): EnvRule[] {
  if (!Array.isArray(names)) {
    throw new TypeError(
      `Cannot deny variables ${JSON.stringify(names)}: give a list of names`,
    );
  }
  return names.map((name) => rule(name, true));
}

/** What a plugin has of the environment. */
export interface Environment {
  /** What was granted. */
  readonly env: readonly EnvRule[];
  /** What of the host's is denied, whatever was granted. */
  readonly denyEnv: readonly EnvRule[];
}

/** Whether the plugin may have a variable. */
export function grantsVariable(
  { env, denyEnv }: Environment,
  name: string,
): boolean {
  const rules = env.filter((rule) => covers(rule, name));
  return rules.some(({ value }) => value !== undefined) ||
    (rules.length > 0 && !deniesVariable(denyEnv, name));
}

/** Whether a variable of the host's is denied, whatever was granted. */
export function deniesVariable(
  denyEnv: readonly EnvRule[],
  name: string,
): boolean {
  return denyEnv.some((rule) => covers(rule, name));
}

function covers({ name, prefix }: EnvRule, variable: string): boolean {
  return prefix ? variable.startsWith(name) : variable === name;
}

/**
 * The variables that the rules name, with their values. A denial is of the
 * host's; what has a value of its own is nobody's secret.
 *
 * @throws {PermissionError} When Deno does not let us read one.
 */
export function readEnvironment(
  { env, denyEnv }: Environment,
): Record<string, string> {
  const variables: Record<string, string> = {};
  const isDenied = (name: string) => deniesVariable(denyEnv, name);
  const fixed = env.filter(({ value }) => value !== undefined);
  for (const { name, prefix } of env.filter((rule) => !fixed.includes(rule))) {
    if (!prefix && isDenied(name)) continue;
    demand(prefix ? undefined : name);
    if (prefix) Object.assign(variables, startingWith(name));
    else {
      const value = Deno.env.get(name);
      if (value !== undefined) variables[name] = value;
    }
  }
  for (const name of Object.keys(variables)) {
    if (isDenied(name)) delete variables[name];
  }
  for (const { name, value = "" } of fixed) variables[name] = value;
  return variables;
}

function isNames(env: object): env is readonly string[] {
  return Array.isArray(env);
}

function rule(name: string, value: string | true): EnvRule {
  if (
    typeof name !== "string" || (value !== true && typeof value !== "string")
  ) {
    throw new TypeError(
      `Cannot grant the variable ${JSON.stringify(name)} as ${
        JSON.stringify(value)
      }: a name is text, and its value text or true`,
    );
  }
  const prefix = value === true && name.endsWith("*");
  const plain = prefix ? name.slice(0, -1) : name;
  if ((plain === "" && !prefix) || /[=*\0]/.test(plain)) {
    throw new TypeError(
      `Cannot grant the variable ${
        JSON.stringify(name)
      }: a name is not empty, has no "=" and no NUL, and "*" only at its end`,
    );
  }
  return value === true
    ? { name: plain, prefix, value: undefined, shown: name }
    : { name, prefix, value, shown: name };
}

/** Ask before reading, so that Deno never prompts. */
function demand(variable: string | undefined): void {
  const descriptor = variable === undefined
    ? { name: "env" } as const
    : { name: "env", variable } as const;
  if (Deno.permissions.querySync(descriptor).state === "granted") return;
  const flag = variable === undefined
    ? "--allow-env"
    : `--allow-env=${variable}`;
  throw new PermissionError(
    `Cannot pass ${
      variable === undefined
        ? "the environment"
        : `the environment variable "${variable}"`
    }: ${notAllowed(descriptor, `deno run ${flag}`)}`,
  );
}

function startingWith(start: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Deno.env.toObject())
      .filter(([name]) => name.startsWith(start)),
  );
}
