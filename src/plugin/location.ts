/**
 * Where a plugin is: what callers write, parsed into a type that cannot be
 * wrong.
 *
 * @module
 */

import { PluginLoadError } from "../errors.ts";
import { PluginSnapshot } from "./plugin_snapshot.ts";

/**
 * Where a plugin is.
 *
 * - a string: a path, or a URL (`https:`, `file:`, `data:`, `jsr:`);
 * - a `URL`;
 * - `{ source, name? }`: the Python source itself, and what its file is called;
 * - `{ files, entry? }`: several files by name; `plugin.py` is the plugin, unless
 *   `entry` names another.
 *
 * A path may name a file (`.py`, or `.wasm` for any SE2 guest) or a directory
 * that holds `plugin.py`. Naming a directory lets the plugin read all of it but
 * what begins with a dot, `__pycache__` and `node_modules`.
 */
export type PluginLocation =
  | string
  | URL
  | { readonly source: string | Uint8Array; readonly name?: string }
  | {
    readonly files: Readonly<Record<string, string | Uint8Array>>;
    readonly entry?: string;
  };

/** A {@linkcode PluginLocation} as the rest of this floor sees it. */
export type Location =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "url"; readonly url: URL }
  | { readonly kind: "jsr"; readonly specifier: JsrSpecifier }
  | {
    readonly kind: "files";
    readonly entry: string;
    readonly files: ReadonlyMap<string, Uint8Array>;
  };

/** `jsr:@scope/name@version/path`, taken apart. */
export interface JsrSpecifier {
  /** The scope, without `@`. */
  readonly scope: string;
  /** The package's name. */
  readonly name: string;
  /** The exact version; absent for the latest. */
  readonly version?: string;
  /** The file inside the package. */
  readonly path: string;
}

/** The file that is the plugin when a directory is named. */
export const ENTRY = "plugin.py";

const encoder = new TextEncoder();

/**
 * Parse a location.
 *
 * @throws {PluginLoadError} When it cannot be one.
 */
export function parseLocation(location: PluginLocation): Location {
  if (typeof location === "string") return parseText(location);
  if (location instanceof URL) return parseUrl(location);
  if (typeof location !== "object" || location === null) {
    throw noLocation(location);
  }
  if ("files" in location) {
    return parseFiles(location.files, location.entry ?? ENTRY);
  }
  if (!("source" in location)) throw noLocation(location);
  const name = location.name ?? ENTRY;
  return parseFiles({ [name]: location.source }, name);
}

function noLocation(value: unknown): TypeError {
  const shown = Deno.inspect(value, { depth: 0, iterableLimit: 3 });
  const reason = value instanceof PluginSnapshot
    ? "a plugin that is loaded begins anew; its start() goes on from it, and a pool makes one of its own"
    : "it must be a path, a URL, { source } or { files }";
  return new TypeError(`Cannot load a plugin from ${shown}: ${reason}`);
}

function parseText(text: string): Location {
  if (text === "") {
    throw new PluginLoadError('Cannot load "": it names no plugin');
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(text) && URL.canParse(text)) {
    return parseUrl(new URL(text));
  }
  return { kind: "path", path: text };
}

function parseUrl(url: URL): Location {
  switch (url.protocol) {
    case "file:":
      return { kind: "path", path: pathOf(url) };
    case "jsr:":
      return { kind: "jsr", specifier: parseJsr(url.href) };
    case "https:":
    case "http:":
      return { kind: "url", url };
    case "data:":
      demandEscapes(url);
      return { kind: "url", url };
    default:
      throw new PluginLoadError(
        `Cannot load "${url.href}": a plugin is a path, or a URL of https, http, file, data or jsr`,
      );
  }
}

/** Deno would make another text of a `%` that is no escape. */
function demandEscapes(url: URL): void {
  const [wrong] = /%(?![\da-f]{2}).{0,2}/i.exec(url.href) ?? [];
  if (wrong === undefined) return;
  throw new PluginLoadError(
    `Cannot load a data: URL with "${wrong}" in it: a "%" starts an escape of two hexadecimal digits; write %25 for the sign itself`,
  );
}

function pathOf(url: URL): string {
  if (url.host !== "" && url.host !== "localhost") {
    throw new PluginLoadError(
      `Cannot load "${url.href}": a file: URL names a file of this machine`,
    );
  }
  const parts = url.pathname.split("/").map((part) =>
    part === "" ? part : decoded(part, url)
  );
  return Deno.build.os === "windows"
    ? parts.slice(1).join("\\")
    : parts.join("/");
}

/**
 * One part of a URL's path without its percent signs.
 *
 * @throws {PluginLoadError} When they do not stand for one name.
 */
export function decoded(part: string, url: URL): string {
  try {
    const name = decodeURIComponent(part);
    if (isFileName(name) && !name.includes("/")) return name;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw new PluginLoadError(
    `Cannot load "${
      shownUrl(url)
    }": its percent signs do not stand for a file's name`,
  );
}

/** A URL for messages: without the password that it may carry. */
export function shownUrl(url: URL): string {
  if (url.protocol === "data:") return "data:…";
  const shown = new URL(url);
  shown.username = shown.password = "";
  return shown.href;
}

function parseJsr(href: string): JsrSpecifier {
  const match =
    /^jsr:\/?@([a-z0-9-]+)\/([a-z0-9-]+)(?:@(\d+\.\d+\.\d+[^/]*))?\/(.+)$/
      .exec(href);
  const [, scope, name, version, path] = match ?? [];
  if (
    scope === undefined || name === undefined || path === undefined ||
    !isFileName(path)
  ) {
    throw new PluginLoadError(
      `Cannot load "${href}": write jsr:@scope/name/plugin.py for the latest version, or jsr:@scope/name@1.2.3/plugin.py for an exact one`,
    );
  }
  return { scope, name, path, ...(version === undefined ? {} : { version }) };
}

function parseFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  entry: string,
): Location {
  const parsed = new Map<string, Uint8Array>();
  for (const [name, content] of Object.entries(files)) {
    if (!isFileName(name)) {
      throw new PluginLoadError(
        `Cannot load a plugin with a file named "${name}": names are relative, without empty parts, "." or ".."`,
      );
    }
    parsed.set(name, sourceBytes(name, content));
  }
  for (const name of parsed.keys()) {
    const parts = name.split("/").slice(0, -1);
    if (parts.some((_, end) => parsed.has(parts.slice(0, end + 1).join("/")))) {
      throw new PluginLoadError(
        `Cannot load a plugin with a file named "${name}": a part of its path is a file as well`,
      );
    }
  }
  if (!parsed.has(entry)) {
    throw new PluginLoadError(
      `Cannot load the plugin's files: none of them is "${entry}"`,
    );
  }
  return { kind: "files", entry, files: parsed };
}

function isFileName(name: string): boolean {
  return !name.includes("\0") && name.isWellFormed() &&
    name.split("/").every((part) =>
      part !== "" && part !== "." && part !== ".."
    );
}

function sourceBytes(name: string, content: string | Uint8Array): Uint8Array {
  if (content instanceof Uint8Array) return content;
  if (typeof content !== "string") {
    throw new TypeError(
      `Cannot load "${name}": its content must be a string or a Uint8Array, not ${
        Deno.inspect(content, { depth: 0 })
      }`,
    );
  }
  if (content.isWellFormed()) return encoder.encode(content);
  throw new PluginLoadError(
    `Cannot load "${name}": its source has a lone surrogate, which UTF-8 cannot carry`,
  );
}
