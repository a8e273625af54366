/**
 * What stands for a plugin's files where warm images are kept.
 *
 * @module
 */

import { concat } from "../../concat.ts";
import type { PythonSource } from "../read.ts";

/**
 * The key of a plugin: a SHA-256 over the names and contents of all its files,
 * over which of them is loaded, and over where this code lies, so that two
 * versions of it do not take turns in writing the same file.
 */
export async function warmKey(
  { entry, files }: PythonSource,
): Promise<string> {
  const names = [...files.keys()].sort();
  const list = names.map((name) => [name, files.get(name)?.length]);
  const text = JSON.stringify([import.meta.url, entry, list]);
  const parts = [
    new TextEncoder().encode(text),
    ...names.map((name) => files.get(name) ?? new Uint8Array()),
  ];
  const hash = await crypto.subtle.digest("SHA-256", concat(parts));
  return new Uint8Array(hash).toHex();
}
