/**
 * What a caller lets a plugin reach: words, parsed once into a type that
 * cannot be wrong.
 *
 * @module
 */

import { PermissionError } from "../errors.ts";
import { sizeText } from "../size_text.ts";
import { type EnvRule, parseDenyEnv, parseEnv } from "./environment.ts";
import {
  bareBranch,
  type Branch,
  branchAt,
  type Fixture,
  follow,
  type Mark,
  type Reach,
  reachOf,
} from "./grant_tree.ts";
import {
  guestPath,
  type Home,
  hostPath,
  namesOf,
  rootOf,
} from "./host_path.ts";

/**
 * What a plugin may reach besides its own files and the standard library.
 * What is left out it does not have, whatever Deno itself may do.
 *
 * ```ts
 * import { loadPlugin } from "@x/py-plugin";
 * import { assertEquals } from "@std/assert";
 * await using plugin = await loadPlugin({
 *   source: "import sdk\n" +
 *     "def run_e(path, ident):\n" +
 *     "    with open(path) as file: sdk.return_result(file.readline(), ident)",
 * }, { grants: { read: ["deno.json"] } });
 * assertEquals((await plugin.run("deno.json")).text(), "{\n");
 * ```
 */
export interface GrantOptions {
  /** Files and directories that may be read; `true` for all. */
  readonly read?: true | readonly (string | URL)[];
  /** Files and directories that may be made, changed and removed. */
  readonly write?: true | readonly (string | URL)[];
  /** What may not be read, whatever `read` says. */
  readonly denyRead?: readonly (string | URL)[];
  /** What may not be written, whatever `write` says. */
  readonly denyWrite?: readonly (string | URL)[];
  /**
   * Environment variables: names of the host's (`"AWS_*"` for all that start
   * so), or names and values; `true` as a value is the host's.
   */
  readonly env?:
    | true
    | readonly string[]
    | Readonly<Record<string, string | true>>;
  /** Variables of the host's that it may not have, whatever `env` says. */
  readonly denyEnv?: readonly string[];
  /** Files and directories that have another name in the guest. */
  readonly mounts?: readonly MountOptions[];
  /** An empty `/tmp` in memory: its size in bytes, or `true` for 64 MiB. */
  readonly tmp?: true | number;
  /** Clocks that show more than steps of 0.1 ms. */
  readonly hrtime?: boolean;
}

/** A host file or directory under another name. */
export interface MountOptions {
  /** Where it is on the host. */
  readonly host: string | URL;
  /** Its absolute path in the guest. */
  readonly guest: string;
  /** Nothing in it may be changed; `false`. */
  readonly readOnly?: boolean;
}

/** One grant, for people. */
export interface Granted {
  /** The kind of thing: `read`, `env`, `mount`, … */
  readonly kind: string;
  /** The path, the name, the size. */
  readonly value: string;
}

/** Grants as the rest of this floor sees them. */
export interface Grants {
  /** Paths. */
  readonly tree: Branch;
  /** Environment variables. */
  readonly env: readonly EnvRule[];
  /** Those of the host's that are denied. */
  readonly denyEnv: readonly EnvRule[];
  /** Bytes of `/tmp`, when there is one. */
  readonly tmp: number | undefined;
  /** Whether clocks show all they can. */
  readonly hrtime: boolean;
  /** What is denied, by the host's paths: no other name leads there either. */
  readonly denials: readonly Denial[];
  /** What paths were relative to. */
  readonly home: Home;
  /** The same grants, for people. */
  readonly list: readonly Granted[];
}

/** A place of the host that grants of what it lies in do not mean. */
export interface Denial {
  /** The names on the host. */
  readonly names: readonly string[];
  /** Reading is denied there. */
  readonly read: boolean;
  /** Writing is denied there. */
  readonly write: boolean;
  /** A grant of the place itself, or of one below, goes before it. */
  readonly barrier: boolean;
}

/** Bytes of `/tmp` when nobody says how many. */
export const DEFAULT_TMP = 64 * 1024 * 1024;

/** What a caller can say. */
const WORDS: readonly string[] = [
  "read",
  "write",
  "denyRead",
  "denyWrite",
  "env",
  "denyEnv",
  "mounts",
  "tmp",
  "hrtime",
] satisfies (keyof GrantOptions)[];
const MOUNT_WORDS = ["host", "guest", "readOnly"];

/** What the guest has whatever is granted. */
const OWN = ["dev", "plugin", "python"];
const TMP = ["tmp"];
/**
 * Windows into the machine, where `environ` and open files lie: a grant of
 * everything does not mean them, as it does not in Deno.
 */
const BARRIERS = ["proc", "sys"];

/**
 * Parse grants.
 *
 * @param given What the caller says.
 * @param home What paths are relative to.
 * @throws {PermissionError} When they contradict what the guest always has,
 * or each other.
 * @throws {TypeError} When a path, a name or a size cannot be one.
 */
export function parseGrants(given: GrantOptions, home: Home): Grants {
  refuseUnknownIn("grant", given, WORDS);
  // Its own words only: what a prototype has was granted by nobody.
  const options: GrantOptions = Object.assign(Object.create(null), given);
  const tree = bareBranch();
  for (const name of OWN) branchAt(tree, [name]).fixture = { kind: "own" };
  for (const name of BARRIERS) branchAt(tree, [name]).barrier = true;
  const list: Granted[] = [];
  const state = { tree, home, list };
  const tmp = parseTmp(options.tmp);
  if (tmp !== undefined) {
    fix(state, TMP, { kind: "tmp", bytes: tmp }, `${sizeText(tmp)} in memory`);
  }
  for (const mount of options.mounts ?? []) addMount(state, mount);
  addPaths(state, "read", options.read);
  addPaths(state, "write", options.write);
  addPaths(state, "denyRead", options.denyRead);
  addPaths(state, "denyWrite", options.denyWrite);
  const env = parseEnv(options.env);
  const denyEnv = parseDenyEnv(options.denyEnv);
  list.push(...env.map(({ shown }) => ({ kind: "env", value: shown })));
  list.push(...denyEnv.map(({ shown }) => ({ kind: "no env", value: shown })));
  const { hrtime = false } = options;
  if (typeof hrtime !== "boolean") {
    throw new TypeError(
      `Cannot grant hrtime ${JSON.stringify(hrtime)}: it is true or false`,
    );
  }
  if (hrtime) list.push({ kind: "hrtime", value: "clocks in full resolution" });
  const denials = denialsOf(options, home);
  return { tree, env, denyEnv, tmp, hrtime, denials, home, list };
}

function denialsOf(options: GrantOptions, home: Home): Denial[] {
  const { denyRead = [], denyWrite = [] } = options;
  const all = { read: true, write: true, barrier: true };
  return [
    ...BARRIERS.map((name) => ({ names: [name], ...all })),
    ...denyRead.map((path) => ({
      names: namesOf(path, home),
      read: true,
      write: false,
      barrier: false,
    })),
    ...denyWrite.map((path) => ({
      names: namesOf(path, home),
      read: false,
      write: true,
      barrier: false,
    })),
  ];
}

/** What may be done at a place of the guest. */
export function reachAt(grants: Grants, names: readonly string[]): Reach {
  return reachOf(follow(grants.tree, names).flow);
}

/** Whether a denial is why something may not be done at a place. */
export function isDenied(
  grants: Grants,
  names: readonly string[],
  need: keyof Reach,
): boolean {
  const { flow } = follow(grants.tree, names);
  return flow.fixture === undefined &&
    flow.marks.has(need === "read" ? "denyRead" : "denyWrite");
}

/** Whether the place is one of the guest's own, which need no grant. */
export function isOwn(names: readonly string[]): boolean {
  return OWN.includes(names[0] ?? "");
}

/** The host's path of a place, where the guest's is another or is none. */
export function hostNames(
  grants: Grants,
  names: readonly string[],
): readonly string[] | undefined {
  let branch: Branch | undefined = grants.tree;
  let host: readonly string[] | undefined = names;
  for (const [index, name] of names.entries()) {
    branch = branch?.inside.get(name);
    const { fixture } = branch ?? {};
    if (fixture?.kind === "mount") {
      host = [...fixture.host, ...names.slice(index + 1)];
    } else if (fixture !== undefined) host = undefined;
    else if (branch?.marks.has("read") || branch?.marks.has("write")) {
      host = names;
    }
  }
  return host;
}

/** A word that is not understood may be a denial that is misspelt. */
function refuseUnknownIn(
  what: string,
  options: object,
  words: readonly string[],
): void {
  const unknown = Object.keys(options).find((key) => !words.includes(key));
  if (unknown === undefined) return;
  throw new TypeError(
    `Cannot ${what} "${unknown}": it takes ${words.join(", ")}`,
  );
}

interface Parsing {
  readonly tree: Branch;
  readonly home: Home;
  readonly list: Granted[];
}

const KINDS: Readonly<Record<Mark, string>> = {
  read: "read",
  write: "write",
  denyRead: "no read",
  denyWrite: "no write",
};

function addPaths(
  state: Parsing,
  mark: Mark,
  paths: true | readonly (string | URL)[] = [],
): void {
  const { home } = state;
  if (paths !== true && !Array.isArray(paths)) {
    throw new TypeError(
      `Cannot grant ${mark} access to ${
        JSON.stringify(paths)
      }: give a list of paths`,
    );
  }
  const all = paths === true
    ? [rootOf(home)]
    : paths.map((path) => namesOf(path, home));
  for (const names of all) {
    if (mark === "read" || mark === "write") refuseShadow(state, mark, names);
    branchAt(state.tree, names).marks.add(mark);
    state.list.push({ kind: KINDS[mark], value: hostPath(names, home) });
  }
}

/** A granted path must not be hidden behind what lies there in the guest. */
function refuseShadow(
  { tree }: Parsing,
  mark: string,
  names: readonly string[],
): void {
  let branch: Branch | undefined = tree;
  for (const [index, name] of names.entries()) {
    branch = branch?.inside.get(name);
    const { fixture } = branch ?? {};
    const last = index === names.length - 1;
    if (fixture === undefined || (fixture.kind === "tmp" && !last)) continue;
    const place = guestPath(names.slice(0, index + 1));
    throw new PermissionError(
      `Cannot grant ${mark} access to "${
        guestPath(names)
      }": in the guest "${place}" ${
        describe(fixture)
      }; mount it under another name`,
    );
  }
}

function addMount(state: Parsing, mount: MountOptions): void {
  refuseUnknownIn("mount", mount, MOUNT_WORDS);
  const { guest, readOnly = false } = mount;
  if (typeof guest !== "string" || typeof readOnly !== "boolean") {
    throw new TypeError(
      `Cannot mount ${
        JSON.stringify(mount)
      }: guest is an absolute path, and readOnly true or false`,
    );
  }
  if (!guest.startsWith("/") || guest.split("/").includes("..")) {
    throw new TypeError(
      `Cannot mount at "${guest}": a mount's guest path is absolute and has no ".."`,
    );
  }
  const host = namesOf(mount.host, state.home);
  const names = guest.split("/").filter((name) => name !== "" && name !== ".");
  const value = `${guestPath(names)} is ${hostPath(host, state.home)}${
    readOnly ? ", read-only" : ""
  }`;
  fix(state, names, { kind: "mount", host, readOnly }, value);
}

/** Put a fixture at a place where none is yet. */
function fix(
  state: Parsing,
  names: readonly string[],
  fixture: Fixture,
  value: string,
): void {
  const [first] = names;
  const taken = first === undefined
    ? "is the root, which holds what every plugin needs"
    : isOwn(names)
    ? `lies in "/${first}", which ${describe({ kind: "own" })}`
    : fixtureAt(state.tree, names);
  if (taken !== undefined) {
    throw new PermissionError(
      `Cannot mount at "${
        guestPath(names)
      }": it ${taken}; choose another guest path`,
    );
  }
  branchAt(state.tree, names).fixture = fixture;
  state.list.push({ kind: fixture.kind, value });
}

function fixtureAt(tree: Branch, names: readonly string[]) {
  const { fixture } = branchAt(tree, names);
  return fixture && describe(fixture);
}

function describe(fixture: Fixture): string {
  switch (fixture.kind) {
    case "own":
      return "is py-plugin's own";
    case "tmp":
      return "is the directory in memory";
    case "mount":
      return `is a mount of "${guestPath(fixture.host)}"`;
    default:
      return fixture satisfies never;
  }
}

function parseTmp(tmp: true | number | undefined): number | undefined {
  if (tmp === undefined || tmp === true) return tmp && DEFAULT_TMP;
  if (Number.isSafeInteger(tmp) && tmp >= 0) return tmp;
  throw new TypeError(
    `Cannot make a /tmp of ${tmp} bytes: a size is a whole number of bytes`,
  );
}
