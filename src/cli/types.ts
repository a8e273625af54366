/**
 * The program's command `types`: write what one side knows of the other.
 *
 * @module
 */

import { pluginTypes } from "../../mod.ts";
import { withoutCache } from "./cache_place.ts";
import { print, printError } from "./console.ts";
import { report } from "./explain.ts";
import { OutputFile } from "./output_file.ts";
import { parseTypes, type PluginTypesCommand } from "./types_args.ts";
import { TYPES_HELP, TYPES_USAGE } from "./types_help.ts";

/** Do what the words behind `types` say; answers the exit status. */
export async function types(words: readonly string[]): Promise<number> {
  const command = parseTypes(words);
  try {
    switch (command.kind) {
      case "help":
        print(TYPES_HELP);
        return 0;
      case "wrong":
        printError(`error: ${command.reason}\n${TYPES_USAGE}\n`);
        return 2;
      case "plugin":
        await writeDeclarations(command);
        return 0;
      case "stubs": {
        const { writeStubs } = await import("./stubs.ts");
        return await writeStubs(command);
      }
      default:
        return command satisfies never;
    }
  } catch (error) {
    return report(error);
  }
}

async function writeDeclarations(command: PluginTypesCommand): Promise<void> {
  const { plugin, grants, output, specifier, int } = command;
  using file = output === undefined ? undefined : new OutputFile(output);
  const text = await pluginTypes(plugin, {
    grants: withoutCache(grants),
    int,
    title: plugin,
    stdout: printError, // standard output is for the text alone
    ...(specifier === undefined ? {} : { specifier }),
  });
  if (file === undefined) print(text);
  else file.write(new TextEncoder().encode(text));
}
