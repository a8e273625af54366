/**
 * The part of `types` that writes stubs.
 *
 * @module
 */

import { hostStubs, PluginError, sdkStubs, STUB_HEAD } from "../../mod.ts";
import { print, printError } from "./console.ts";
import { type Need, refusalOf } from "../deno_permission.ts";
import type { StubsCommand } from "./types_args.ts";

/** Write the stubs; answers the exit status. */
export async function writeStubs(command: StubsCommand): Promise<number> {
  const { host, output } = command;
  const { files, warnings } = host === undefined
    ? { files: await sdkStubs(), warnings: [] }
    : await hostStubs(addressOf(host), denoDoc);
  if (host !== undefined) removeOld(`${output}/host`);
  for (const warning of warnings) printError(`warning: ${warning}\n`);
  for (const [path, text] of Object.entries(files)) {
    write(`${output}/${path}`, text);
    print(`${output}/${path}\n`);
  }
  return 0;
}

/** The address of a file, as `deno doc` says it. */
function addressOf(path: string): string {
  if (/^\w{2,}:/.test(path)) return path;
  try {
    return `file://${encodeURI(Deno.realPathSync(path))}`;
  } catch (error) {
    const need = { name: "read", path } as const;
    throw failed(`Cannot read the host from "${path}"`, error, need);
  }
}

async function denoDoc(files: readonly string[]): Promise<unknown> {
  const args = ["doc", "--private", "--json", ...files];
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      stdin: "null",
    }).output();
    if (code === 0) return JSON.parse(new TextDecoder().decode(stdout));
    throw new Error(new TextDecoder().decode(stderr).trim());
  } catch (error) {
    const need = { name: "run", command: Deno.execPath() } as const;
    throw failed(`Cannot run deno ${args.join(" ")}`, error, need);
  }
}

/** A namespace that is offered no longer must not look as if it were. */
function removeOld(directory: string): void {
  try {
    for (const { name, isDirectory } of Deno.readDirSync(directory)) {
      const path = `${directory}/${name}`;
      if (isDirectory) removeOld(path);
      else if (Deno.readTextFileSync(path).startsWith(STUB_HEAD)) {
        Deno.removeSync(path);
      }
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    const place = { path: directory };
    throw failed(
      `Cannot replace the stubs in "${directory}"`,
      error,
      { name: "read", ...place },
      { name: "write", ...place },
    );
  }
}

function write(path: string, text: string): void {
  try {
    Deno.mkdirSync(path.replace(/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(path, text);
  } catch (error) {
    throw failed(`Cannot write "${path}"`, error, { name: "write", path });
  }
}

/** @param needs What it needs of Deno. */
function failed(
  what: string,
  error: unknown,
  ...needs: readonly Need[]
): PluginError {
  const refusal = error instanceof Deno.errors.NotCapable
    ? refusalOf(...needs)
    : undefined;
  const reason = refusal ??
    (error instanceof Error ? error.message : String(error));
  return new PluginError(`${what}: ${reason}`, {
    fault: "caller",
    cause: error,
  });
}
