/**
 * TOML, parsed by Python itself.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import { openGuest } from "./open.ts";
import { settingsOf } from "./options.ts";
import { Script } from "./script.ts";

/** A document, or what is wrong with it, and who parsed it. */
export interface Parsed {
  /** The document's table, when it is right; dates and floats are text. */
  readonly table?: Readonly<Record<string, unknown>>;
  /** What is wrong, with line and column. */
  readonly error?: string;
  /** The parser's `sys.version_info[:3]`. */
  readonly python: readonly number[];
}

const NAME = "toml.py";
const PARSER = `import json, sys, tomllib
text = sys.stdin.buffer.read().decode()
python = sys.version_info[:3]
try:
    table = tomllib.loads(text, parse_float=str)
    result = json.dumps({"python": python, "table": table}, default=str)
except (ValueError, RecursionError, MemoryError) as error:
    result = json.dumps({"python": python, "error": str(error)})
sys.stdout.write(result)
`;

/**
 * Parse a document in an instance of its own, which is granted nothing and
 * never meets the plugin.
 *
 * @param text The document, from the plugin's author.
 */
export async function parseToml(text: string): Promise<Parsed> {
  const decoder = new TextDecoder();
  let json = "";
  const settings = settingsOf({
    stdin: new TextEncoder().encode(text),
    stderr: "null",
    stdout: (chunk) => void (json += decoder.decode(chunk, { stream: true })),
  });
  const files = new Map([[NAME, new TextEncoder().encode(PARSER)]]);
  const source = { kind: "python", entry: NAME, files } as const;
  const guest = await openGuest(source, settings, { mode: "script" });
  const status = await new Script(guest).run();
  if (status === 0) return JSON.parse(json) as Parsed;
  throw new InternalError(`Parsing TOML ended with status ${status}`);
}
