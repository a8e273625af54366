/**
 * The ways to run a plugin that hostile code is tried in, and the attempts.
 *
 * @module
 */

import { loadPlugin, type Plugin, type PluginOptions } from "../../mod.ts";

/** Opens a plugin in one of the ways. */
export type Open = (source: string, options: PluginOptions) => Promise<Plugin>;

/** Each way, by its name: all hostile tests run in each. */
export const MODES: Readonly<Record<string, Open>> = {
  thread: (source, options) => loadPlugin({ source }, options),
  call: (source, options) =>
    loadPlugin({ source }, { ...options, isolation: "call" }),
  worker: (source, options) =>
    loadPlugin({ source }, { ...options, isolation: "worker" }),
};

/** `# name -> ending`, then the code. */
const ATTEMPT = /^# (.+) -> (.+)\n((?:(?!#).*\n)+)/gm;

/** One program that tries something. */
export interface Attempt {
  /** What it tries. */
  readonly name: string;
  /** How that has to end. */
  readonly ending: string;
  /** Its Python. */
  readonly code: string;
}

/**
 * The attempts in a file of this directory, by the group they are in; those
 * before the first title (`## title`) are in a group without a name.
 *
 * @param file The file's name.
 */
export async function attemptsOf(
  file: string,
): Promise<Map<string, Attempt[]>> {
  const text = await Deno.readTextFile(new URL(file, import.meta.url));
  const groups = new Map<string, Attempt[]>();
  for (const part of `## \n${text}`.split(/^## /m).slice(1)) {
    const group = part.slice(0, part.indexOf("\n"));
    const attempts = [...part.matchAll(ATTEMPT)].map((
      [, name = "", ending = "", code = ""],
    ) => ({ name, ending, code }));
    if (attempts.length > 0) groups.set(group, attempts);
  }
  return groups;
}
