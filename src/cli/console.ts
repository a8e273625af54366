/**
 * The only console: standard output and error, written whole.
 *
 * @module
 */

const encoder = new TextEncoder();

/** Write to standard output, all of it. */
export function print(data: string | Uint8Array): void {
  writeAll(Deno.stdout, data);
}

/** Write to standard error, all of it. */
export function printError(data: string | Uint8Array): void {
  writeAll(Deno.stderr, data);
}

function writeAll(
  stream: { writeSync(data: Uint8Array): number },
  data: string | Uint8Array,
): void {
  let rest = typeof data === "string" ? encoder.encode(data) : data;
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}

/** Everything that standard input has; nothing when it is a terminal. */
export async function readInput(): Promise<Uint8Array> {
  if (Deno.stdin.isTerminal()) return new Uint8Array();
  return new Uint8Array(
    await new Response(Deno.stdin.readable).arrayBuffer(),
  );
}
