/**
 * A process that measures on request: a line of JSON in, one with the figure out.
 *
 * @module
 */

import type { Program } from "./child.ts";

/** The asking side. */
export class Talk {
  readonly #child: Deno.ChildProcess;
  readonly #to: WritableStreamDefaultWriter<Uint8Array>;
  readonly #from: ReadableStreamDefaultReader<string>;

  /**
   * Start the process.
   *
   * @param program What is run, in the current directory.
   */
  constructor({ path, args }: Program) {
    this.#child = new Deno.Command(path, {
      args: [...args],
      cwd: new URL("../", import.meta.url),
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#to = this.#child.stdin.getWriter();
    this.#from = this.#child.stdout
      .pipeThrough(new TextDecoderStream()).getReader();
  }

  /**
   * Ask for a figure.
   *
   * @param request What {@linkcode answerTalk} is given on the other side.
   * @returns The figure.
   * @throws {Error} With the reason, when there is none.
   */
  async ask(request: unknown): Promise<number> {
    const line = `${JSON.stringify(request)}\n`;
    await this.#to.write(new TextEncoder().encode(line));
    let answer = "";
    while (!answer.endsWith("\n")) {
      const { value, done } = await this.#from.read();
      if (done) throw new Error("the process that measures has ended");
      answer += value;
    }
    const { figure, missing } = JSON.parse(answer);
    if (typeof figure === "number") return figure;
    throw new Error(missing ?? "it gave no number");
  }

  /** Let it end. */
  async end(): Promise<void> {
    await this.#to.close().catch(() => {}); // it has ended by itself
    await this.#from.cancel();
    await this.#child.status;
  }
}

/**
 * The answering side: a figure for each line on standard input.
 *
 * @param measure Gives the figure; what it throws is the reason why not.
 */
export async function answerTalk(
  measure: (request: never) => Promise<number>,
): Promise<never> {
  let rest = "";
  const chunks = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const answer = `${JSON.stringify(await answerOf(measure, line))}\n`;
      await Deno.stdout.write(new TextEncoder().encode(answer));
    }
  }
  Deno.exit(); // Pyodide would keep the process
}

async function answerOf(
  measure: (request: never) => Promise<number>,
  line: string,
): Promise<{ figure: number } | { missing: string }> {
  try {
    return { figure: await measure(JSON.parse(line) as never) };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
