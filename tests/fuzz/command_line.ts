import { assert } from "@std/assert";
import fc from "fast-check";
import { loadPluginOrScript, PluginError } from "../../mod.ts";
import { parseCommand, type RunCommand } from "../../src/cli/args.ts";
import { LIMIT_FLAGS } from "../../src/cli/limit_flags.ts";
import { parseServe } from "../../src/cli/serve_args.ts";
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
  ...LIMIT_FLAGS.map((flag) => `--${flag}`),
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
  "0",
  "1",
  "5",
  "50",
  "0s",
  "20MB",
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
    inputs: fc.oneof(
      { weight: 4, arbitrary: fc.array(word, { maxLength: 8 }) },
      { weight: 1, arbitrary: limited() },
    ),
    async try(words) {
      for (const parse of [parseCommand, parseTypes, parseServe]) {
        const command = parse(words);
        assert(typeof command.kind === "string");
        if (command.kind === "wrong") assert(command.reason.length > 0);
        if (command.kind === "run") await start(command);
      }
    },
  });
}

/** A command that runs a plugin with limits, which may be any. */
function limited(): fc.Arbitrary<string[]> {
  const amount = fc.oneof(fc.nat(60).map(String), fc.constantFrom(...VALUES));
  const limit = fc.tuple(fc.constantFrom(...LIMIT_FLAGS), amount)
    .map(([flag, text]) => `--${flag}=${text}`);
  return fc.array(limit, { minLength: 1, maxLength: 3 })
    .map((limits) => [...limits, "plugin.py"]);
}

/** The limits that a command line may name, met by a script that does nothing. */
async function start({ limits }: RunCommand): Promise<void> {
  if (Object.keys(limits).length === 0) return;
  try {
    await using loaded = await loadPluginOrScript({ source: "pass" }, {
      limits,
      stdout: "null",
      stderr: "null",
    });
    assert(loaded.kind === "script");
    await loaded.run();
  } catch (error) {
    // Anything else is status 70, as if it were the program's fault.
    const isTheirs = error instanceof PluginError && error.fault !== "internal";
    if (!isTheirs) throw error;
  }
}
