/**
 * Read a plugin's files, once, into memory.
 *
 * @module
 */

import { PluginError, PluginLoadError } from "../errors.ts";
import { notAllowed } from "../deno_permission.ts";
import { fetchFile, jsrUrl } from "./fetch.ts";
import {
  decoded,
  ENTRY,
  type Location,
  parseLocation,
  type PluginLocation,
} from "./location.ts";

/** A plugin as it was read. */
export type PluginSource =
  | PythonSource
  | {
    readonly kind: "wasm";
    /** The file's name, for messages. */
    readonly entry: string;
    /** The module's bytes. */
    readonly bytes: Uint8Array<ArrayBuffer>;
  };

/** A plugin in Python as it was read. */
export interface PythonSource {
  readonly kind: "python";
  /** The name of the file to load, relative to the plugin's directory. */
  readonly entry: string;
  /** All its files by relative name, with `/` between the parts. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** How much a plugin's directory may hold. */
const MAX_FILES = 4096;
const MAX_BYTES = 64 * 1024 * 1024;
/** Directories that are never part of a plugin. */
const SKIPPED = new Set(["__pycache__", "node_modules"]);

/**
 * Read the plugin at a location.
 *
 * @throws {PluginLoadError} When it cannot be found or read.
 */
export async function readPlugin(
  location: PluginLocation,
): Promise<PluginSource> {
  const parsed = parseLocation(location);
  switch (parsed.kind) {
    case "files":
      return { kind: "python", entry: parsed.entry, files: parsed.files };
    case "path":
      return await readPath(parsed.path);
    case "url":
      return singleFile(nameOf(parsed.url), await fetchFile(parsed.url));
    case "jsr":
      return await readJsr(parsed);
    default:
      return parsed satisfies never;
  }
}

async function readJsr(
  location: Extract<Location, { kind: "jsr" }>,
): Promise<PluginSource> {
  const url = await jsrUrl(location.specifier);
  return singleFile(nameOf(url), await fetchFile(url));
}

async function readPath(path: string): Promise<PluginSource> {
  const { isDirectory, isFile, size } = await at(path, Deno.stat);
  if (isDirectory) return await readDirectory(path);
  if (!isFile) {
    throw new PluginLoadError(
      `Cannot read "${path}": it is neither a file nor a directory`,
    );
  }
  if (size > MAX_BYTES) throw tooMuch(path);
  return singleFile(lastPart(path), await at(path, Deno.readFile));
}

/** Do something with a path; what goes wrong is a load error that names it. */
async function at<T>(
  path: string,
  step: (path: string) => Promise<T>,
): Promise<T> {
  try {
    return await step(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function tooMuch(path: string): PluginLoadError {
  return new PluginLoadError(
    `Cannot load "${path}": a plugin may have ${MAX_FILES} files and ${
      MAX_BYTES >> 20
    } MiB`,
  );
}

async function readDirectory(root: string): Promise<PluginSource> {
  const files = new Map<string, Uint8Array>();
  const state = { files, bytes: 0, real: await at(root, Deno.realPath) };
  await readInto(state, root, "");
  if (!files.has(ENTRY)) {
    throw new PluginLoadError(
      `Cannot load "${root}": the directory holds no ${ENTRY}`,
    );
  }
  return { kind: "python", entry: ENTRY, files };
}

interface Reading {
  readonly files: Map<string, Uint8Array>;
  readonly real: string;
  bytes: number;
}

async function readInto(
  state: Reading,
  directory: string,
  prefix: string,
): Promise<void> {
  const entries = await at(
    directory,
    (path) => Array.fromAsync(Deno.readDir(path)),
  );
  for (const entry of entries) {
    if (SKIPPED.has(entry.name) || entry.name.startsWith(".")) continue;
    const path = `${directory}/${entry.name}`;
    const name = prefix + entry.name;
    if (entry.isDirectory) await readInto(state, path, `${name}/`);
    else if (entry.isSymlink) await addLink(state, path, name);
    else if (entry.isFile) await addFile(state, path, name);
  }
}

/** A link counts as the file it leads to, when that is inside the plugin. */
async function addLink(state: Reading, path: string, name: string) {
  const real = await at(path, Deno.realPath);
  const separator = Deno.build.os === "windows" ? "\\" : "/";
  if (real !== state.real && !real.startsWith(state.real + separator)) {
    throw new PluginLoadError(
      `Cannot load "${path}": the link leads out of the plugin's directory`,
    );
  }
  if (!(await at(real, Deno.stat)).isFile) {
    throw new PluginLoadError(
      `Cannot load "${path}": a link in a plugin's directory must lead to a file`,
    );
  }
  await addFile(state, real, name);
}

async function addFile(state: Reading, path: string, name: string) {
  state.bytes += (await at(path, Deno.stat)).size;
  if (state.files.size >= MAX_FILES || state.bytes > MAX_BYTES) {
    throw tooMuch(state.real);
  }
  state.files.set(name, await at(path, Deno.readFile));
}

function singleFile(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): PluginSource {
  if (name.endsWith(".wasm")) return { kind: "wasm", entry: name, bytes };
  return { kind: "python", entry: name, files: new Map([[name, bytes]]) };
}

/** The name for the file that a URL gives; a server does not choose where. */
function nameOf(url: URL): string {
  const last = url.protocol === "data:"
    ? ""
    : url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
  return last === "" ? ENTRY : decoded(last, url);
}

function lastPart(path: string): string {
  const parts = path.split(Deno.build.os === "windows" ? /[\\/]/ : "/");
  return parts.findLast((part) => part !== "") ?? "";
}

/** Why a path cannot be read, and what to do about it. */
function unreadable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof PluginError) return error;
  const reason = error instanceof Deno.errors.NotFound
    ? "there is no such file"
    : error instanceof Deno.errors.NotCapable
    ? notAllowed({ name: "read", path }, `--allow-read=${path}`)
    : error instanceof Deno.errors.PermissionDenied
    ? "the system does not allow it"
    : error.message;
  return new PluginLoadError(`Cannot read "${path}": ${reason}`, {
    cause: error,
  });
}
