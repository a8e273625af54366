/**
 * The program, serving a plugin in a process of its own.
 *
 * @module
 */

import { TextLineStream } from "./text_lines.ts";

const ROOT = new URL("../../", import.meta.url);

/** A line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A running server. */
export class Server {
  /** Where it listens. */
  readonly url: string;
  /** What it has logged. */
  readonly log: LogLine[] = [];
  /** What it wrote that is no line of JSON. */
  readonly other: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #read: Promise<void>;

  private constructor(
    child: Deno.ChildProcess,
    lines: ReadableStreamDefaultReader<string>,
    url: string,
  ) {
    this.#child = child;
    this.url = url;
    this.#read = this.#readAll(lines);
  }

  /** Start one on any free port. */
  static async start(words: readonly string[]): Promise<Server> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "mod.ts", "serve", "--port=0", ...words],
      cwd: ROOT,
      env: { "NO_COLOR": "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const lines = child.stderr
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())
      .getReader();
    const said: string[] = [];
    for (;;) {
      const { done, value } = await lines.read();
      if (done) {
        throw new Error(`the server did not start:\n${said.join("\n")}`);
      }
      said.push(value);
      const url = /^listening on (\S+)$/.exec(value)?.[1];
      if (url !== undefined) return new Server(child, lines, url);
    }
  }

  /** How many threads of workers it has; others come and go. */
  threads(): number {
    const tasks = `/proc/${this.#child.pid}/task`;
    return [...Deno.readDirSync(tasks)]
      .filter(({ name }) => nameOf(`${tasks}/${name}`).startsWith("worker-"))
      .length;
  }

  /** How much it has open, without the sockets: clients keep these. */
  open(): number {
    const files = `/proc/${this.#child.pid}/fd`;
    return [...Deno.readDirSync(files)]
      .filter(({ name }) => !targetOf(`${files}/${name}`).startsWith("socket:"))
      .length;
  }

  /** One of the numbers at `/metrics`. */
  async metric(name: string): Promise<number> {
    const answer = await fetch(`${this.url}/metrics`);
    const line = (await answer.text()).split("\n")
      .find((line) => line.startsWith(`${name} `));
    return Number(line?.split(" ")[1]);
  }

  /** Ask it to end, as an orchestrator does. */
  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  /** Its exit status, when it has ended and all of its log is read. */
  async ended(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#read;
    return code;
  }

  async #readAll(lines: ReadableStreamDefaultReader<string>): Promise<void> {
    for (;;) {
      const { done, value } = await lines.read();
      if (done) return;
      try {
        this.log.push(JSON.parse(value));
      } catch {
        this.other.push(value);
      }
    }
  }
}

/** The name of a thread; none when it is gone. */
function nameOf(task: string): string {
  try {
    return Deno.readTextFileSync(`${task}/comm`);
  } catch {
    return "";
  }
}

/** What a descriptor is of; nothing when it has been closed. */
function targetOf(descriptor: string): string {
  try {
    return Deno.readLinkSync(descriptor);
  } catch {
    return "";
  }
}
