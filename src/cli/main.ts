/**
 * The program: `deno run -A jsr:@x/py-plugin plugin.py "payload"`.
 *
 * @module
 */

import { parseCommand } from "./args.ts";
import { ConsoleError, print, printError } from "./console.ts";
import { HELP, USAGE } from "./help.ts";

/**
 * Do what the command line says and set the process's exit status.
 *
 * ```ts ignore
 * import { main } from "@x/py-plugin/cli";
 * await main(["plugin.py", "Hello there"]);
 * ```
 *
 * @param words The words after the program's name; this process's own.
 */
export async function main(
  words: readonly string[] = Deno.args,
): Promise<void> {
  try {
    Deno.exitCode = await statusOf(words);
  } catch (error) {
    Deno.exitCode = complain(error);
  }
}

/** Say what ended the program; answers its exit status. */
function complain(error: unknown): number {
  // Whoever read the output has gone: there is nobody to tell.
  if (error instanceof Deno.errors.BrokenPipe) return 1;
  if (error instanceof ConsoleError) {
    printError(`error: ${error.message}\n`);
    return 1;
  }
  printError(
    `error: this is a fault of py-plugin itself, please report it\n${
      Deno.inspect(error)
    }\n`,
  );
  return 70;
}

async function statusOf(words: readonly string[]): Promise<number> {
  const command = parseCommand(words);
  switch (command.kind) {
    case "help":
      print(HELP);
      return 0;
    case "version": {
      const { version } = await import("./version.ts");
      print(version());
      return 0;
    }
    case "wrong":
      printError(`error: ${command.reason}\n${USAGE}\n`);
      return 2;
    case "run": {
      const { run } = await import("./run.ts");
      return await run(command);
    }
    case "types": {
      const { types } = await import("./types.ts");
      return await types(command.words);
    }
    case "cache": {
      const { cache } = await import("./cache.ts");
      return cache(command.words);
    }
    case "serve": {
      const { serve } = await import("./serve.ts");
      return await serve(command.words);
    }
    default:
      return command satisfies never;
  }
}

if (import.meta.main) await main();
