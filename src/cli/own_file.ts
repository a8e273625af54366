/**
 * The files that the program writes itself: Deno is never made to ask about
 * them, and the plugin must not be able to forge them.
 *
 * @module
 */

import { type GrantOptions, PluginError } from "../../mod.ts";

/**
 * Make sure that Deno lets us write a file.
 *
 * @param what What would be written, for the error's message.
 * @param path The file.
 * @throws {PluginError} When it does not, with the flag to add.
 */
export function demandWritable(what: string, path: string): void {
  if (isAllowed("write", path)) return;
  throw new PluginError(
    `Cannot write ${what} to "${path}": Deno does not allow it; run with --allow-write=${path}`,
    { fault: "caller" },
  );
}

/**
 * Make sure that a plugin cannot write a file that tells about it.
 *
 * @param what What will be written, for the error's message.
 * @param path The file.
 * @param grants What the plugin gets.
 * @throws {PluginError} When it can, with the denial to add.
 */
export function demandUnforgeable(
  what: string,
  path: string,
  grants: GrantOptions,
): void {
  if (!mayWrite(grants, path) || isSpecial(path)) return;
  throw new PluginError(
    `Cannot write ${what} to "${path}": the plugin may write there, and could forge it; add --deny-write=${path} or choose another file`,
    { fault: "caller" },
  );
}

/** Whether a plugin that gets these grants may write a file or directory. */
export function mayWrite(
  { write = [], denyWrite = [], mounts = [] }: GrantOptions,
  path: string,
): boolean {
  const places = realPaths(path);
  const lies = (root: string | URL) =>
    realPaths(root).some((above) => places.some((place) => isIn(place, above)));
  const mounted = mounts.filter(({ readOnly }) => readOnly !== true)
    .map(({ host }) => host);
  const writable = write === true || [...write, ...mounted].some(lies);
  return writable && !denyWrite.some(lies);
}

/** Whether Deno allows it; a question would wait for somebody's answer. */
export function isAllowed(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}

/** The path as it is written, and without links as far as we may look. */
function realPaths(path: string | URL): string[] {
  const written = absolute(path instanceof URL ? path.pathname : path);
  const names = written.split("/");
  for (let kept = names.length; kept > 1; kept--) {
    const above = names.slice(0, kept).join("/") || "/";
    const real = resolved(above);
    if (real === undefined) continue;
    const rest = names.slice(kept).join("/");
    return [written, rest === "" ? real : `${real.replace(/\/$/, "")}/${rest}`];
  }
  return [written];
}

/** Without `.` and `..`, and with `/` between names on every system. */
function absolute(path: string): string {
  const plain = path.replaceAll("\\", Deno.build.os === "windows" ? "/" : "\\");
  const isWhole = /^(?:\/|[a-z]:\/)/i.test(plain);
  const names: string[] = [];
  for (const name of (isWhole ? plain : `${Deno.cwd()}/${plain}`).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

function resolved(path: string): string | undefined {
  if (!isAllowed("read", path)) return undefined;
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined; // it is not there yet
  }
}

function isIn(path: string, directory: string): boolean {
  return directory === "/" || path === directory ||
    path.startsWith(`${directory}/`);
}

/** A terminal, a pipe or `/dev/null` is no file that a plugin could open. */
function isSpecial(path: string): boolean {
  if (!isAllowed("read", path)) return false;
  try {
    return !Deno.statSync(path).isFile;
  } catch {
    return false; // it is not there yet
  }
}
