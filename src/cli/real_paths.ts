/**
 * Where a path of the host leads, as far as Deno lets us look.
 *
 * @module
 */

const MAX_LINKS = 40;

/**
 * All places that who opens a path goes by: as it is written, each link on the
 * way, and where it leads, whether or not something is there yet.
 *
 * @param path A path, absolute or not.
 */
export function placesOf(path: string): string[] {
  const names = namesFromRoot(path);
  return [withoutDots(names), ...walk(names)];
}

/**
 * The places that a grant or a denial of a path means: as it is written, where
 * `..` takes the name before it away, and where that leads.
 *
 * @param path A path, absolute or not, or a `file:` URL.
 */
export function placesMeant(path: string | URL): string[] {
  const text = path instanceof URL ? path.pathname : path;
  const written = withoutDots(namesFromRoot(text));
  return [written, walk(namesIn(written)).at(-1) ?? written];
}

/** Whether a path is a directory's, or lies in it. */
export function isIn(path: string, directory: string): boolean {
  return directory === "/" || path === directory ||
    path.startsWith(`${directory}/`);
}

/** With `/` between names on every system, and `.` and `..` still there. */
function namesFromRoot(path: string): string[] {
  const plain = path.replaceAll("\\", isWindows() ? "/" : "\\");
  return namesIn(isWhole(plain) ? plain : `${Deno.cwd()}/${plain}`);
}

function isWindows(): boolean {
  return Deno.build.os === "windows";
}

function isWhole(path: string): boolean {
  return path.startsWith("/") || (isWindows() && /^[a-z]:\//i.test(path));
}

function namesIn(path: string): string[] {
  const parts = path.split(isWindows() ? /[\\/]/ : "/");
  return parts.filter((name) => name !== "" && name !== ".");
}

function withoutDots(names: readonly string[]): string {
  const kept: string[] = [];
  for (const name of names) {
    if (name === "..") kept.pop();
    else kept.push(name);
  }
  return `/${kept.join("/")}`;
}

/** The links that names lead over, and last where they lead. */
function walk(names: readonly string[]): string[] {
  let at: string[] = [];
  const links: string[] = [];
  const rest = names.toReversed();
  while (rest.length > 0) {
    const name = rest.pop() ?? "";
    if (name === "..") at.pop();
    else {
      const target = links.length < MAX_LINKS
        ? targetOf([...at, name])
        : undefined;
      if (target === undefined) at.push(name);
      else {
        links.push(`/${[...at, name].join("/")}`);
        if (isWhole(target)) at = [];
        rest.push(...namesIn(target).toReversed());
      }
    }
  }
  return [...links, `/${at.join("/")}`];
}

/** Where a link leads; nothing when it is none, or we may not look. */
function targetOf(names: readonly string[]): string | undefined {
  const path = `${isWindows() ? "" : "/"}${names.join("/")}`;
  const query = { name: "read", path } as const;
  if (Deno.permissions.querySync(query).state !== "granted") return undefined;
  try {
    return Deno.readLinkSync(path);
  } catch {
    return undefined; // no link, or nothing there yet
  }
}
