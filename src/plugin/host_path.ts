/**
 * Paths of the host as lists of names, and back.
 *
 * A granted path is the same in the guest, so that `open("data/in.csv")` works
 * where a person expects it. The guest knows only `/`: `C:\data` is `/C:/data`.
 *
 * @module
 */

/** What a path is relative to, and how it is written. */
export interface Home {
  /** The working directory of the process. */
  readonly cwd: string;
  /** Whether paths are written as Windows does. */
  readonly windows: boolean;
}

/** This process's working directory. */
export function currentHome(): Home {
  return { cwd: Deno.cwd(), windows: Deno.build.os === "windows" };
}

/**
 * The names from the root to a path, without `.` and `..`.
 *
 * @param path A path, absolute or not, or a `file:` URL.
 * @param home What it is relative to.
 * @throws {TypeError} When it cannot be a path.
 */
export function namesOf(path: string | URL, home: Home): string[] {
  const text = path instanceof URL ? textOf(path, home) : path;
  if (text === "" || text.includes("\0")) {
    throw new TypeError(
      `Cannot use ${JSON.stringify(text)} as a path: it ${
        text === "" ? "is empty" : "has a NUL inside"
      }`,
    );
  }
  const absolute = isAbsolute(text, home) ? text : `${home.cwd}/${text}`;
  const names: string[] = [];
  for (const name of absolute.split(home.windows ? /[\\/]/ : "/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return names;
}

/** The names of what everything is in: on Windows the drive we work on. */
export function rootOf(home: Home): string[] {
  return home.windows ? namesOf(".", home).slice(0, 1) : [];
}

/** The host's path with these names. */
export function hostPath(names: readonly string[], home: Home): string {
  if (!home.windows) return guestPath(names);
  return names.length === 1 ? `${names[0]}\\` : names.join("\\");
}

/** The guest's path with these names. */
export function guestPath(names: readonly string[]): string {
  return `/${names.join("/")}`;
}

function isAbsolute(path: string, home: Home): boolean {
  return home.windows ? /^[a-z]:[\\/]/i.test(path) : path.startsWith("/");
}

function textOf(url: URL, home: Home): string {
  if (url.protocol !== "file:") {
    throw new TypeError(
      `Cannot use "${url.href}" as a path: only file: URLs are paths`,
    );
  }
  const path = decodeURIComponent(url.pathname);
  return home.windows ? path.slice(1) : path;
}
