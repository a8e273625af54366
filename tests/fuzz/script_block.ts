import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { PluginLoadError } from "../../src/errors.ts";
import { parseRequirements } from "../../src/plugin/requirements.ts";
import { scriptBlock } from "../../src/plugin/script_block.ts";
import type { Parsed } from "../../src/plugin/toml.ts";
import { openBridge } from "../bridge/open_bridge.ts";
import { editedText } from "./edits.ts";
import { batchOf, type Target, target } from "./target.ts";

/** The parser of `toml.ts`, for many documents. */
const SOURCE = `
import json, sys, tomllib

def parse(texts): return [one(text) for text in texts]

def one(text):
    python = sys.version_info[:3]
    try:
        table = tomllib.loads(text, parse_float=str)
        return json.dumps({"python": python, "table": table}, default=str)
    except (ValueError, RecursionError, MemoryError) as error:
        return json.dumps({"python": python, "error": str(error)})
`;

const FILE = `"""A plugin."""
# /// script
# requires-python = ">=3.12"
# dependencies = []
# [tool.py-plugin]
# read = ["data", "more/data"]
# write = true
# env = ["HOME", "AWS_*"]
# tmp = "64MB"
# hrtime = true
# ///
import sdk
`;
const WORDS = [
  ..."[ ] { } = , . \" ' \\ \n \r\n # -1 1e999 true inf nan".split(" "),
  "# /// script\n",
  "# ///\n",
  "#\n",
  "# ",
  '"""',
  "'''",
  "\\u0000",
  "\\ud800",
  "__proto__",
  "[tool]\n",
  "[[tool.py-plugin]]\n",
  "tool.py-plugin.read = 1\n",
  "1979-05-27T07:32:00Z",
  '">=3.12,<4,!=3.13.*"',
  "[".repeat(50),
];

/** Any PEP 723 block: what it asks for, or a `PluginLoadError`. */
export async function scriptBlocks(): Promise<Target> {
  const bridge = await openBridge(SOURCE);
  const file = editedText(fc.constant(FILE), WORDS);
  return target({
    name: "script-block",
    share: 30_000,
    batch: 50,
    inputs: batchOf(file, 50),
    try(files) {
      const blocks = files.map((text) => refused(() => scriptBlock(text, "f")))
        .filter((block) => typeof block === "string");
      const parsed = bridge.call("parse", [blocks.map(wellFormed)]) as string[];
      assertEquals(parsed.length, blocks.length);
      for (const json of parsed) {
        refused(() => parseRequirements(JSON.parse(json) as Parsed, "f"));
      }
    },
  });
}

/** The block is UTF-8 on its way to the parser. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** What a step gives; nothing when it refuses as it may. */
function refused<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof PluginLoadError) return undefined;
    throw error;
  }
}
