/**
 * The flags that grant something: the same words as Deno's, for the plugin.
 *
 * @module
 */

import type { GrantOptions, MountOptions } from "../../mod.ts";
import { sizeOf } from "./flag_values.ts";

/** Flags that may be given more than once, each with a list. */
export const LIST_FLAGS = [
  "allow-read",
  "allow-write",
  "deny-read",
  "deny-write",
  "allow-env",
  "deny-env",
  "env",
  "mount",
] as const;

/** What the command line says of them. */
export type GrantFlags =
  & Readonly<Record<typeof LIST_FLAGS[number], readonly string[]>>
  & { readonly tmp?: string; readonly "allow-hrtime": boolean };

/** Flags that mean everything, or the usual, without a value. */
const BARE: readonly string[] = [
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--tmp",
];
/** The value of a bare flag: no command line can have a NUL in it. */
const ALL = "\0";

/**
 * Give bare flags a value, so that they do not take the word that follows.
 *
 * @param words The words of the command line.
 */
export function withBareValues(words: readonly string[]): string[] {
  return words.map((word) => BARE.includes(word) ? `${word}=${ALL}` : word);
}

/**
 * The grants that the flags stand for.
 *
 * @throws {TypeError} When one has a value that it cannot have.
 */
export function grantsOf(flags: GrantFlags): GrantOptions {
  const grants: { -readonly [Key in keyof GrantOptions]: GrantOptions[Key] } =
    {};
  const denyRead = listed("--deny-read", "PATH", flags["deny-read"]);
  const denyWrite = listed("--deny-write", "PATH", flags["deny-write"]);
  const denyEnv = variables("--deny-env", flags["deny-env"]);
  const env = environment(flags);
  const { "allow-read": read, "allow-write": write } = flags;
  if (read.length > 0) grants.read = paths("--allow-read", read);
  if (write.length > 0) grants.write = paths("--allow-write", write);
  if (denyRead.length > 0) grants.denyRead = denyRead;
  if (denyWrite.length > 0) grants.denyWrite = denyWrite;
  if (env !== undefined) grants.env = env;
  if (denyEnv.length > 0) grants.denyEnv = denyEnv;
  if (flags.mount.length > 0) grants.mounts = flags.mount.map(mount);
  const { tmp } = flags;
  if (tmp !== undefined) grants.tmp = tmp === ALL || sizeOf("tmp", tmp);
  if (flags["allow-hrtime"]) grants.hrtime = true;
  return grants;
}

function paths(
  flag: string,
  values: readonly string[],
): true | readonly string[] {
  return values.includes(ALL) ? true : listed(flag, "PATH", values);
}

/** `--allow-env` passes the host's variables, `--env` sets some. */
function environment(flags: GrantFlags): GrantOptions["env"] | undefined {
  const env: Record<string, string | true> = {};
  const all = flags["allow-env"].includes(ALL);
  const names = flags["allow-env"].filter((value) => value !== ALL);
  if (all) env["*"] = true;
  for (const name of variables("--allow-env", names)) env[name] = true;
  for (const word of flags.env) {
    const at = word.indexOf("=");
    if (at < 1 || word.slice(0, at).includes("*")) {
      throw new TypeError(`--env takes NAME=VALUE, not "${word}"`);
    }
    env[word.slice(0, at)] = word.slice(at + 1);
  }
  return Object.keys(env).length === 0 ? undefined : env;
}

/** Names of variables, with `*` for any rest. */
function variables(flag: string, values: readonly string[]): string[] {
  const names = listed(flag, "NAME", values);
  const wrong = names.find((name) => !/^[^=*]*\*?$/.test(name));
  if (wrong === undefined) return names;
  throw new TypeError(
    `${flag} takes names, and "*" at the end of one, not "${wrong}"`,
  );
}

/** `HOST:GUEST` or `HOST:GUEST:ro`; `C:\data:/data` has its colon too. */
function mount(word: string): MountOptions {
  const [, host, guest, mode] = /^(.+?):(\/[^:]*)(?::(ro|rw))?$/.exec(word) ??
    [];
  if (host === undefined || guest === undefined || /\/\.\.(\/|$)/.test(guest)) {
    throw new TypeError(
      `--mount takes HOST:GUEST or HOST:GUEST:ro with an absolute GUEST, not "${word}"`,
    );
  }
  return { host, guest, readOnly: mode === "ro" };
}

/** The items of comma-separated lists; `,,` is a comma, as in Deno. */
function listed(
  flag: string,
  what: string,
  values: readonly string[],
): string[] {
  const items = values.flatMap((value) =>
    value.replaceAll(",,", "\0").split(",")
      .map((item) => item.replaceAll("\0", ","))
  );
  if (!items.includes("")) return items;
  throw new TypeError(`${flag} needs a ${what}, or several with "," between`);
}
