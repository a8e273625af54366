/**
 * The only console: standard output and error, written whole.
 *
 * @module
 */

const encoder = new TextEncoder();

/** One of the standard streams does not do its part. */
export class ConsoleError extends Error {
  /** Name of the class. */
  override readonly name: string = "ConsoleError";
}

/**
 * Write to standard output, all of it.
 *
 * @throws {ConsoleError} When it takes no more, a full disk for example.
 * @throws {Deno.errors.BrokenPipe} When whoever reads it has gone.
 */
export function print(data: string | Uint8Array): void {
  writeAll(Deno.stdout, data);
}

/** Write to standard error, all of it; what it does not take is lost. */
export function printError(data: string | Uint8Array): void {
  try {
    writeAll(Deno.stderr, data);
  } catch {
    // There is no other place to say it.
  }
}

function writeAll(
  stream: { writeSync(data: Uint8Array): number },
  data: string | Uint8Array,
): void {
  let rest = typeof data === "string" ? encoder.encode(data) : data;
  while (rest.length > 0) rest = rest.subarray(writeSome(stream, rest));
}

/** Write some of it; a pipe that does not block itself is waited for. */
function writeSome(
  stream: { writeSync(data: Uint8Array): number },
  data: Uint8Array,
): number {
  for (;;) {
    try {
      return stream.writeSync(data);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) {
        throw failed("Cannot write to standard output", error);
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/**
 * Everything that standard input has; nothing when it is a terminal.
 *
 * @throws {ConsoleError} When it cannot be read, a directory for example.
 */
export async function readInput(): Promise<Uint8Array> {
  if (Deno.stdin.isTerminal()) return new Uint8Array();
  try {
    return new Uint8Array(
      await new Response(Deno.stdin.readable).arrayBuffer(),
    );
  } catch (error) {
    throw failed("Cannot read the payload from standard input", error);
  }
}

function failed(what: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof Deno.errors.BrokenPipe) return error;
  return new ConsoleError(`${what}: ${error.message}`, { cause: error });
}
