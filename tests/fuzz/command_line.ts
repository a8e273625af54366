import { assert } from "@std/assert";
import fc from "fast-check";
import { parseCommand } from "../../src/cli/args.ts";
import { parseTypes } from "../../src/cli/types_args.ts";
import { editedText } from "./edits.ts";
import { type Target, target } from "./target.ts";

const FLAGS = [
  "--allow-read",
  "--allow-write",
  "--deny-read",
  "--deny-write",
  "--allow-env",
  "--env",
  "--mount",
  "--tmp",
  "--allow-hrtime",
  "--seed",
  "--now",
  "--trace",
  "--log",
  "--color",
  "--output",
  "-o",
  "--help",
  "-h",
  "--version",
  "-V",
  "--explain-permissions",
  "--sdk",
  "--host",
  "--bigint",
  "--from",
  "--timeout",
  "--memory",
  "--",
  "-",
  "types",
];
const VALUES = [
  "",
  ".",
  "a,b",
  "a:/b",
  "a:/b:ro",
  "64MB",
  "1e99",
  "-1",
  "A=1",
  "A",
  "trace",
  "always",
  "2026-01-31T12:00:00Z",
  "18446744073709551616",
  "plugin.py",
  "__proto__",
  "constructor",
  "\0",
  "é",
  "..",
  "/",
  "*",
  "=",
];

/** Any words behind the program's name: a command, which may be `wrong`. */
export function commandLine(): Target {
  const flag = fc.constantFrom(...FLAGS);
  const value = fc.oneof(
    fc.constantFrom(...VALUES),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  const word = fc.oneof(
    flag,
    value,
    fc.tuple(flag, value).map(([name, text]) => `${name}=${text}`),
    editedText(flag, [...VALUES, "=", "--"]),
  );
  return target({
    name: "command-line",
    share: 60_000,
    batch: 1,
    inputs: fc.array(word, { maxLength: 8 }),
    try(words) {
      for (const parse of [parseCommand, parseTypes]) {
        const command = parse(words);
        assert(typeof command.kind === "string");
        if (command.kind === "wrong") assert(command.reason.length > 0);
      }
    },
  });
}
