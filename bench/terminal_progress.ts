/**
 * What is measured right now, as a line that is written over: on standard
 * error, and only on a terminal.
 *
 * @module
 */

/** The line. */
export class TerminalProgress {
  readonly #shown = Deno.stderr.isTerminal();

  /** Show what is done now. */
  show(what: string): void {
    if (this.#shown) this.#write(`\r\x1b[K… ${what.slice(0, width() - 3)}`);
  }

  /** Take the line away, before something that stays is written. */
  clear(): void {
    if (this.#shown) this.#write("\r\x1b[K");
  }

  #write(text: string): void {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  }
}

function width(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80; // standard output is none
  }
}
