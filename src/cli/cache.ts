/**
 * The program's command `cache`: what it keeps of plugins.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { format as formatBytes } from "@std/fmt/bytes";
import { PluginError } from "../../mod.ts";
import { CACHE_HELP, CACHE_USAGE } from "./cache_help.ts";
import { type CachePlace, cachePlace } from "./cache_place.ts";
import { print, printError } from "./console.ts";
import { oneLine, report } from "./explain.ts";
import { UnknownFlags, type Wrong, wrong } from "./flags.ts";
import {
  type KeptFile,
  keptFiles,
  MOST_BYTES,
  removeFile,
} from "./kept_files.ts";
import { labelIn, MOST_LABEL } from "./warm_cache.ts";

type CacheCommand = { readonly kind: "help" | "info" | "clear" } | Wrong;

/** Do what the words behind `cache` say; answers the exit status. */
export function cache(words: readonly string[]): number {
  const command = parseCache(words);
  try {
    switch (command.kind) {
      case "help":
        print(CACHE_HELP);
        return 0;
      case "wrong":
        printError(`error: ${command.reason}\n${CACHE_USAGE}\n`);
        return 2;
      case "info":
        info(cachePlace());
        return 0;
      case "clear":
        clear(cachePlace());
        return 0;
      default:
        return command satisfies never;
    }
  } catch (error) {
    return report(error);
  }
}

/** Parse the words behind `cache`. */
export function parseCache(words: readonly string[]): CacheCommand {
  const unknown = new UnknownFlags();
  const flags = parseArgs([...words], {
    boolean: ["help"],
    alias: { h: "help" },
    unknown: unknown.note,
  });
  if (unknown.wrong !== undefined) return unknown.wrong;
  if (flags.help) return { kind: "help" };
  const [what, more] = flags._.map(String);
  if (more === undefined && (what === "info" || what === "clear")) {
    return { kind: what };
  }
  return wrong("cache takes one of info and clear");
}

function info(place: CachePlace): void {
  if (place.kind === "unusable") {
    const where = place.path === undefined ? "" : `${place.path}: `;
    return print(`${where}nothing is kept, since ${place.reason}\n`);
  }
  const { path } = place;
  const files = filesIn(path, "look into");
  const images = files.filter(({ kind }) => kind === "image");
  const memories = files.filter(({ kind }) => kind === "memory");
  const most = sizeText(MOST_BYTES);
  const size = sizeText(sum(files));
  print(`${path}: ${plural(images, "image")}, ${size} of at most ${most}\n`);
  if (memories.length > 0) {
    const bytes = sizeText(sum(memories)).padStart(10);
    print(`${bytes}  what every start begins with\n`);
  }
  for (const image of images) {
    const bytes = sizeText(image.bytes).padStart(10);
    const day = image.used.toISOString().slice(0, 10);
    print(`${bytes}  ${day}  ${oneLine(labelOf(image.path))}\n`);
  }
}

function clear(place: CachePlace): void {
  if (place.kind === "unusable") {
    const where = place.path === undefined ? "" : ` "${place.path}"`;
    throw cannot(`clear the cache${where}`, place.reason);
  }
  const { path } = place;
  const files = filesIn(path, "clear");
  for (const file of files) {
    attempt(`clear the cache "${path}"`, () => removeFile(file.path));
  }
  const images = files.filter(({ kind }) => kind === "image");
  const size = sizeText(sum(files));
  print(`${path}: ${plural(images, "image")} removed, ${size}\n`);
}

function filesIn(path: string, what: string): KeptFile[] {
  return attempt(`${what} the cache "${path}"`, () => keptFiles(path));
}

function attempt<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw cannot(what, error instanceof Error ? error.message : String(error));
  }
}

function cannot(what: string, why: string): PluginError {
  return new PluginError(`Cannot ${what}: ${why}`, { fault: "caller" });
}

/** What people call the plugin of an image. */
function labelOf(path: string): string {
  try {
    using file = Deno.openSync(path);
    file.seekSync(
      -Math.min(MOST_LABEL + 4, file.statSync().size),
      Deno.SeekMode.End,
    );
    const end = new Uint8Array(MOST_LABEL + 4);
    return labelIn(end.subarray(0, file.readSync(end) ?? 0)) ?? "?";
  } catch {
    return "?"; // it has just been removed
  }
}

function sum(files: readonly KeptFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function plural({ length }: readonly unknown[], word: string): string {
  return `${length} ${word}${length === 1 ? "" : "s"}`;
}

function sizeText(bytes: number): string {
  return formatBytes(bytes, { binary: true });
}
