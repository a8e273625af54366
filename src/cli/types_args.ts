/**
 * From the words behind `types` to a {@linkcode TypesCommand}.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import type { GrantOptions } from "../../mod.ts";
import { orWrong, UnknownFlags, type Wrong, wrong } from "./flags.ts";
import {
  type GrantFlags,
  grantsOf,
  LIST_FLAGS,
  withBareValues,
} from "./grant_flags.ts";

/** What `types` was asked to do. */
export type TypesCommand =
  | { readonly kind: "help" }
  | PluginTypesCommand
  | StubsCommand
  | Wrong;

/** Write the declarations of a plugin. */
export interface PluginTypesCommand {
  readonly kind: "plugin";
  /** Where it is: a path or a URL. */
  readonly plugin: string;
  /** What it may reach while it is imported. */
  readonly grants: GrantOptions;
  /** The file for the text; standard output without it. */
  readonly output?: string;
  /** What the text imports this package as. */
  readonly specifier?: string;
  /** The type of an `int`. */
  readonly int: "number" | "number | bigint";
}

/** Write stubs of what a plugin can import from its host. */
export interface StubsCommand {
  readonly kind: "stubs";
  /** The module that has the host namespace; without it `sdk` alone. */
  readonly host?: string;
  /** The directory for the stubs. */
  readonly output: string;
}

/** Parse the words behind `types`. */
export function parseTypes(words: readonly string[]): TypesCommand {
  const unknown = new UnknownFlags();
  const flags = parseArgs(withBareValues(words), {
    boolean: ["help", "sdk", "bigint", "allow-hrtime"],
    string: ["output", "host", "from", "tmp", ...LIST_FLAGS],
    collect: LIST_FLAGS,
    alias: { h: "help", o: "output" },
    unknown: unknown.note,
  });
  if (unknown.wrong !== undefined) return unknown.wrong;
  if (flags.help) return { kind: "help" };
  const { output, host } = flags;
  if (output === "") return wrong("--output needs a name");
  if (host === "") return wrong("--host needs a FILE");
  const plugins = flags._.map(String);
  if (host !== undefined || flags.sdk) {
    return plugins.length === 0
      ? {
        kind: "stubs",
        output: output ?? "typings",
        ...(host === undefined ? {} : { host }),
      }
      : wrong("types writes for a PLUGIN or for --host, not both at once");
  }
  return ofPlugin(plugins, flags);
}

interface PluginFlags extends GrantFlags {
  readonly output?: string;
  readonly from?: string;
  readonly bigint: boolean;
}

function ofPlugin(
  plugins: readonly string[],
  flags: PluginFlags,
): TypesCommand {
  const [plugin, more] = plugins;
  if (plugin === undefined) return wrong("types needs a PLUGIN, or --host");
  if (more !== undefined) {
    return wrong(`types takes one PLUGIN, not "${more}" as well`);
  }
  const { output, from: specifier } = flags;
  return orWrong(() => ({
    kind: "plugin",
    plugin,
    grants: grantsOf(flags),
    int: flags.bigint ? "number | bigint" : "number",
    ...(output === undefined ? {} : { output }),
    ...(specifier === undefined ? {} : { specifier }),
  }));
}
