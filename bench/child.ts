/**
 * A process of its own, with its output through pipes.
 *
 * @module
 */

const ROOT = new URL("../", import.meta.url);

/** What a process wrote before it ended well. */
export interface ChildOutput {
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/**
 * Run Deno in the root of the repository.
 *
 * @param args The words after `deno`.
 * @returns What it wrote.
 * @throws {Error} When it fails, with the last line that it wrote.
 */
export async function deno(args: readonly string[]): Promise<ChildOutput> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const output = {
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
  if (code === 0) return output;
  const last = output.stderr.trimEnd().split("\n").at(-1) ?? "";
  throw new Error(`deno ${args.join(" ")} ended with ${code}: ${last}`);
}
